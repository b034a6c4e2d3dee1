// Package azure keeps keys in Azure Key Vault and in Managed HSM.
//
// Only symmetric keys of a Managed HSM (oct-HSM) take a context; they encrypt
// by A256GCM, and the service binds it. RSA keys, the only ones of a standard
// vault that wrap, take none and little more than a key: a secret is sealed in
// an envelope whose key they wrap by RSA-OAEP-256, and the envelope binds the
// context. But whoever may read the public half can make such an envelope: that
// one opens does not show who made it. Neither has Ed25519, so no key of Azure
// signs for us.
package azure

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the vault is reached and who we are. What shows that is looked
// for in this order; the first that is there is taken:
//
//	AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET
//	AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE  (workload identity)
//
// AZURE_AUTHORITY_HOST must be one of the cloud in which the vault is, if it is
// set. No login of az and no identity of the machine is used.
type Options struct {
	service.Network
	Env service.Environment
}

// A cloud is where vaults of one suffix are, and who gives tokens for them.
type cloud struct{ suffix, authority, audience string }

var clouds = []cloud{
	{".vault.azure.net", "login.microsoftonline.com", "https://vault.azure.net"},
	{".managedhsm.azure.net", "login.microsoftonline.com", "https://managedhsm.azure.net"},
	{".vault.azure.cn", "login.chinacloudapi.cn", "https://vault.azure.cn"},
	{".managedhsm.azure.cn", "login.chinacloudapi.cn", "https://managedhsm.azure.cn"},
	{".vault.usgovcloudapi.net", "login.microsoftonline.us", "https://vault.usgovcloudapi.net"},
	{".managedhsm.usgovcloudapi.net", "login.microsoftonline.us", "https://managedhsm.usgovcloudapi.net"},
}

// cloudOf knows where a vault's token may be shown: nowhere else than to a vault.
func cloudOf(host string) (cloud, error) {
	i := slices.IndexFunc(clouds, func(c cloud) bool {
		name, ok := strings.CutSuffix(host, c.suffix)
		return ok && name != "" && !strings.Contains(name, ".")
	})
	if i < 0 {
		return cloud{}, fmt.Errorf("%s is no vault of Azure's: its name ends in .vault.azure.net or .managedhsm.azure.net, or the same of another cloud", host)
	}
	return clouds[i], nil
}

// Open opens a key.
func Open(_ context.Context, a keys.Address, o Options) (keys.Key, error) {
	if a.Scheme != "azure-kv" {
		return nil, fmt.Errorf("%s is no address of a vault", a)
	}
	c, err := cloudOf(a.Host)
	if err != nil {
		return nil, err
	}
	client, err := service.NewClient("https://"+a.Host, o.Network)
	if err != nil {
		return nil, err
	}
	passes, err := o.passes(c)
	if err != nil {
		return nil, err
	}
	v := &vault{address: a, client: client, passes: passes}
	v.current = &service.Passes[*bundle]{Now: o.Clock, Get: func(ctx context.Context) (service.Pass[*bundle], error) {
		b, _, err := v.get(ctx, apiVersion)
		return service.Pass[*bundle]{Value: b, Until: o.Clock().Add(fresh)}, err
	}}
	return service.New(a.String(), v, o.Clock, client), nil
}

type vault struct {
	address keys.Address
	client  *service.Client
	passes  *service.Passes[string]
	current *service.Passes[*bundle] // the key by which is wrapped
}

// bundle is a key as the vault describes it.
type bundle struct {
	Key struct {
		ID         string   `json:"kid"`
		Type       string   `json:"kty"`
		Operations []string `json:"key_ops"`
	} `json:"key"`
	Attributes struct {
		Enabled     *bool           `json:"enabled"`
		Exportable  *bool           `json:"exportable"`
		ExternalKey json.RawMessage `json:"external_key"`
	} `json:"attributes"`
	Release json.RawMessage `json:"release_policy"`

	name, version string
}

