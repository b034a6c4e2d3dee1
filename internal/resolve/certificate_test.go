package resolve_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// TestSchemes: the perimeter and the knowledge base, which do not know each other,
// have the same schemes of certificates.
func TestSchemes(t *testing.T) {
	parse := func(scheme string) error {
		_, err := perimeter.Parse("perimeter.yaml", fmt.Appendf(nil, `apiVersion: bailiwick/v1
kind: Perimeter
spec:
  jurisdictions: {allow: [EU]}
  evidence: [{about: ovh, fact: certificate, value: [%s], covers: ["* *"], document: "sha256:%s", approved_by: a@clinic.example, expires: 2027-01-01}]
`, scheme, strings.Repeat("0", 64)))
		return err
	}
	words := slices.Sorted(maps.Keys(kb.Schemes))
	for _, w := range words {
		if err := parse(w); err != nil {
			t.Errorf("%s: %v", w, err)
		}
	}
	if err := parse("none"); err == nil || !strings.Contains(err.Error(), strings.Join(words, ", ")) {
		t.Errorf("the perimeter has other schemes than %v: %v", words, err)
	}
}
