package transit

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads keys, fields, logins and refusals of anybody's.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{`{"data":{"name":"n","type":"ed25519","latest_version":1,"keys":{"1":{"public_key":"AA=="}}}}`, `{"data":{"type":"aes256-gcm96","keys":{"1":1700000000}}}`, `{"data":{"ciphertext":"vault:v1:AA=="}}`, `{"auth":{"client_token":"t","lease_duration":60}}`, `{"errors":["e"]}`, `{"warnings":["associated_data"]}`, `{`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &service.Answer{Status: 400, Body: body}
		if p, err := parseKey(a); err == nil {
			if s := p.statement(); s.Exportable == keys.No && (p.Exportable == nil || p.AllowPlaintextBackup == nil || p.Imported == nil || p.Restore != nil || p.Backup != nil) || s.Grade != keys.OperatorAsserted {
				t.Errorf("%q: %+v", body, s)
			}
			_, _ = p.public()
		}
		if s, err := field(a, "ciphertext"); err == nil && s == "" {
			t.Errorf("%q has an empty field", body)
		}
		if p, err := parseLogin(a, time.Now()); err == nil && (p.Value == "" || strings.ContainsAny(p.Value, "\r\n")) {
			t.Errorf("%q: %+v", body, p)
		}
		ignored(a)
		if refused(a) == nil {
			t.Error("no error")
		}
	})
}

// FuzzText reads what an engine wraps: one spelling for each meaning.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "vault:v1:AAECAw==", "vault:v1:AAECAx==", "vault:v0:AA==", "vault:v1:AA\n=="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := pack(s)
		if err != nil {
			return
		}
		if again, err := unpack(w); err != nil || again != s {
			t.Errorf("%q comes back as %q, %v", s, again, err)
		}
		if w2, _ := pack(s); !bytes.Equal(w, w2) {
			t.Errorf("%q is packed in two ways", s)
		}
	})
}
