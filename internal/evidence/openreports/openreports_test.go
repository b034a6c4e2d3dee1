package openreports_test

import (
	"bytes"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/openreports"
	"github.com/bailiwick-dev/bailiwick/internal/report"
)

// TestTheSameWriter: it is what bailiwick check writes.
func TestTheSameWriter(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	var a, b bytes.Buffer
	if err := openreports.Document.Exports["openreports"](&a, c, "en"); err != nil {
		t.Fatal(err)
	}
	if err := report.Write(&b, "openreports", c.Result, report.Options{}); err != nil || a.String() != b.String() || a.Len() == 0 {
		t.Errorf("the reports differ: %v", err)
	}
	c.Result.Assets[0].Origin.File = ""
	if openreports.Document.Exports["openreports"](&a, c, "en") == nil {
		t.Error("a fact without origin is exported")
	}
}
