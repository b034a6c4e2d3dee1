// Package ovh keeps keys in OVHcloud's KMS, by its REST interface: one address
// is one symmetric key, which wraps. The service has no Ed25519, so no key of it
// signs for us.
//
// The service takes 64 characters of context and less text to decrypt than it
// makes of the most that it encrypts. So a secret is sealed in an envelope whose
// key the service wraps, under the digest of the context; the envelope binds the
// context itself.
package ovh

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the service is reached and who we are, in the variables of
// the okms command; its file and KMS_HTTP_ENDPOINT are not read:
//
//	KMS_HTTP_CERT and KMS_HTTP_KEY  files of our certificate and its key
//	KMS_HTTP_ID                     the KMS in which the key is (a UUID)
//	KMS_HTTP_CA                     authorities of the server's certificate
type Options struct {
	service.Network
	Env service.Environment
	// Certificate and its key, and the KMS, instead of the environment's.
	CertFile, KeyFile, Domain string
}

var (
	uuid   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	region = regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`)
)

// Open opens a key.
func Open(_ context.Context, a keys.Address, o Options) (keys.Key, error) {
	switch {
	case a.Scheme != "ovh":
		return nil, fmt.Errorf("%s is no address of OVHcloud's KMS", a)
	case !region.MatchString(a.Region):
		return nil, fmt.Errorf("%q is no region of the KMS: it is written as eu-west-rbx", a.Region)
	case !uuid.MatchString(a.Name):
		return nil, fmt.Errorf("%q is no key: its ID is a UUID", a.Name)
	}
	or := func(v, name string) string {
		if v == "" {
			return o.Env.Get(name)
		}
		return v
	}
	domain := or(o.Domain, "KMS_HTTP_ID")
	if !uuid.MatchString(domain) {
		return nil, errors.New("in which KMS the key is, is not known: set KMS_HTTP_ID to its UUID")
	}
	certificate, key := or(o.CertFile, "KMS_HTTP_CERT"), or(o.KeyFile, "KMS_HTTP_KEY")
	if certificate == "" && key == "" {
		return nil, errors.New("nothing says who we are to OVHcloud: set KMS_HTTP_CERT and KMS_HTTP_KEY to the files of a certificate of your KMS")
	}
	pair, err := service.Pair(certificate, key)
	if err != nil {
		return nil, err
	}
	o.Network.Certificate = pair
	o.CAFile = or(o.CAFile, "KMS_HTTP_CA")
	client, err := service.NewClient("https://"+a.Region+".okms.ovh.net", o.Network)
	if err != nil {
		return nil, err
	}
	return service.New(a.String(), &okms{address: a, domain: domain, client: client}, o.Clock, client), nil
}

type okms struct {
	address   keys.Address
	domain    string
	client    *service.Client
	symmetric atomic.Bool // the key was seen to be so
}

// wraps asks once whether the key is symmetric: whoever has the public half of
// another makes what it decrypts. What a key is never changes.
func (k *okms) wraps(ctx context.Context) error {
	if k.symmetric.Load() {
		return nil
	}
	key, _, err := k.read(ctx)
	if err != nil {
		return err
	}
	if key.Type != "oct" {
		return fmt.Errorf("a key of type %.20q does not wrap: take one of type oct", key.Type)
	}
	k.symmetric.Store(true)
	return nil
}

func (k *okms) envelope(aad []byte) service.Envelope {
	return service.Envelope{
		Wrap:   func(ctx context.Context, key []byte) ([]byte, error) { return k.encrypt(ctx, key, service.Digest(aad)) },
		Unwrap: func(ctx context.Context, w []byte) ([]byte, error) { return k.decrypt(ctx, w, service.Digest(aad)) },
	}
}

func (k *okms) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	if err := k.wraps(ctx); err != nil {
		return nil, err
	}
	return k.envelope(aad).Encrypt(ctx, plaintext, aad)
}

func (k *okms) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if err := k.wraps(ctx); err != nil {
		return nil, err
	}
	return k.envelope(aad).Decrypt(ctx, wrapped, aad)
}

// token is a JWE in its compact form: five parts of base64url.
var token = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$`)

const maxToken = 5464 // of the service