// parseBundle reads a bundle and the name and version of its key, whose address
// must be of this vault.
func parseBundle(a *service.Answer, at keys.Address) (*bundle, error) {
	var b bundle
	if err := service.Decode(a, &b); err != nil {
		return nil, err
	}
	var err error
	b.name, b.version, err = keyID(b.Key.ID, at)
	return &b, err
}

func keyID(kid string, at keys.Address) (name, version string, err error) {
	rest, ok := strings.CutPrefix(kid, "https://"+at.Host+"/keys/")
	name, version, both := strings.Cut(rest, "/")
	if !ok || !both || name != at.Name || !isVersion(version) || at.Version != "" && at.Version != version {
		return "", "", fmt.Errorf("the address says %s, the vault speaks of another key: a contradiction about the place, so nothing is used", at)
	}
	return name, version, nil
}

func isVersion(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// fresh is how long a version is wrapped by before we ask whether there is a
// newer, less what [service.Passes] asks early.
const fresh = 7 * time.Minute

func (v *vault) get(ctx context.Context, api string) (*bundle, *service.Answer, error) {
	path := "/keys/" + v.address.Name
	if v.address.Version != "" {
		path += "/" + v.address.Version
	}
	a, err := v.callBy(ctx, api, http.MethodGet, path, nil, nil)
	if err != nil {
		return nil, nil, err
	}
	b, err := parseBundle(a, v.address)
	return b, a, err
}

func (v *vault) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	for again := false; ; again = true {
		b, err := v.current.Value(ctx)
		if err != nil {
			return nil, err
		}
		w, err := v.encryptBy(ctx, b, plaintext, aad)
		var no *service.Refusal
		if !again && errors.As(err, &no) && v.current.Refused(ctx, b) {
			continue // it ended meanwhile; there may be a newer one
		}
		return w, err
	}
}

func (v *vault) encryptBy(ctx context.Context, b *bundle, plaintext, aad []byte) ([]byte, error) {
	switch b.Key.Type {
	case "oct-HSM":
		return v.encryptGCM(ctx, b, plaintext, aad)
	case "RSA", "RSA-HSM":
		return v.envelope(b).Encrypt(ctx, plaintext, aad)
	}
	return nil, fmt.Errorf("a key of type %.20q does not wrap: take RSA or RSA-HSM, or oct-HSM of a Managed HSM", b.Key.Type)
}

// Decrypt tells by the first byte how it was wrapped: keys of both kinds may have
// stood under one name.
func (v *vault) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if wrapped[0] == gcmFormat {
		return v.decryptGCM(ctx, wrapped, aad)
	}
	return v.envelope(nil).Decrypt(ctx, wrapped, aad)
}

func (v *vault) Sign(context.Context, []byte) ([]byte, error) { return nil, errNoSigner }

func (v *vault) Public(context.Context) (ed25519.PublicKey, error) { return nil, errNoSigner }

var errNoSigner = fmt.Errorf("Azure has no Ed25519: %w", keys.ErrNoSigner)

func (v *vault) Describe(ctx context.Context) (keys.Statement, error) {
	b, a, external, err := v.shown(ctx)
	if err != nil {
		return keys.Statement{}, err
	}
	s := b.statement()
	if !external { // whether it is in the module at all was not shown
		s.Holder, s.Hardware = "", keys.Unknown
	}
	// No address and no body says where a vault is; its answers do.
	s.Region = regionOf(a.Header)
	s.Evidence = []keys.Evidence{{Name: "GetKey", Media: "application/json", Body: a.Body}}
	if s.Region != "" {
		s.Evidence = append(s.Evidence, keys.Evidence{Name: "header x-ms-keyvault-region", Media: "text/plain", Body: []byte(s.Region)})
	}
	if v.managed() {
		s.Evidence = append(s.Evidence, v.attestation(ctx, b)...)
	}
	return s, nil
}

// managed says whether this is a Managed HSM, which alone can keep a key outside.
func (v *vault) managed() bool { return strings.Contains(v.address.Host, ".managedhsm.") }

