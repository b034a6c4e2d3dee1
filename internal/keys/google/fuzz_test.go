package google

import (
	"encoding/json"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads versions, checksums, refusals and key files of anybody's.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{`{"name":"n","protectionLevel":"HSM","attestation":{"format":"CAVIUM_V2_COMPRESSED","content":"AA=="}}`, `{"error":{"status":"S","message":"m"}}`, `"123"`, `123`, `"-1"`, `null`, `{`, `{"type":"service_account"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &service.Answer{Status: 400, Body: body}
		var v keyVersion
		if service.Decode(a, &v) == nil {
			if s := v.statement(false); v.ProtectionLevel == "" && (s.Holder != "" || s.Exportable == keys.No || s.Grade > keys.ProviderAsserted) {
				t.Errorf("%q: %+v", body, s)
			}
		}
		var n number
		if err := json.Unmarshal(body, &n); err == nil && n.set && n.of([]byte{0}) && n.of([]byte{1}) {
			t.Errorf("%q is the checksum of everything", body)
		}
		if refused(a) == nil {
			t.Error("no error")
		}
		if a, err := parseAccount(body); err == nil && a.private == nil {
			t.Errorf("an account without a key of %q", body)
		}
	})
}
