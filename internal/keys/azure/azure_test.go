package azure

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

const (
	vaultHost = "clinic.vault.azure.net"
	hsmHost   = "clinic.managedhsm.azure.net"
	tenant    = "0a1b2c3d-0000-0000-0000-000000000000"
)

// A version of a key of the server.
type version struct {
	box     *keystest.Box
	rsa     *rsa.PrivateKey
	enabled bool
}

// server is a vault and a Managed HSM as the description of their interface
// (7.6) says, and who gives tokens for them.
type server struct {
	mu       sync.Mutex
	versions map[string]map[string]*version // by name
	latest   map[string]string
	types    map[string]string
	change   func(map[string]any)
	region   string
	kid      func(string) string
	logins   int
	old      bool // knows 7.6 only
}

func newServer(t *testing.T) (*server, *keystest.Net) {
	s := &server{versions: map[string]map[string]*version{}, latest: map[string]string{}, types: map[string]string{}, change: func(map[string]any) {}, region: "germanywestcentral", kid: func(k string) string { return k }}
	for name, kind := range map[string]string{"records": "RSA-HSM", "other": "RSA", "symmetric": "oct-HSM", "symmetric2": "oct-HSM", "curve": "EC"} {
		s.types[name] = kind
		s.rotate(t, name)
	}
	n := keystest.NewNet(t)
	n.Serve(vaultHost, false, s)
	n.Serve(hsmHost, false, s)
	n.Serve("login.microsoftonline.com", false, http.HandlerFunc(s.login))
	return s, n
}