// shown gets the key for what it says of itself, and whether it would say that it
// is kept outside. A Managed HSM that does not know the version of the interface
// that has this is asked by the other.
func (v *vault) shown(ctx context.Context) (b *bundle, a *service.Answer, external bool, err error) {
	if v.managed() {
		b, a, err = v.get(ctx, apiExternal)
		var no *service.Refusal
		if !errors.As(err, &no) || no.Status != http.StatusBadRequest {
			return b, a, true, err
		}
	}
	b, a, err = v.get(ctx, apiVersion)
	return b, a, !v.managed(), err
}

func regionOf(h http.Header) string {
	r := strings.ToLower(h.Get("x-ms-keyvault-region"))
	if len(r) > 40 || strings.Trim(r, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return r
}

// attestation is the module's own statement about the key. It is kept, not
// verified; a module that gives none is described without.
func (v *vault) attestation(ctx context.Context, b *bundle) []keys.Evidence {
	a, err := v.call(ctx, http.MethodGet, "/keys/"+b.name+"/"+b.version+"/attestation", nil, nil)
	if err != nil {
		return nil
	}
	return []keys.Evidence{{Name: "GetKeyAttestation", Media: "application/json", Body: a.Body}}
}

// statement is what a bundle shows. It does not say whether a key was imported,
// so of one that cannot be exported a copy may be where it was made; nor that a
// standard vault is copied to the region that is paired with its own.
func (b *bundle) statement() keys.Statement {
	s := keys.Statement{Key: b.Key.ID, Backend: "azure-kv", Provider: "azurerm", Holder: graph.HolderProvider, Grade: keys.ProviderAsserted}
	switch b.Key.Type {
	case "RSA-HSM", "EC-HSM", "oct-HSM", "AKP-HSM":
		s.Hardware = keys.Yes
	case "RSA", "EC", "oct", "AKP":
		s.Hardware = keys.No
	}
	switch there := func(m json.RawMessage) bool { return len(m) > 0 && string(m) != "null" }; {
	case there(b.Attributes.ExternalKey):
		s.Holder, s.Hardware = graph.HolderExternal, keys.Unknown
	case b.Attributes.Exportable != nil && *b.Attributes.Exportable, there(b.Release), slices.Contains(b.Key.Operations, "export"):
		s.Exportable = keys.Yes
	}
	return s
}

const (
	apiVersion = "7.6"
	// apiExternal is the first in which a key that is kept outside says so.
	apiExternal = "2026-04-01"
)

func (v *vault) call(ctx context.Context, method, path string, request, into any) (*service.Answer, error) {
	return v.callBy(ctx, apiVersion, method, path, request, into)
}

func (v *vault) callBy(ctx context.Context, api, method, path string, request, into any) (*service.Answer, error) {
	c := v.passes.Authorize(service.Call{Method: method, Path: path + "?api-version=" + api}, service.Bearer, service.Unauthorized)
	return v.client.JSON(ctx, c, request, into, refused)
}

func refused(a *service.Answer) error {
	var answer struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &answer) // a page that is no JSON has a status
	return service.Refuse(a, answer.Error.Code, answer.Error.Message)
}

// notOurs says whether a refusal is about the bytes. The service calls that and
// much else a bad parameter, so the version that is named must be seen to be
// there and in use.
func (v *vault) notOurs(ctx context.Context, err error, path string) error {
	var no *service.Refusal
	if !errors.As(err, &no) || no.Status != http.StatusBadRequest && no.Status != http.StatusNotFound {
		return err
	}
	if no.Status == http.StatusNotFound { // of a version that we never had: those bytes are another key's
		if _, _, readErr := v.get(ctx, apiVersion); readErr != nil {
			return readErr
		}
		return fmt.Errorf("%w (%s)", keys.ErrUnwrap, no.Code)
	}
	a, readErr := v.call(ctx, http.MethodGet, path, nil, nil)
	if readErr != nil {
		return readErr
	}
	var b bundle
	if readErr := service.Decode(a, &b); readErr != nil {
		return readErr
	}
	if b.Attributes.Enabled != nil && !*b.Attributes.Enabled {
		return err
	}
	return fmt.Errorf("%w (%s)", keys.ErrUnwrap, no.Code)
}
