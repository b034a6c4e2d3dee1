package cilium_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/cilium"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// TestBack: a pod that the policy selects is closed, and a host elsewhere, an open
// pattern and a policy that closes nothing are seen.
func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: cilium.Target, Perimeter: admissiontest.Perimeter, Pass: []graph.RuleID{"EGR-001", "EGR-003"},
		With: []enforce.File{admissiontest.Beside("ward")},
		Mutants: []enforcetest.Mutant{
			{Name: "a host", Old: "matchName: api.scaleway.ai", New: "matchName: api.openai.com", Rule: "EGR-003"},
			{Name: "every host", Old: "matchName: api.scaleway.ai", New: "matchPattern: '*'", Rule: "EGR-003"},
			{Name: "not closed", Old: "egress: true", New: "egress: false", Rule: "EGR-001"},
		},
	}).Run(t)
}

// TestNames: a name, all below a name, and an address each have a way of their own,
// and what is not let through has none.
func TestNames(t *testing.T) {
	files, err := cilium.Target.Write(&bounds.Bounds{Limits: &limits.Limits{}, Hosts: []bounds.Host{{Name: "api.example"}, {Name: "*.s3.example"}, {Name: "2001:db8::1"}, {Name: "a' b"}}, Refused: []bounds.Host{{Name: "api.openai.com"}}})
	if err != nil {
		t.Fatal(err)
	}
	text := string(files[0].Data)
	for _, want := range []string{"matchName: api.example\n", "matchPattern: '**.s3.example'\n", "cidr: 2001:db8::1/128\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "openai") || strings.Contains(text, "a' b") {
		t.Error(text)
	}
}
