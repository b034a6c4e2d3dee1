package transit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// A rig is a server with a transit engine, ours or a real one.
type rig struct {
	host   string
	net    *keystest.Net
	token  string
	make   func(t *testing.T, name, kind string)
	rotate func(t *testing.T, name string)
	real   bool
	fake   *fake
}

func (r *rig) options(env map[string]string) Options {
	if env == nil {
		env = map[string]string{"VAULT_TOKEN": r.token}
	}
	o := Options{Network: service.Network{CAFile: r.net.CAFile, Pause: time.Millisecond, Timeout: 20 * time.Second}, Env: keystest.Environment(env)}
	if !r.real {
		o.Dial = r.net.Dial
	}
	return o
}

func (r *rig) open(t *testing.T, name string, o Options) (keys.Key, error) {
	t.Helper()
	a, err := keys.ParseAddress("transit://" + r.host + "/transit/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return Open(t.Context(), a, o)
}

func (r *rig) opened(t *testing.T, name string) keys.Key {
	t.Helper()
	k, err := r.open(t, name, r.options(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// all is what holds of every engine.
func (r *rig) all(t *testing.T) {
	for name, kind := range map[string]string{"records": "aes256-gcm96", "other": "chacha20-poly1305", "ledger": "ed25519", "ledger2": "ed25519"} {
		r.make(t, name, kind)
	}
	t.Run("suite", func(t *testing.T) {
		keystest.Run(t, keystest.Backend{
			Open: func(t *testing.T) keys.Key {
				return keystest.Pair{Key: r.opened(t, "records"), Signer: r.opened(t, "ledger")}
			},
			Other: func(t *testing.T) keys.Key {
				return keystest.Pair{Key: r.opened(t, "other"), Signer: r.opened(t, "ledger2")}
			},
			Slow: true,
		})
	})
	t.Run("rotation", r.rotation)
	t.Run("wrong kinds", r.wrongKinds)
	t.Run("describe", func(t *testing.T) {
		s, err := r.opened(t, "records").Describe(t.Context())
		if err != nil || s.Grade != keys.OperatorAsserted || s.Exportable != keys.No || s.Material != keys.Generated || s.Hardware != keys.No || s.Holder != graph.HolderExternal || len(s.Evidence) != 2 {
			t.Errorf("%+v, %v", s, err)
		}
		if c := keys.Ladder(s); !strings.Contains(c.Unknown, "who runs") {
			t.Errorf("custody %+v", c)
		}
	})
}

func (r *rig) rotation(t *testing.T) {
	wrap, sign := r.opened(t, "records"), r.opened(t, "ledger")
	w, err := wrap.Wrap(t.Context(), []byte("secret"), []byte("for"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := sign.Public(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.rotate(t, "records")
	r.rotate(t, "ledger")
	if p, err := wrap.Unwrap(t.Context(), w, []byte("for")); err != nil || string(p) != "secret" {
		t.Errorf("what an older version wrapped: %q, %v", p, err)
	}
	newer, err := wrap.Wrap(t.Context(), []byte("secret"), []byte("for"))
	if err != nil || newer[3] <= w[3] {
		t.Errorf("the new version is not used: %x, %x, %v", w[:4], newer[:4], err)
	}
	if after, err := sign.Public(t.Context()); err != nil || after.Equal(before) {
		t.Errorf("public key after a rotation: %v", err)
	}
	signer, err := keys.NewSigner(t.Context(), sign, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign([]byte("m")); err != nil {
		t.Error(err)
	}
}

func (r *rig) wrongKinds(t *testing.T) {
	if _, err := r.opened(t, "records").Sign(t.Context(), []byte("m")); !errors.Is(err, keys.ErrNoSigner) {
		t.Errorf("sign: %v", err)
	}
	if _, err := r.opened(t, "records").Public(t.Context()); !errors.Is(err, keys.ErrNoSigner) {
		t.Errorf("public: %v", err)
	}
	if _, err := r.opened(t, "ledger").Wrap(t.Context(), []byte("m"), nil); err == nil || !strings.Contains(err.Error(), "type ed25519") {
		t.Errorf("wrap: %v", err)
	}
	if _, err := r.opened(t, "ledger").Unwrap(t.Context(), []byte("12345678901234567890"), nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("unwrap: %v", err)
	}
	if _, err := r.open(t, "mistyped", r.options(nil)); err == nil || !strings.Contains(err.Error(), "no such key") {
		t.Errorf("a key that is not there: %v", err)
	}
	if _, err := r.open(t, "records", r.options(map[string]string{"VAULT_TOKEN": "hunter2"})); err == nil || !strings.Contains(err.Error(), "403") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a token that is none: %v", err)
	}
}

func TestTransit(t *testing.T) { newFake(t).all(t) }

func TestProperties(t *testing.T) {
	r := newFake(t)
	r.make(t, "records", "aes256-gcm96")
	k := r.opened(t, "records")
	for _, c := range []struct {
		name       string
		data       map[string]any
		exportable keys.Answer
		material   keys.Material
		hardware   keys.Answer
	}{
		{"plain", nil, keys.No, keys.Generated, keys.No},
		{"exportable", map[string]any{"exportable": true}, keys.Yes, keys.Generated, keys.No},
		{"with plain backups", map[string]any{"allow_plaintext_backup": true}, keys.Yes, keys.Generated, keys.No},
		{"imported", map[string]any{"imported_key": true}, keys.Yes, keys.Imported, keys.No},
		{"restored", map[string]any{"restore_info": map[string]any{"time": "2026-01-01T00:00:00Z", "version": 1}}, keys.Yes, keys.Imported, keys.No},
		{"of which there is a backup", map[string]any{"backup_info": map[string]any{"time": "2026-01-01T00:00:00Z", "version": 1}}, keys.Yes, keys.Generated, keys.No},
		{"silent", map[string]any{"exportable": nil}, "", keys.Generated, keys.No},
		{"of an old server", map[string]any{"imported_key": nil}, "", "", keys.No},
		{"kept elsewhere", map[string]any{"type": "external-key", "keys": map[string]any{"1": "hsm/records"}}, "", "", ""},
	} {
		r.fake.keys["records"].data = c.data
		s, err := k.Describe(t.Context())
		if err != nil || s.Exportable != c.exportable || s.Material != c.material || s.Hardware != c.hardware {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
	}
	for name, data := range map[string]map[string]any{"derived": {"derived": true}, "convergent": {"convergent_encryption": true}, "gone": {"soft_deleted": true}, "RSA": {"type": "rsa-4096"}} {
		r.fake.keys["records"].data = data
		if _, err := k.Wrap(t.Context(), []byte("secret"), []byte("for")); err == nil || !strings.Contains(err.Error(), "does not wrap under a context") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.fake.keys["records"].data = map[string]any{"name": "other"}
	if _, err := k.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "speaks of another") {
		t.Errorf("%v", err)
	}
	r.fake.sealed = true
	if _, err := k.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "unseal") {
		t.Errorf("%v", err)
	}
}

// TestKeysWithoutContext holds that what no key of ours wrapped is not opened:
// whoever has the public half of an RSA key makes what it decrypts.
func TestKeysWithoutContext(t *testing.T) {
	r := newFake(t)
	r.make(t, "rsa", "rsa-4096")
	forged := append([]byte{0, 0, 0, 1}, r.fake.keys["rsa"].versions[0].Seal([]byte("secret"), nil)...)
	if p, err := r.opened(t, "rsa").Unwrap(t.Context(), forged, nil); err == nil || !strings.Contains(err.Error(), "does not wrap under a context") {
		t.Errorf("%q, %v", p, err)
	}
}

// TestServersWithoutContext holds the same of servers that are older than contexts:
// they ignore one, and those between say so in a warning.
func TestServersWithoutContext(t *testing.T) {
	r := newFake(t)
	r.make(t, "records", "aes256-gcm96")
	k := r.opened(t, "records")
	bare := append([]byte{0, 0, 0, 1}, r.fake.keys["records"].versions[0].Seal([]byte("secret"), nil)...)
	for name, make := range map[string]func(){
		"1.11 and 1.12": func() { r.fake.old, r.fake.keys["records"].data = true, nil },
		"before":        func() { r.fake.old, r.fake.keys["records"].data = false, map[string]any{"imported_key": nil} },
	} {
		make()
		if _, err := k.Wrap(t.Context(), []byte("secret"), []byte("for")); err == nil || !strings.Contains(err.Error(), "1.13") {
			t.Errorf("%s: wrap: %v", name, err)
		}
		if p, err := k.Unwrap(t.Context(), bare, []byte("for")); err == nil || !strings.Contains(err.Error(), "1.13") {
			t.Errorf("%s: unwrap: %q, %v", name, p, err)
		}
	}
}

func TestLogin(t *testing.T) {
	r := newFake(t)
	r.make(t, "records", "aes256-gcm96")
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token, secret, jwt, open := file("token", "root\n", 0o600), file("secret", "secret\n", 0o600), file("jwt", "jwt\n", 0o644), file("open", "root\n", 0o644)
	for _, c := range []struct {
		name, want string
		env        map[string]string
		token      string
	}{
		{"token", "", map[string]string{"BAO_TOKEN": "root"}, ""},
		{"token in both spellings", "", map[string]string{"BAO_TOKEN": "root", "VAULT_TOKEN": "root"}, ""},
		{"two tokens", "differ", map[string]string{"BAO_TOKEN": "root", "VAULT_TOKEN": "other"}, ""},
		{"token file", "", map[string]string{"VAULT_TOKEN_FILE": token}, ""},
		{"option first", "", map[string]string{"VAULT_TOKEN": "wrong"}, "file:" + token},
		{"token file for everybody", "chmod 600", map[string]string{"VAULT_TOKEN_FILE": open}, ""},
		{"AppRole", "", map[string]string{"VAULT_ROLE_ID": "role", "VAULT_SECRET_ID_FILE": secret}, ""},
		{"AppRole without secret", "VAULT_SECRET_ID_FILE", map[string]string{"VAULT_ROLE_ID": "role"}, ""},
		{"another role", "invalid role", map[string]string{"VAULT_ROLE_ID": "other", "VAULT_SECRET_ID_FILE": secret}, ""},
		{"Kubernetes", "", map[string]string{"BAO_K8S_ROLE": "clinic", "BAO_K8S_TOKEN_FILE": jwt}, ""},
		{"Kubernetes elsewhere", "400", map[string]string{"BAO_K8S_ROLE": "clinic", "BAO_K8S_TOKEN_FILE": jwt, "BAO_K8S_MOUNT": "k8s"}, ""},
		{"two mounts", "BAO_K8S_MOUNT and VAULT_K8S_MOUNT differ", map[string]string{"BAO_K8S_ROLE": "clinic", "BAO_K8S_TOKEN_FILE": jwt, "BAO_K8S_MOUNT": "kubernetes", "VAULT_K8S_MOUNT": "k8s"}, ""},
		{"a mount that leaves", "no path", map[string]string{"BAO_K8S_ROLE": "clinic", "BAO_K8S_TOKEN_FILE": jwt, "BAO_K8S_MOUNT": "../sys"}, ""},
		{"unverified", "VAULT_SKIP_VERIFY", map[string]string{"VAULT_TOKEN": "root", "VAULT_SKIP_VERIFY": "1"}, ""},
		{"nobody", "VAULT_TOKEN_FILE", map[string]string{"HOME": dir}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := r.options(c.env)
			o.Token = c.token
			_, err := r.open(t, "records", o)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	// A token that ended is asked for anew, once.
	o := r.options(map[string]string{"VAULT_ROLE_ID": "role", "VAULT_SECRET_ID_FILE": secret})
	now := time.Now()
	o.Now = func() time.Time { return now }
	k, err := r.open(t, "records", o)
	if err != nil {
		t.Fatal(err)
	}
	before := r.fake.login
	r.fake.tokens = map[string]bool{}
	if _, err := k.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "403") || r.fake.login != before {
		t.Errorf("one that we have just got and that may not: %d logins, %v", r.fake.login-before, err)
	}
	now = now.Add(time.Minute)
	if _, err := k.Describe(t.Context()); err != nil || r.fake.login != before+1 {
		t.Errorf("%d logins, %v", r.fake.login-before, err)
	}
}

func TestText(t *testing.T) {
	w, err := pack("vault:v12:AAECAw==")
	if err != nil || string(w) != "\x00\x00\x00\x0c\x00\x01\x02\x03" {
		t.Errorf("%x, %v", w, err)
	}
	if text, err := unpack(w); err != nil || text != "vault:v12:AAECAw==" {
		t.Errorf("%s, %v", text, err)
	}
	for _, text := range []string{"", "vault:v0:AAECAw==", "vault:v1:AAECAx==", "vault:v1:AAEC\nAw==", "vault:v1:", "vault:v01:AAECAw==", "other:v1:AAECAw==", "vault:v9999999999:AAECAw=="} {
		if _, err := pack(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
