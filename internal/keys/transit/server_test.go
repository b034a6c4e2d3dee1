package transit

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

// fake is a transit engine as its documentation says. TestRealTransit runs what is
// tested here beside Vault's own.
type fake struct {
	mu     sync.Mutex
	tokens map[string]bool
	keys   map[string]*fakeKey
	login  int
	sealed bool
	old    bool // as Vault 1.11 and 1.12: it does not know associated_data
}

type fakeKey struct {
	kind     string
	versions []*keystest.Box
	data     map[string]any // what else the key says
}

func newFake(t *testing.T) *rig {
	f := &fake{tokens: map[string]bool{"root": true}, keys: map[string]*fakeKey{}}
	n := keystest.NewNet(t)
	n.Serve("bao.example", false, f)
	return &rig{host: "bao.example:443", net: n, token: "root", make: func(t *testing.T, name, kind string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.keys[name] = &fakeKey{kind: kind, versions: []*keystest.Box{keystest.NewBox()}, data: map[string]any{}}
	}, rotate: func(t *testing.T, name string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.keys[name].versions = append(f.keys[name].versions, keystest.NewBox())
	}, fake: f}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	no := func(status int, texts ...string) {
		keystest.Answer(w, status, map[string]any{"errors": append([]string{}, texts...)})
	}
	if f.sealed {
		no(503, "Vault is sealed")
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/")
	if mount, isLogin := strings.CutPrefix(path, "auth/"); isLogin && r.Method == http.MethodPost {
		f.enter(w, r, mount, no)
		return
	}
	operation, name, _ := strings.Cut(strings.TrimPrefix(path, "transit/"), "/")
	switch {
	case !f.tokens[r.Header.Get("X-Vault-Token")]:
		no(403, "permission denied")
		return
	case !ok || !strings.HasPrefix(path, "transit/"):
		no(404, "no handler for route")
		return
	}
	k := f.keys[name]
	var q struct {
		Plaintext  string `json:"plaintext"`
		Ciphertext string `json:"ciphertext"`
		Associated string `json:"associated_data"`
		Input      string `json:"input"`
		KeyVersion int    `json:"key_version"`
	}
	if r.Method == http.MethodPost {
		if err := keystest.Strict(r, &q); err != nil {
			no(400, "failed to parse JSON input")
			return
		}
	}
	raw := func(s string) []byte {
		b, _ := base64.StdEncoding.DecodeString(s)
		return b
	}
	spell := base64.StdEncoding.EncodeToString
	if k == nil && operation == "keys" {
		no(404)
		return
	}
	if k == nil {
		no(400, "encryption key not found")
		return
	}
	last := len(k.versions)
	var warnings []string
	if f.old && q.Associated != "" {
		warnings, q.Associated = []string{"Endpoint ignored these unrecognized parameters: [associated_data]"}, ""
	}
	if q.Associated != "" && strings.HasPrefix(k.kind, "rsa-") {
		no(400, "'[0].associated_data' provided for non-AEAD cipher suite "+k.kind)
		return
	}
	switch {
	case r.Method == http.MethodGet && operation == "keys":
		versions := map[string]any{}
		for i, v := range k.versions {
			versions[strconv.Itoa(i+1)] = 1700000000
			if k.kind == "ed25519" {
				versions[strconv.Itoa(i+1)] = map[string]any{"name": "ed25519", "public_key": spell(v.Private.Public().(ed25519.PublicKey)), "creation_time": "2026-01-01T00:00:00Z"}
			}
		}
		data := map[string]any{"name": name, "type": k.kind, "derived": false, "exportable": false, "allow_plaintext_backup": false, "imported_key": false, "latest_version": last, "supports_encryption": k.kind != "ed25519", "supports_signing": k.kind == "ed25519", "keys": versions}
		for n, v := range k.data {
			data[n] = v
		}
		keystest.Answer(w, 200, map[string]any{"data": data})
	case r.Method == http.MethodPost && operation == "encrypt" && k.kind != "ed25519":
		keystest.Answer(w, 200, map[string]any{"warnings": warnings, "data": map[string]any{"key_version": last, "ciphertext": fmt.Sprintf("vault:v%d:%s", last, spell(k.versions[last-1].Seal(raw(q.Plaintext), raw(q.Associated))))}})
	case r.Method == http.MethodPost && operation == "decrypt" && k.kind != "ed25519":
		var version int
		var body string
		fmt.Sscanf(strings.Replace(q.Ciphertext, ":", " ", 2), "vault v%d %s", &version, &body)
		if version > last {
			no(400, "invalid ciphertext: version is too new")
			return
		}
		p, ok := k.versions[max(version, 1)-1].Open(raw(body), raw(q.Associated))
		if !ok {
			no(400, "cipher: message authentication failed")
			return
		}
		keystest.Answer(w, 200, map[string]any{"warnings": warnings, "data": map[string]any{"plaintext": spell(p)}})
	case r.Method == http.MethodPost && operation == "sign" && k.kind == "ed25519":
		v := k.versions[max(q.KeyVersion, 1)-1]
		keystest.Answer(w, 200, map[string]any{"data": map[string]any{"key_version": q.KeyVersion, "signature": fmt.Sprintf("vault:v%d:%s", q.KeyVersion, spell(ed25519.Sign(v.Private, raw(q.Input))))}})
	default:
		no(400, "unsupported operation")
	}
}

func (f *fake) enter(w http.ResponseWriter, r *http.Request, mount string, no func(int, ...string)) {
	var q map[string]string
	f.login++
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		no(400, "bad request")
		return
	}
	good := mount == "approle/login" && q["role_id"] == "role" && q["secret_id"] == "secret" || mount == "kubernetes/login" && q["role"] == "clinic" && q["jwt"] == "jwt"
	if !good {
		no(400, "invalid role or secret ID")
		return
	}
	token := fmt.Sprintf("token-%d", f.login)
	f.tokens[token] = true
	keystest.Answer(w, 200, map[string]any{"auth": map[string]any{"client_token": token, "lease_duration": 3600, "renewable": true}})
}
