// Package scaleway keeps keys in Scaleway's Key Manager: one address is one key
// of symmetric encryption, which wraps. The service has no Ed25519, so no key
// of it signs for us.
package scaleway

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the service is reached and who we are: the secret key stands
// in Options.Secret ("file:PATH" or "credential:NAME"), else in SCW_SECRET_KEY.
// The file of the scw command and its profiles are not read, nor is SCW_API_URL.
type Options struct {
	service.Network
	Env    service.Environment
	Secret string
}

// regions are those of the service. A region that is new has to be added here.
var regions = []string{"fr-par", "nl-ams", "pl-waw"}

// Open opens a key.
func Open(_ context.Context, a keys.Address, o Options) (keys.Key, error) {
	if a.Scheme != "scaleway" {
		return nil, fmt.Errorf("%s is no address of Scaleway's Key Manager", a)
	}
	if !slices.Contains(regions, a.Region) {
		return nil, fmt.Errorf("%q is no region of the Key Manager; there are %s", a.Region, strings.Join(regions, ", "))
	}
	secret, err := o.secret()
	if err != nil {
		return nil, err
	}
	client, err := service.NewClient("https://api.scaleway.com", o.Network)
	if err != nil {
		return nil, err
	}
	return service.New(a.String(), &manager{address: a, client: client, secret: secret}, o.Clock, client), nil
}

func (o *Options) secret() (string, error) {
	if o.Secret != "" {
		b, err := keys.ReadSecret(o.Secret)
		return string(b), err
	}
	s := o.Env.Get("SCW_SECRET_KEY")
	if s == "" {
		return "", errors.New("nothing says who we are to Scaleway: set SCW_SECRET_KEY")
	}
	return s, nil
}

type manager struct {
	address   keys.Address
	client    *service.Client
	secret    string
	symmetric atomic.Bool // the key was seen to be so
}

// binds asks once whether the key binds contexts, which only those of symmetric
// encryption do: the others encrypt and decrypt at the same address, and whoever
// has the public half makes what they decrypt. What a key is for never changes.
func (m *manager) binds(ctx context.Context) error {
	if m.symmetric.Load() {
		return nil
	}
	k, _, err := m.read(ctx)
	if err != nil {
		return err
	}
	if k.Usage.Symmetric != "aes_256_gcm" {
		return errors.New("the key does not wrap under a context: take one whose usage is symmetric_encryption, aes_256_gcm")
	}
	m.symmetric.Store(true)
	return nil
}

func (m *manager) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	if err := m.binds(ctx); err != nil {
		return nil, err
	}
	var answer struct {
		Key        string `json:"key_id"`
		Ciphertext []byte `json:"ciphertext"`
	}
	if _, err := m.call(ctx, http.MethodPost, "/encrypt", beside(map[string]any{"plaintext": plaintext}, aad), &answer); err != nil {
		return nil, err
	}
	return answer.Ciphertext, m.is(answer.Key)
}

func beside(request map[string]any, aad []byte) map[string]any {
	if len(aad) > 0 {
		request["associated_data"] = aad
	}
	return request
}

// Decrypt holds every bad request for a no to the bytes once the key itself is
// seen to be in use: the service gives no reason that tells one from the other.
func (m *manager) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if err := m.binds(ctx); err != nil {
		return nil, err
	}
	var answer struct {
		Key       string `json:"key_id"`
		Plaintext []byte `json:"plaintext"`
	}
	_, err := m.call(ctx, http.MethodPost, "/decrypt", beside(map[string]any{"ciphertext": wrapped}, aad), &answer)
	var no *service.Refusal
	if errors.As(err, &no) && no.Status == http.StatusBadRequest {
		k, _, readErr := m.read(ctx)
		if readErr != nil {
			return nil, readErr
		}
		if k.State == "enabled" {
			return nil, fmt.Errorf("%w (%s)", keys.ErrUnwrap, no.Code)
		}
	}
	if err != nil {
		return nil, err
	}
	return answer.Plaintext, m.is(answer.Key)
}

func (m *manager) is(id string) error {
	if id != m.address.Name {
		return errors.New("the service speaks of another key than it was asked for")
	}
	return nil
}

func (m *manager) Sign(context.Context, []byte) ([]byte, error) { return nil, errNoSigner }

func (m *manager) Public(context.Context) (ed25519.PublicKey, error) { return nil, errNoSigner }

var errNoSigner = fmt.Errorf("Scaleway's Key Manager has no Ed25519: %w", keys.ErrNoSigner)

// managed is a key as the service describes it.
type managed struct {
	ID     string `json:"id"`
	Region string `json:"region"`
	State  string `json:"state"`
	Origin string `json:"origin"`
	Usage  struct {
		Symmetric string `json:"symmetric_encryption"`
	} `json:"usage"`
	Rotations int `json:"rotation_count"`
}

func (m *manager) read(ctx context.Context) (*managed, *service.Answer, error) {
	var k managed
	a, err := m.call(ctx, http.MethodGet, "", nil, &k)
	if err != nil {
		return nil, nil, err
	}
	if err := m.is(k.ID); err != nil {
		return nil, nil, err
	}
	if k.Region != m.address.Region {
		return nil, nil, fmt.Errorf("the address says %s, the service %.40q: a contradiction about the place, so nothing is used", m.address.Region, k.Region)
	}
	return &k, a, nil
}

func (m *manager) Describe(ctx context.Context) (keys.Statement, error) {
	k, a, err := m.read(ctx)
	if err != nil {
		return keys.Statement{}, err
	}
	s := k.statement()
	s.Key = fmt.Sprintf("%s#%d", m.address, k.Rotations)
	s.Evidence = []keys.Evidence{{Name: "GetKey", Media: "application/json", Body: a.Body}}
	return s, nil
}

// statement is what the service says of a key. Of hardware and of other regions
// it says nothing.
func (k *managed) statement() keys.Statement {
	s := keys.Statement{Backend: "scaleway", Provider: "scaleway", Region: k.Region, Grade: keys.ProviderAsserted, Holder: graph.HolderProvider}
	switch k.Origin {
	case "scaleway_kms":
		s.Material = keys.Generated
	case "external":
		s.Material, s.Exportable = keys.Imported, keys.Yes
	}
	return s
}

func (m *manager) call(ctx context.Context, method, operation string, request, into any) (*service.Answer, error) {
	c := service.Call{
		Method: method, Path: "/key-manager/v1alpha1/regions/" + m.address.Region + "/keys/" + m.address.Name + operation,
		Header: http.Header{"X-Auth-Token": {m.secret}},
	}
	return m.client.JSON(ctx, c, request, into, refused)
}

func refused(a *service.Answer) error {
	var answer struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(a.Body, &answer) // a page that is no JSON has a status
	return service.Refuse(a, answer.Type, answer.Message)
}
