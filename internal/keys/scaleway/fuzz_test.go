package scaleway

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// FuzzAnswers reads keys of anybody's.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{`{"id":"i","region":"fr-par","origin":"external","rotation_count":1}`, `{"usage":null}`, `{`, `null`, `[]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var k managed
		if service.Decode(&service.Answer{Body: body}, &k) == nil {
			if s := k.statement(); s.Hardware != "" || s.Exportable == keys.No || s.Grade != keys.ProviderAsserted {
				t.Errorf("%q: %+v", body, s)
			}
		}
	})
}
