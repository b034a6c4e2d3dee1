// Package transit keeps keys in the transit engine of OpenBao or HashiCorp
// Vault. One address is one key: of type aes256-gcm96 or chacha20-poly1305 it
// wraps, of type ed25519 it signs.
//
// Whoever runs the server can use the key, and can say what he likes about it:
// what it answers is a claim of its operator's, and who that is, it does not say.
package transit

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the server is reached and who we are. What shows that is looked
// for in this order; the first that is there is taken and nothing behind it is tried; BAO_ and VAULT_ are two
// spellings of one variable, and two values an error. The address of the server
// is that of the key: BAO_ADDR is not read, nor is ~/.vault-token, which is a
// person's and not this program's.
//
//	Options.Token                            file:PATH or credential:NAME
//	BAO_TOKEN                                a token
//	BAO_TOKEN_FILE                           a file with one, read anew when it is no longer taken
//	BAO_ROLE_ID and BAO_SECRET_ID_FILE       AppRole, at BAO_APPROLE_MOUNT ("approle")
//	BAO_K8S_ROLE                             Kubernetes, at BAO_K8S_MOUNT ("kubernetes"), by the
//	                                         service account's token or BAO_K8S_TOKEN_FILE
//
// BAO_CACERT names the authorities of the server's certificate, BAO_NAMESPACE
// the namespace.
type Options struct {
	service.Network
	// Env looks up variables; nil is the process's.
	Env service.Environment
	// Token is where a token stands, "file:PATH" or "credential:NAME"; it goes
	// before everything in the environment.
	Token string
}

// Open opens a key that is there. A key that is not is not made: the engine
// makes one of a name that was mistyped, if the token may.
func Open(ctx context.Context, a keys.Address, o Options) (keys.Key, error) {
	if a.Scheme != "transit" {
		return nil, fmt.Errorf("%s is no address of a transit engine", a)
	}
	if err := o.environment(); err != nil {
		return nil, err
	}
	client, err := service.NewClient("https://"+a.Host, o.Network)
	if err != nil {
		return nil, err
	}
	t := &transit{address: a, client: client, namespace: o.first("BAO_NAMESPACE", "VAULT_NAMESPACE")}
	get, err := o.login(client, t.namespace)
	if err != nil {
		return nil, err
	}
	t.passes = &service.Passes[string]{Get: get, Now: o.Clock}
	if _, _, err := t.read(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	return service.New(a.String(), t, o.Clock, client), nil
}

type transit struct {
	address   keys.Address
	client    *service.Client
	passes    *service.Passes[string]
	namespace string
}

// properties are what the engine says of a key. What a server leaves out is nil.
type properties struct {
	Name                 string                     `json:"name"`
	Type                 string                     `json:"type"`
	Derived              bool                       `json:"derived"`
	ConvergentEncryption bool                       `json:"convergent_encryption"`
	Exportable           *bool                      `json:"exportable"`
	AllowPlaintextBackup *bool                      `json:"allow_plaintext_backup"`
	Imported             *bool                      `json:"imported_key"`
	Backup               *struct{}                  `json:"backup_info"`  // there is a backup, which is in the clear
	Restore              *struct{}                  `json:"restore_info"` // it comes from one
	SoftDeleted          bool                       `json:"soft_deleted"`
	LatestVersion        int                        `json:"latest_version"`
	Keys                 map[string]json.RawMessage `json:"keys"`
}

// wraps are the types of key that authenticate a context.
var wraps = []string{"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"}

func (t *transit) read(ctx context.Context) (*properties, *service.Answer, error) {
	a, err := t.call(ctx, http.MethodGet, "keys/"+t.address.Name, nil)
	if err != nil {
		return nil, nil, err
	}
	p, err := parseKey(a)
	if err != nil {
		return nil, nil, err
	}
	if p.Name != t.address.Name {
		return nil, nil, fmt.Errorf("the server was asked for the key %s and speaks of another: is something between us that stores answers?", t.address.Name)
	}
	return p, a, nil
}

func parseKey(a *service.Answer) (*properties, error) {
	var answer struct {
		Data *properties `json:"data"`
	}
	if err := service.Decode(a, &answer); err != nil {
		return nil, err
	}
	if answer.Data == nil || answer.Data.Type == "" {
		return nil, errors.New("the server's answer says nothing of the key: is this a transit engine?")
	}
	return answer.Data, nil
}

// Encrypt asks for the key first, each time: of one that was destroyed since, the
// engine would make a new one on the way, and what that wraps nobody expects.
func (t *transit) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	text, err := t.bound(ctx, "encrypt", "ciphertext", map[string]string{"plaintext": base64.StdEncoding.EncodeToString(plaintext)}, aad)
	if err != nil {
		return nil, err
	}
	return pack(text)
}

// Decrypt asks for the key first as well: what an RSA key decrypts was made by
// anybody who has its public half.
func (t *transit) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	text, err := unpack(wrapped)
	if err != nil {
		return nil, err
	}
	encoded, err := t.bound(ctx, "decrypt", "plaintext", map[string]string{"ciphertext": text}, aad)
	if err != nil {
		return nil, unwrapError(err)
	}
	return decoded(encoded)
}

