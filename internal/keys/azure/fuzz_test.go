package azure

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads bundles, results, tokens and refusals of anybody's.
func FuzzAnswers(f *testing.F) {
	at := keys.Address{Scheme: "azure-kv", Host: vaultHost, Name: "records"}
	kid := "https://" + vaultHost + "/keys/records/" + strings.Repeat("a", 32)
	for _, seed := range []string{`{"key":{"kid":"` + kid + `","kty":"RSA-HSM"},"attributes":{"exportable":false,"external_key":null}}`, `{"kid":"` + kid + `","value":"AA"}`, `{"token_type":"Bearer","access_token":"t","expires_in":1}`, `{"error":{"code":"c","message":"m"}}`, `{"error":"e"}`, `{`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := &service.Answer{Status: 200, Body: body}
		if b, err := parseBundle(a, at); err == nil {
			if !isVersion(b.version) || len(packed(b.version)) != versionSize || b.Key.ID != "https://"+vaultHost+"/keys/records/"+b.version {
				t.Errorf("%q: %+v", body, b)
			}
			b.statement()
		}
		var r result
		_ = json.Unmarshal(body, &r)
		if p, err := parseToken(a, time.Now()); err == nil && (p.Value == "" || strings.ContainsAny(p.Value, "\r\n")) {
			t.Errorf("%q: %+v", body, p)
		}
		if refused(a) == nil {
			t.Error("no error")
		}
	})
}

// FuzzRegion takes a header for a region only if it is one word.
func FuzzRegion(f *testing.F) {
	for _, seed := range []string{"", "westeurope", "a b", "\x00", strings.Repeat("a", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if r := regionOf(map[string][]string{"X-Ms-Keyvault-Region": {header}}); strings.ContainsAny(r, " /\n\x00") || len(r) > 40 {
			t.Errorf("%q is %q", header, r)
		}
	})
}