func wellFormed(jwe string) bool {
	if len(jwe) > maxToken || !token.MatchString(jwe) {
		return false
	}
	for _, part := range strings.Split(jwe, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return false
		}
	}
	return true
}

func (k *okms) encrypt(ctx context.Context, plaintext []byte, beside string) ([]byte, error) {
	var answer struct {
		Ciphertext string `json:"ciphertext"`
	}
	if _, err := k.call(ctx, http.MethodPost, "/encrypt", request{Plaintext: plaintext, Context: beside}, &answer); err != nil {
		return nil, err
	}
	if !wellFormed(answer.Ciphertext) {
		return nil, errors.New("the service's cipher text is no JWE")
	}
	return []byte(answer.Ciphertext), nil
}

type request struct {
	Plaintext  []byte `json:"plaintext,omitempty"`
	Ciphertext string `json:"ciphertext,omitempty"`
	Context    string `json:"context,omitempty"`
}

// decrypt holds a bad request for a no to the bytes once the key is seen to be in
// use: the numbers of the service's errors are not published.
func (k *okms) decrypt(ctx context.Context, wrapped []byte, beside string) ([]byte, error) {
	if !wellFormed(string(wrapped)) {
		return nil, keys.ErrUnwrap
	}
	var answer struct {
		Plaintext []byte `json:"plaintext"`
	}
	_, err := k.call(ctx, http.MethodPost, "/decrypt", request{Ciphertext: string(wrapped), Context: beside}, &answer)
	var no *service.Refusal
	if errors.As(err, &no) && no.Status == http.StatusBadRequest {
		key, _, readErr := k.read(ctx)
		if readErr != nil {
			return nil, readErr
		}
		if key.Attributes.State == "" || key.Attributes.State == "active" {
			return nil, fmt.Errorf("%w (%s)", keys.ErrUnwrap, no.Code)
		}
	}
	return answer.Plaintext, err
}

func (k *okms) Sign(context.Context, []byte) ([]byte, error) { return nil, errNoSigner }

func (k *okms) Public(context.Context) (ed25519.PublicKey, error) { return nil, errNoSigner }

var errNoSigner = fmt.Errorf("OVHcloud's KMS has no Ed25519: %w", keys.ErrNoSigner)

// serviceKey is a key as the service describes it.
type serviceKey struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Protection string `json:"protectionLevel"`
	Attributes struct {
		State string `json:"state"`
	} `json:"attributes"`
}

func (k *okms) read(ctx context.Context) (*serviceKey, *service.Answer, error) {
	var key serviceKey
	a, err := k.call(ctx, http.MethodGet, "", nil, &key)
	if err != nil {
		return nil, nil, err
	}
	if key.ID != k.address.Name {
		return nil, nil, errors.New("the service speaks of another key than it was asked for")
	}
	return &key, a, nil
}

func (k *okms) Describe(ctx context.Context) (keys.Statement, error) {
	key, a, err := k.read(ctx)
	if err != nil {
		return keys.Statement{}, err
	}
	s := key.statement()
	s.Key, s.Region = k.address.String(), k.address.Region
	s.Evidence = []keys.Evidence{{Name: "GetServiceKey", Media: "application/json", Body: a.Body}}
	return s, nil
}

// statement is what the service says of a key. Where it was made, whether it can
// leave and where else it is, it does not say; the region is that of the server
// that answered under its name.
func (k *serviceKey) statement() keys.Statement {
	s := keys.Statement{Backend: "ovh", Provider: "ovh", Holder: graph.HolderProvider, Grade: keys.ProviderAsserted}
	switch k.Protection {
	case "HSM", "MANAGED_HSM":
		s.Hardware = keys.Yes
	case "SOFTWARE":
		s.Hardware = keys.No
	}
	return s
}

func (k *okms) call(ctx context.Context, method, operation string, r, into any) (*service.Answer, error) {
	return k.client.JSON(ctx, service.Call{Method: method, Path: "/api/" + k.domain + "/v1/servicekey/" + k.address.Name + operation}, r, into, refused)
}

func refused(a *service.Answer) error {
	var answer struct {
		Code   int      `json:"error_code"`
		Errors []string `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &answer) // a page that is no JSON has a status
	return service.Refuse(a, fmt.Sprint(answer.Code), strings.Join(answer.Errors, "; "))
}
