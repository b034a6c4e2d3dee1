//go:build real

package transit

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/vault"
)

// newReal starts a Vault and enables its engine.
func newReal(t *testing.T) (r *rig, ask func(t *testing.T, method, path string, request any) map[string]any) {
	t.Helper()
	n := keystest.NewNet(t)
	certificate, key := n.Identity("127.0.0.1")
	address, token := vault.Start(t, certificate, key)
	pem, err := os.ReadFile(n.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	ask = func(t *testing.T, method, path string, request any) map[string]any {
		t.Helper()
		body, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		q, err := http.NewRequest(method, "https://"+address+"/v1/"+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("X-Vault-Token", token)
		resp, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode >= 300 {
			t.Fatalf("%s %s: %d %s, %v", method, path, resp.StatusCode, text, err)
		}
		var answer struct{ Data map[string]any }
		if len(text) > 0 {
			if err := json.Unmarshal(text, &answer); err != nil {
				t.Fatal(err)
			}
		}
		return answer.Data
	}
	ask(t, "POST", "sys/mounts/transit", map[string]any{"type": "transit"})
	return &rig{host: address, net: n, token: token, real: true,
		make: func(t *testing.T, name, kind string) {
			ask(t, "POST", "transit/keys/"+name, map[string]any{"type": kind})
		},
		rotate: func(t *testing.T, name string) { ask(t, "POST", "transit/keys/"+name+"/rotate", nil) },
	}, ask
}

// TestRealTransit runs what the server of ours passes over Vault's own engine,
// and what only that can show.
func TestRealTransit(t *testing.T) {
	r, ask := newReal(t)
	r.all(t)
	t.Run("exportable", func(t *testing.T) {
		ask(t, "POST", "transit/keys/loose", map[string]any{"type": "aes256-gcm96", "exportable": true})
		s, err := r.opened(t, "loose").Describe(t.Context())
		if err != nil || s.Exportable != keys.Yes {
			t.Errorf("%+v, %v", s, err)
		}
	})
	t.Run("restored", func(t *testing.T) {
		ask(t, "POST", "transit/keys/original", map[string]any{"type": "aes256-gcm96", "exportable": true})
		ask(t, "POST", "transit/keys/original/config", map[string]any{"allow_plaintext_backup": true})
		backup, err := base64.StdEncoding.DecodeString(ask(t, "GET", "transit/backup/original", nil)["backup"].(string))
		if err != nil {
			t.Fatal(err)
		}
		// A backup is in the clear, so whoever has it writes into it what he likes.
		for _, flag := range []string{`"exportable":`, `"allow_plaintext_backup":`} {
			if !bytes.Contains(backup, []byte(flag+"true")) {
				t.Fatalf("the backup has no %s", flag)
			}
			backup = bytes.ReplaceAll(backup, []byte(flag+"true"), []byte(flag+"false"))
		}
		ask(t, "POST", "transit/restore/copy", map[string]any{"backup": base64.StdEncoding.EncodeToString(backup)})
		s, err := r.opened(t, "copy").Describe(t.Context())
		if err != nil || s.Exportable != keys.Yes || s.Material != keys.Imported {
			t.Errorf("a key of which there is a copy: %+v, %v", s, err)
		}
	})
	t.Run("AppRole", func(t *testing.T) {
		ask(t, "POST", "sys/auth/approle", map[string]any{"type": "approle"})
		ask(t, "PUT", "sys/policies/acl/records", map[string]any{"policy": `
path "transit/keys/records" { capabilities = ["read"] }
path "transit/encrypt/records" { capabilities = ["update"] }
path "transit/decrypt/records" { capabilities = ["update"] }`})
		ask(t, "POST", "auth/approle/role/clinic", map[string]any{"token_policies": "records", "secret_id_num_uses": 1, "token_ttl": "10m"})
		role := ask(t, "GET", "auth/approle/role/clinic/role-id", nil)["role_id"].(string)
		secret := ask(t, "POST", "auth/approle/role/clinic/secret-id", nil)["secret_id"].(string)
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		o := r.options(map[string]string{"VAULT_ROLE_ID": role, "VAULT_SECRET_ID_FILE": file})
		k, err := r.open(t, "records", o)
		if err != nil {
			t.Fatal(err)
		}
		w, err := k.Wrap(t.Context(), []byte("secret"), []byte("for"))
		if err != nil {
			t.Fatal(err)
		}
		if p, err := k.Unwrap(t.Context(), w, []byte("for")); err != nil || string(p) != "secret" {
			t.Errorf("%q, %v", p, err)
		}
		if _, err := r.open(t, "ledger", o); err == nil || !strings.Contains(err.Error(), "log in") {
			t.Errorf("a secret that was used up: %v", err)
		}
	})
	t.Run("RSA", func(t *testing.T) {
		r.make(t, "asymmetric", "rsa-2048")
		text := ask(t, "POST", "transit/encrypt/asymmetric", map[string]any{"plaintext": "c2VjcmV0"})["ciphertext"].(string)
		forged, err := pack(text)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := r.opened(t, "asymmetric").Unwrap(t.Context(), forged, nil); err == nil || !strings.Contains(err.Error(), "does not wrap under a context") {
			t.Errorf("what anybody can make is opened: %q, %v", p, err)
		}
	})
	t.Run("destroyed", func(t *testing.T) {
		r.make(t, "gone", "aes256-gcm96")
		k := r.opened(t, "gone")
		ask(t, "POST", "transit/keys/gone/config", map[string]any{"deletion_allowed": true})
		ask(t, "DELETE", "transit/keys/gone", nil)
		if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil {
			t.Error("a key that was destroyed wraps: the engine made a new one")
		}
	})
}
