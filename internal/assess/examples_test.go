package assess_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
)

// TestExamplesAreJudgedSoundly: in whole systems every finding that
// is open has a fingerprint of its own (else a baseline would absorb one with
// the other), a line, and a message without holes.
func TestExamplesAreJudgedSoundly(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/perimeter.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("examples: %v, %v", files, err)
	}
	for _, file := range files {
		p, err := perimeter.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		o := options(t, eu, everything)
		o.Perimeter = p
		f := all.Read([]string{filepath.Dir(file)}, all.Options{Terraform: terraform.Options{Data: o.KB.DataAttributes("terraform")}, Hosts: o.KB.Defaults(), Code: all.Code(o.KB)})
		res := run(t, &f, o)
		if len(res.Findings) < 20 {
			t.Errorf("%s: only %d findings, passes included", file, len(res.Findings))
		}
		seen := map[string]*finding.Finding{}
		for i := range res.Findings {
			f := &res.Findings[i]
			if f.Status == finding.Pass || f.Status == finding.NotInForce {
				continue // no baseline holds them
			}
			if other := seen[f.Fingerprint]; other != nil {
				t.Errorf("%s: %s and %s of %s have one fingerprint: %q and %q", file, other.Rule, f.Rule, f.Subject, other.Message, f.Message)
			}
			seen[f.Fingerprint] = f
			if f.Origin.Line == 0 || f.Severity.Rank() == 0 || f.Message == "" || strings.Contains(f.Message, "{why}") ||
				strings.Contains(f.Message, "no reason is recorded") || strings.Contains(f.Message, "%!") || strings.Contains(f.Message, "<undefined>") {
				t.Errorf("%s: a finding with a hole: %+v", file, *f)
			}
		}
	}
}
