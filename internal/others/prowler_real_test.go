//go:build real && prowler

package others

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// The four hundred packages of Prowler take ten minutes to install, so make
// test-real leaves it out:
//
//	bench/peers.sh prowler trivy checkov
//	go test -tags real,prowler -run RealProwler ./internal/others

// places are where sayings are, by rule; two forms of one report have the same.
func places(said []finding.Said) []string {
	var out []string
	for i := range said {
		out = append(out, said[i].Rule+" "+said[i].Origin.File)
	}
	slices.Sort(out)
	return out
}

// Of Prowler only the mode for infrastructure code needs no account; it runs Trivy.
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

// Its own rules, and those that it has of Trivy.
func TestRealProwlerConflicts(t *testing.T) {
	trivy := trivyHas(t)
	hasAll(t, "Prowler", 15, func(id string) bool {
		found, err := filepath.Glob(filepath.Join(peers(t), "..", "venv", "prowler", "lib", "python3*", "site-packages", "prowler", "providers", "*", "services", "*", id, id+".metadata.json"))
		return err == nil && len(found) == 1 || trivy(id)
	})
}