func (s *server) rotate(t *testing.T, name string) {
	t.Helper()
	id := make([]byte, 16)
	rand.Read(id)
	var private *rsa.PrivateKey
	if strings.HasPrefix(s.types[name], "RSA") {
		var err error
		if private, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	if s.versions[name] == nil {
		s.versions[name] = map[string]*version{}
	}
	s.latest[name] = hex.EncodeToString(id)
	s.versions[name][s.latest[name]] = &version{keystest.NewBox(), private, true}
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.logins++
	s.mu.Unlock()
	good := r.FormValue("client_secret") == "shared" || r.FormValue("client_assertion") == "federated" && r.FormValue("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	if r.Method != http.MethodPost || r.URL.Path != "/"+tenant+"/oauth2/v2.0/token" || r.FormValue("grant_type") != "client_credentials" || r.FormValue("client_id") != "client" || !good {
		keystest.Answer(w, 401, map[string]any{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."})
		return
	}
	keystest.Answer(w, 200, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": "token for " + r.FormValue("scope")})
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("x-ms-keyvault-region", s.region)
	no := func(status int, code, message string) {
		keystest.Answer(w, status, map[string]any{"error": map[string]any{"code": code, "message": message}})
	}
	audience := "https://" + r.Host[strings.Index(r.Host, ".")+1:] + "/.default"
	if r.Header.Get("Authorization") != "Bearer token for "+audience {
		no(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/keys/")
	name, rest, _ := strings.Cut(rest, "/")
	id, operation, _ := strings.Cut(rest, "/")
	if id == "" {
		id = s.latest[name]
	}
	v := s.versions[name][id]
	newer := r.URL.RawQuery == "api-version=2026-04-01"
	if !newer && r.URL.RawQuery != "api-version=7.6" || newer && s.old {
		no(400, "BadParameter", "The specified version is not recognized. Consider using the latest supported version (7.6).")
		return
	}
	if !ok || v == nil {
		no(404, "KeyNotFound", "A key with (name/id) was not found in this key vault.")
		return
	}
	kid := s.kid("https://" + r.Host + "/keys/" + name + "/" + id)
	if r.Method == http.MethodGet {
		if operation == "attestation" && strings.Contains(r.Host, "managedhsm") {
			keystest.Answer(w, 200, map[string]any{"key": map[string]any{"kid": kid}, "attributes": map[string]any{"attestation": map[string]any{"version": "1"}}})
			return
		}
		b := map[string]any{"key": map[string]any{"kid": kid, "kty": s.types[name], "key_ops": []string{"wrapKey", "unwrapKey"}}, "attributes": map[string]any{"enabled": v.enabled, "recoveryLevel": "Recoverable", "exportable": false}}
		s.change(b)
		if !newer { // 7.6 does not have it
			delete(b["attributes"].(map[string]any), "external_key")
		}
		keystest.Answer(w, 200, b)
		return
	}
	var q struct {
		Alg   string `json:"alg"`
		Value string `json:"value"`
		IV    string `json:"iv"`
		AAD   string `json:"aad"`
		Tag   string `json:"tag"`
	}
	if err := keystest.Strict(r, &q); err != nil || r.Method != http.MethodPost || q.Value == "" {
		no(400, "BadParameter", "Property has an invalid value.")
		return
	}
	raw := func(text string) []byte {
		b, _ := base64.RawURLEncoding.DecodeString(text)
		return b
	}
	spell := base64.RawURLEncoding.EncodeToString
	if !v.enabled {
		no(403, "Forbidden", "Operation is not allowed on a disabled key.")
		return
	}
	isRSA := strings.HasPrefix(s.types[name], "RSA") && q.Alg == "RSA-OAEP-256" && q.IV+q.AAD+q.Tag == ""
	isGCM := s.types[name] == "oct-HSM" && q.Alg == "A256GCM"
	switch {
	case operation == "wrapkey" && isRSA:
		c, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, &v.rsa.PublicKey, raw(q.Value), nil)
		if err != nil {
			no(400, "BadParameter", "too long")
			return
		}
		keystest.Answer(w, 200, map[string]any{"kid": kid, "value": spell(c)})
	case operation == "unwrapkey" && isRSA:
		p, err := rsa.DecryptOAEP(sha256.New(), nil, v.rsa, raw(q.Value), nil)
		if err != nil {
			no(400, "BadParameter", "Error occurred while decoding OAEP padding.")
			return
		}
		keystest.Answer(w, 200, map[string]any{"kid": kid, "value": spell(p)})
	case operation == "encrypt" && isGCM && q.IV+q.Tag == "":
		c := v.box.Seal(raw(q.Value), raw(q.AAD))
		keystest.Answer(w, 200, map[string]any{"alg": q.Alg, "kid": kid, "value": spell(c[12 : len(c)-16]), "iv": spell(c[:12]), "tag": spell(c[len(c)-16:]), "aad": q.AAD})
	case operation == "decrypt" && isGCM && q.IV != "" && q.Tag != "":
		p, ok := v.box.Open(append(append(raw(q.IV), raw(q.Value)...), raw(q.Tag)...), raw(q.AAD))
		if !ok {
			no(400, "BadParameter", "Decryption failed.")
			return
		}
		keystest.Answer(w, 200, map[string]any{"alg": q.Alg, "kid": kid, "value": spell(p)})
	default:
		no(400, "BadParameter", "Key and signing key properties are incompatible.")
	}
}

func options(n *keystest.Net) Options {
	return Options{
		Network: service.Network{CAFile: n.CAFile, Dial: n.Dial, Pause: time.Millisecond},
		Env:     keystest.Environment(map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "shared", "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}),
	}
}

func opened(t *testing.T, o Options, address string) keys.Key {
	t.Helper()
	return keystest.Opened(t, "azure-kv:https://"+address, func(a keys.Address) (keys.Key, error) { return Open(t.Context(), a, o) })
}

func TestSuite(t *testing.T) {
	_, n := newServer(t)
	for name, pair := range map[string][2]string{
		"RSA":     {vaultHost + "/keys/records", vaultHost + "/keys/other"},
		"oct-HSM": {hsmHost + "/keys/symmetric", hsmHost + "/keys/symmetric2"},
	} {
		t.Run(name, func(t *testing.T) {
			keystest.Run(t, keystest.Backend{
				Open:     func(t *testing.T) keys.Key { return opened(t, options(n), pair[0]) },
				Other:    func(t *testing.T) keys.Key { return opened(t, options(n), pair[1]) },
				Unsigned: true, Slow: true,
			})
		})
	}
}

func TestRotation(t *testing.T) {
	s, n := newServer(t)
	for _, at := range []string{vaultHost + "/keys/records", hsmHost + "/keys/symmetric"} {
		name := at[strings.LastIndex(at, "/")+1:]
		before := s.latest[name]
		k := opened(t, options(n), at)
		w, err := k.Wrap(t.Context(), []byte("secret"), []byte("for"))
		if err != nil {
			t.Fatal(err)
		}
		s.rotate(t, name)
		if p, err := opened(t, options(n), at).Unwrap(t.Context(), w, []byte("for")); err != nil || string(p) != "secret" {
			t.Errorf("%s: after a rotation: %q, %v", name, p, err)
		}
		newer, err := opened(t, options(n), at).Wrap(t.Context(), []byte("secret"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := opened(t, options(n), at+"/"+before).Unwrap(t.Context(), newer, nil); !errors.Is(err, keys.ErrUnwrap) {
			t.Errorf("%s: an address of the old version opens what the new one wrapped: %v", name, err)
		}
		s.versions[name][before].enabled = false
		if _, err := k.Unwrap(t.Context(), w, []byte("for")); err == nil || errors.Is(err, keys.ErrUnwrap) {
			t.Errorf("%s: a version that is disabled says of the bytes: %v", name, err)
		}
	}
}

// TestRotatedAway holds that a version which ended is not wrapped by until the next
// look, minutes later.
func TestRotatedAway(t *testing.T) {
	s, n := newServer(t)
	o, now := options(n), time.Now()
	o.Now = func() time.Time { return now }
	k := opened(t, o, vaultHost+"/keys/records")
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err != nil {
		t.Fatal(err)
	}
	s.versions["records"][s.latest["records"]].enabled = false
	s.rotate(t, "records")
	now = now.Add(time.Minute)
	w, err := k.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := k.Unwrap(t.Context(), w, nil); err != nil || string(p) != "secret" {
		t.Errorf("%q, %v", p, err)
	}
	s.versions["records"][s.latest["records"]].enabled = false
	now = now.Add(time.Minute)
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil || !strings.Contains(err.Error(), "403 Forbidden") {
		t.Errorf("one that is disabled and the newest: %v", err)
	}
}

func TestDescribe(t *testing.T) {
	s, n := newServer(t)
	part := func(v map[string]any, name string) map[string]any { return v[name].(map[string]any) }
	for _, c := range []struct {
		name, at string
		change   func(map[string]any)
		want     keys.Statement
		evidence int
	}{
		{"in hardware, perhaps imported", vaultHost + "/keys/records", func(map[string]any) {}, keys.Statement{Holder: graph.HolderProvider, Hardware: keys.Yes}, 2},
		{"in software, perhaps imported", vaultHost + "/keys/other", func(map[string]any) {}, keys.Statement{Holder: graph.HolderProvider, Hardware: keys.No}, 2},
		{"in a module, perhaps imported", hsmHost + "/keys/symmetric", func(map[string]any) {}, keys.Statement{Holder: graph.HolderProvider, Hardware: keys.Yes}, 3},
		{"exportable", vaultHost + "/keys/records", func(v map[string]any) { part(v, "attributes")["exportable"] = true }, keys.Statement{Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.Yes}, 2},
		{"released", vaultHost + "/keys/records", func(v map[string]any) { v["release_policy"] = map[string]any{"data": "e30"} }, keys.Statement{Holder: graph.HolderProvider, Hardware: keys.Yes, Exportable: keys.Yes}, 2},
		{"outside", hsmHost + "/keys/symmetric", func(v map[string]any) { part(v, "attributes")["external_key"] = map[string]any{"id": "x"} }, keys.Statement{Holder: graph.HolderExternal, Hardware: keys.Unknown}, 3},
	} {
		s.change = c.change
		got, err := opened(t, options(n), c.at).Describe(t.Context())
		if err != nil || got.Region != "germanywestcentral" || got.Holder != c.want.Holder || got.Hardware != c.want.Hardware || got.Exportable != c.want.Exportable || got.MultiRegion == keys.No || len(got.Evidence) != c.evidence {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	s.old = true
	for at, want := range map[string]graph.Holder{vaultHost + "/keys/records": graph.HolderProvider, hsmHost + "/keys/symmetric": ""} {
		got, err := opened(t, options(n), at).Describe(t.Context())
		if err != nil || got.Holder != want || (got.Hardware == keys.Yes) != (want != "") {
			t.Errorf("%s does not say whether it is kept outside: %+v, %v", at, got, err)
		}
	}
	s.old, s.change = false, func(map[string]any) {}
	for header, want := range map[string]string{"": "", "West Europe;": "", "WestEurope": "westeurope"} {
		s.region = header
		if got, err := opened(t, options(n), vaultHost+"/keys/records").Describe(t.Context()); err != nil || got.Region != want {
			t.Errorf("header %q: %q, %v", header, got.Region, err)
		}
	}
	s.kid = func(k string) string { return strings.Replace(k, "clinic.", "evil.", 1) }
	k := opened(t, options(n), vaultHost+"/keys/records")
	if _, err := k.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "contradiction") {
		t.Errorf("another vault's key: %v", err)
	}
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil {
		t.Error("wrapped by another vault's key")
	}
}

func TestLogin(t *testing.T) {
	s, n := newServer(t)
	federated := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(federated, []byte("federated\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at, want string
		env      map[string]string
	}{
		{vaultHost, "", map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "shared"}},
		{vaultHost, "", map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client", "AZURE_FEDERATED_TOKEN_FILE": federated}},
		{vaultHost, "invalid_client", map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "hunter2"}},
		{vaultHost, "AZURE_CLIENT_SECRET or", map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client"}},
		{vaultHost, "no tenant", map[string]string{"AZURE_TENANT_ID": "../x", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "shared"}},
		{vaultHost, "AZURE_AUTHORITY_HOST", map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "shared", "AZURE_AUTHORITY_HOST": "https://evil.example/"}},
		{"vault.azure.net.evil.example", "no vault", nil},
		{"a.b.vault.azure.net", "no vault", nil},
	} {
		o := options(n)
		o.Env = keystest.Environment(c.env)
		a, err := keys.ParseAddress("azure-kv:https://" + c.at + "/keys/records")
		if err != nil {
			t.Fatal(err)
		}
		k, err := Open(t.Context(), a, o)
		if err == nil {
			_, err = k.Describe(t.Context())
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: %v", c.env, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	s.logins = 0
	k := opened(t, options(n), vaultHost+"/keys/records")
	for range 3 {
		if _, err := k.Describe(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s.logins != 1 {
		t.Errorf("%d logins for three calls", s.logins)
	}
	if _, err := opened(t, options(n), vaultHost+"/keys/curve").Wrap(t.Context(), []byte("s"), nil); err == nil || !strings.Contains(err.Error(), `"EC" does not wrap`) {
		t.Errorf("a curve wraps: %v", err)
	}
}

// TestEmptyFields holds that no field is sent that an algorithm does not take.
func TestEmptyFields(t *testing.T) {
	b, err := json.Marshal(operation{Algorithm: "RSA-OAEP-256", Value: []byte{1}})
	if err != nil || string(b) != `{"alg":"RSA-OAEP-256","value":"AQ"}` {
		t.Errorf("%s, %v", b, err)
	}
}
