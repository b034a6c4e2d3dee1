//go:build real

package cilium_test

import (
	"os"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/cilium"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/ciliumpolicy"
)

// policy is what the target writes for a perimeter, changed if it is asked.
func policy(t *testing.T, perimeter, old, new string) []map[string]any {
	t.Helper()
	files, err := cilium.Target.Write(enforcetest.Bounds(t, perimeter))
	if err != nil {
		t.Fatal(err)
	}
	text := string(files[0].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("no %q in\n%s", old, text)
	}
	return []map[string]any{admissiontest.Parse(t, strings.Replace(text, old, new, 1))}
}

// flows are what pods try, and whether Cilium must let them.
var flows = []struct {
	try     string
	allowed bool
}{
	{"ward host api.scaleway.ai", true},
	{"ward resolve api.scaleway.ai", true},
	{"ward resolve db.ward.svc.cluster.local", true},
	{"ward resolve api.scaleway.ai.ward.svc.cluster.local", true}, // by the search path
	{"ward resolver", true},
	{"ward pod ward", true},
	{"ward pod other", true},

	{"ward host api.openai.com", false},
	{"ward host scaleway.ai", false},
	{"ward host evil.api.scaleway.ai", false},
	{"ward host api.scaleway.ai.evil.example", false},
	{"ward host apixscaleway.ai", false},
	{"ward resolve api.openai.com", false},
	{"ward resolve stolen.evil.example", false},
	{"ward address 203.0.113.7", false},
	{"ward address 2001:db8::1", false},
	{"ward pod kube-system tunnel", false},
	{"default host api.openai.com", false}, // a namespace that nobody labelled
}

// TestRealCilium: Cilium's own engine takes the policy, and lets out what the
// perimeter lets out.
func TestRealCilium(t *testing.T) {
	tries := make([]string, len(flows))
	for i, f := range flows {
		tries[i] = f.try
	}
	got, err := ciliumpolicy.Allowed(t, policy(t, admissiontest.Perimeter, "", ""), tries)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range flows {
		if got[i] != f.allowed {
			t.Errorf("%s: allowed is %v", f.try, got[i])
		}
	}
	t.Logf("cilium %s: %d flows", ciliumpolicy.Version, len(flows))
}

// TestRealCiliumMutants: the engine sees what is changed, so that its answers above
// are worth something; and does not take what is no policy.
func TestRealCiliumMutants(t *testing.T) {
	for name, k := range map[string]struct{ old, new, try string }{
		"another host":      {"matchName: api.scaleway.ai", "matchName: api.openai.com", "ward resolve api.openai.com"},
		"the world":         {"    - toFQDNs:\n", "    - toEntities: [world]\n    - toFQDNs:\n", "ward host api.openai.com"},
		"nothing is closed": {"egress: true", "egress: false", "ward host api.openai.com"},
	} {
		got, err := ciliumpolicy.Allowed(t, policy(t, admissiontest.Perimeter, k.old, k.new), []string{k.try})
		if err != nil || !got[0] {
			t.Errorf("%s: %s is refused, so that the test above shows nothing: %v", name, k.try, err)
		}
	}
	if _, err := ciliumpolicy.Allowed(t, policy(t, admissiontest.Perimeter, "matchName: api.scaleway.ai", "matchName: 'a b'"), []string{"ward resolver"}); err == nil {
		t.Error("Cilium takes a name with a space")
	}
}

// TestRealCiliumClinics: what is written for both clinics Cilium takes.
func TestRealCiliumClinics(t *testing.T) {
	for clinic, allowed := range map[string]bool{"clinic-assistant-sovereign": true, "clinic-assistant": false} {
		text, err := os.ReadFile("../../../examples/" + clinic + "/perimeter.yaml")
		if err != nil {
			t.Fatal(err)
		}
		got, err := ciliumpolicy.Allowed(t, policy(t, string(text), "", ""), []string{"triage host api.scaleway.ai", "triage host api.openai.com"})
		if err != nil || got[0] != allowed || got[1] {
			t.Errorf("%s: %v %v", clinic, got, err)
		}
	}
}
