//go:build real && prowler

package others

import (
	"path/filepath"
	"slices"
	"testing"
)

// Of Prowler only the mode for infrastructure code needs no account; it runs Trivy.
// Its four hundred packages take ten minutes to install, so make test-real leaves it
// out: bench/peers.sh prowler, then go test -tags real,prowler -run Prowler.
func TestRealProwler(t *testing.T) {
	dir := t.TempDir()
	runs(t, "prowler", "iac", "--scan-path", clinic, "--scanners", "misconfig", "--output-formats", "json-ocsf", "sarif",
		"--output-directory", dir, "--output-filename", "r", "--no-banner", "--no-color", "--ignore-exit-code-3")
	report := filepath.Join(dir, "r.ocsf.json")
	var doc []struct {
		Code   string `json:"status_code"`
		Status string
	}
	decode(t, report, &doc)
	want := 0
	for _, f := range doc {
		if f.Code == "FAIL" && f.Status != "Suppressed" {
			want++
		}
	}
	got, alike := says(t, report, "Prowler"), says(t, filepath.Join(dir, "r.sarif"), "Prowler")
	if len(got) != want || want < 50 || !slices.Equal(places(alike), places(got)) {
		t.Errorf("it says %d, of which %d are read and %d of its SARIF", want, len(got), len(alike))
	}
	lines := 0
	for i := range got {
		if got[i].Origin.Line > 0 {
			lines++
		}
	}
	if lines == 0 {
		t.Error("none has a line")
	}
	t.Logf("%d, %d with a line", want, lines)
}
