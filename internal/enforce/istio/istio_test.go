package istio_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/istio"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: istio.Target, Perimeter: enforcetest.Sends, Pass: []graph.RuleID{"EGR-002", "LOC-015", "FLW-006"},
		Mutants: []enforcetest.Mutant{
			{Name: "open", Old: "REGISTRY_ONLY", New: "ALLOW_ANY", Rule: "EGR-002"},
			{Name: "operator", Old: enforcetest.Host, New: "api.openai.com", Rule: "FLW-006"},
			{Name: "region", Old: `"eu-north-1/*": 1`, New: `"us-east-1/*": 1`, Rule: "LOC-015"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, the gateway passes nothing on.
func TestNone(t *testing.T) {
	text := enforcetest.None(t, istio.Target)
	for _, not := range []string{"kind: ServiceEntry", "rules:", "kind: Gateway"} {
		if strings.Contains(text, not+"\n") {
			t.Errorf("%s is written", not)
		}
	}
}

func TestUnmet(t *testing.T) {
	enforcetest.Unheld(t, istio.Target, "*.clinic.example", "192.0.2.1", "${a}.example")
}
