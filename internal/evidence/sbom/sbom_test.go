package sbom_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/bom"
)

// TestBill: the bill of a tree is valid, has packages, models and services, and says
// where each was read; of a result alone there is none.
func TestBill(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	var b bytes.Buffer
	if err := sbom.Document.Exports["cyclonedx"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	bom.Valid(t, b.Bytes())
	for _, part := range []string{`"pkg:`, `"machine-learning-model"`, `"trustZone"`, `"bailiwick:origin"`} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the bill has no %s", part)
		}
	}
	c.Facts = nil
	if err := sbom.Document.Exports["cyclonedx"](&b, c, "en"); err == nil || !strings.Contains(err.Error(), "give the paths of the tree") {
		t.Errorf("%v", err)
	}
}
