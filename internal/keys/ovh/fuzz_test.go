package ovh

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads keys of anybody's.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{`{"id":"i","type":"oct","protectionLevel":"HSM","attributes":{"state":"active"}}`, `{"attributes":null}`, `{`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var k serviceKey
		if service.Decode(&service.Answer{Body: body}, &k) == nil {
			if s := k.statement(); s.Exportable == keys.No || s.Material != "" || s.Hardware != "" && k.Protection == "" {
				t.Errorf("%q: %+v", body, s)
			}
		}
	})
}

// FuzzToken takes one spelling only for each token.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{"", "e30..AAAA.AA.AA", "e30..AAAA.AB.AA", "e30.\n.AAAA.AA.AA", "a.b.c", strings.Repeat("A", 6000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !wellFormed(s) {
			return
		}
		parts := strings.Split(s, ".")
		for i, p := range parts {
			b, err := base64.RawURLEncoding.DecodeString(p)
			if err != nil {
				t.Fatal(err)
			}
			parts[i] = base64.RawURLEncoding.EncodeToString(b)
		}
		if strings.Join(parts, ".") != s || len(s) > maxToken {
			t.Errorf("%q", s)
		}
	})
}