// bound asks for an operation under a context, of a key that authenticates it,
// and gives one field of the answer.
func (t *transit) bound(ctx context.Context, operation, want string, request map[string]string, aad []byte) (string, error) {
	p, _, err := t.read(ctx)
	if err != nil {
		return "", err
	}
	if err := p.canWrap(); err != nil {
		return "", err
	}
	if len(aad) > 0 {
		request[associated] = base64.StdEncoding.EncodeToString(aad)
	}
	a, err := t.call(ctx, http.MethodPost, operation+"/"+t.address.Name, request)
	if err != nil {
		return "", err
	}
	if ignored(a) {
		return "", errOld
	}
	return field(a, want)
}

// canWrap refuses keys that would let a context pass unauthenticated, and those
// that make equal of equal.
func (p *properties) canWrap() error {
	switch {
	case !slices.Contains(wraps, p.Type) || p.Derived || p.ConvergentEncryption || p.SoftDeleted:
		return fmt.Errorf("a key of type %s (derived: %t) does not wrap under a context: make one by `bao write -f transit/keys/NAME type=aes256-gcm96`", p.Type, p.Derived)
	case p.Imported == nil: // said since 1.11, which is also the first that says what it ignores
		return errOld
	}
	return nil
}

// associated is the parameter for a context. Vault has it since 1.13, OpenBao from
// the beginning; before, it was ignored.
const associated = "associated_data"

var errOld = errors.New("the server does not bind a context to what it wraps: take OpenBao, or Vault 1.13 or newer")

// ignored says whether the server tells us that it ignored the context.
func ignored(a *service.Answer) bool {
	var answer struct {
		Warnings []string `json:"warnings"`
	}
	_ = json.Unmarshal(a.Body, &answer) // what is no JSON has no field either, and that is an error
	return slices.ContainsFunc(answer.Warnings, func(w string) bool { return strings.Contains(w, associated) })
}

// unwrapError tells a no to these bytes from a no to us. The engine has one
// status for both, and says which in words.
func unwrapError(err error) error {
	var r *service.Refusal
	if !errors.As(err, &r) || r.Status != http.StatusBadRequest && r.Status != http.StatusInternalServerError {
		return err
	}
	for _, words := range []string{"invalid ciphertext", "message authentication failed", "ciphertext or signature version is disallowed", "unable to decrypt"} {
		if strings.Contains(r.Message, words) {
			return fmt.Errorf("%w (%s)", keys.ErrUnwrap, r.Message)
		}
	}
	return err
}

func (t *transit) Sign(ctx context.Context, message []byte) ([]byte, error) {
	p, _, err := t.read(ctx)
	if err != nil {
		return nil, err
	}
	if p.Type != "ed25519" || p.Derived {
		return nil, fmt.Errorf("%w (this one is of type %s)", keys.ErrNoSigner, p.Type)
	}
	a, err := t.call(ctx, http.MethodPost, "sign/"+t.address.Name, map[string]any{
		"input": base64.StdEncoding.EncodeToString(message), "key_version": p.LatestVersion,
	})
	if err != nil {
		return nil, err
	}
	text, err := field(a, "signature")
	if err != nil {
		return nil, err
	}
	_, body, err := versioned(text)
	if err != nil {
		return nil, err
	}
	return decoded(body)
}

func (t *transit) Public(ctx context.Context) (ed25519.PublicKey, error) {
	p, _, err := t.read(ctx)
	if err != nil {
		return nil, err
	}
	return p.public()
}

func (p *properties) public() (ed25519.PublicKey, error) {
	if p.Type != "ed25519" || p.Derived {
		return nil, fmt.Errorf("%w (this one is of type %s)", keys.ErrNoSigner, p.Type)
	}
	var version struct {
		PublicKey string `json:"public_key"`
	}
	if err := json.Unmarshal(p.Keys[strconv.Itoa(p.LatestVersion)], &version); err != nil {
		return nil, fmt.Errorf("the server does not give the public key of version %d", p.LatestVersion)
	}
	return decoded(version.PublicKey)
}

func (t *transit) Describe(ctx context.Context) (keys.Statement, error) {
	p, a, err := t.read(ctx)
	if err != nil {
		return keys.Statement{}, err
	}
	s := p.statement()
	s.Key = fmt.Sprintf("%s#%d", t.address, p.LatestVersion)
	s.Evidence = []keys.Evidence{{Name: "transit key", Media: "application/json", Body: a.Body}}
	if a.Peer != nil {
		s.Evidence = append(s.Evidence, keys.Evidence{Name: "certificate of the server", Media: "application/x-pem-file", Body: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Peer.Raw})})
	}
	return s, nil
}

// statement is what the properties show. Whether a server's disks are in one
// place only is not among them, and of a key that something else keeps for the
// server, nothing is. A backup is in the clear and whoever has it writes the other
// properties into it as he likes, so a key that was restored counts as imported.
func (p *properties) statement() keys.Statement {
	s := keys.Statement{Backend: "transit", Holder: graph.HolderExternal, Grade: keys.OperatorAsserted}
	if p.Type == "external-key" || p.Type == "managed_key" {
		return s
	}
	s.Hardware = keys.No // the engine computes with it
	yes := func(b *bool) bool { return b != nil && *b }
	switch {
	case yes(p.Imported), p.Restore != nil:
		s.Material = keys.Imported
	case p.Imported != nil:
		s.Material = keys.Generated
	}
	switch {
	case s.Material == keys.Imported, p.Backup != nil, yes(p.Exportable), yes(p.AllowPlaintextBackup):
		s.Exportable = keys.Yes
	case p.Exportable != nil && p.AllowPlaintextBackup != nil && p.Imported != nil:
		s.Exportable = keys.No
	}
	return s
}
