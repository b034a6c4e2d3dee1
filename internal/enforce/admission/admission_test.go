package admission_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// TestRules: the list of what is held is what the strictest perimeter makes
// policies hold.
func TestRules(t *testing.T) {
	text := strings.Replace(admissiontest.Perimeter, "confidentiality: secret", "confidentiality: secret, in_use: encrypted", 1)
	policies, err := admission.Policies(enforcetest.Bounds(t, text))
	if err != nil {
		t.Fatal(err)
	}
	var held []graph.RuleID
	for _, p := range policies {
		held = append(held, p.Holds...)
	}
	slices.Sort(held)
	if held = slices.Compact(held); !slices.Equal(held, admission.Rules) {
		t.Errorf("policies hold %v, and the list has %v", held, admission.Rules)
	}
}

// TestUnmet: what no expression can compare is an error that names the clause.
func TestUnmet(t *testing.T) {
	for name, k := range map[string]struct{ old, new, clause string }{
		"a registry with a path":     {"[registry.clinic.example]", "[registry.clinic.example/clinic]", "spec.stack.registries"},
		"a registry that is no host": {"[registry.clinic.example]", `["x'] + ['docker.io"]`, "spec.stack.registries"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := admission.Policies(enforcetest.Bounds(t, strings.Replace(admissiontest.Perimeter, k.old, k.new, 1)))
			var unmet *enforce.Unmet
			if !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, k.clause) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestHosts: names as they are compared, with the star of a wildcard;
// what is no host is left out.
func TestHosts(t *testing.T) {
	b := &bounds.Bounds{Hosts: []bounds.Host{{Name: "API.Scaleway.ai."}, {Name: "*.scw.cloud:443"}, {Name: "192.0.2.7"}, {Name: "2001:DB8::1"}, {Name: "fe80::1%x"}, {Name: strings.Repeat("a", 64) + ".example"},
		{Name: "triage"}, {Name: "aws_s3_bucket.a[0]"}, {Name: "x' || true || '.example"}}}
	if got := admission.Hosts(b); !slices.Equal(got, []string{"*.scw.cloud", "192.0.2.7", "2001:db8::1", "api.scaleway.ai"}) {
		t.Errorf("%q", got)
	}
}
