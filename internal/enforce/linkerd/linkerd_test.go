package linkerd_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/linkerd"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: linkerd.Target, Perimeter: enforcetest.Sends, Pass: []graph.RuleID{"EGR-002", "FLW-006"},
		Mutants: []enforcetest.Mutant{
			{Name: "open", Old: "trafficPolicy: Deny", New: "trafficPolicy: Allow", Rule: "EGR-002"},
			{Name: "operator", Old: enforcetest.Host, New: "api.openai.com", Rule: "FLW-006"},
			{Name: "region", Old: enforcetest.Host, New: "bedrock-runtime.us-east-1.amazonaws.com", Rule: "FLW-006"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, everything stays denied.
func TestNone(t *testing.T) {
	if text := enforcetest.None(t, linkerd.Target); strings.Contains(text, "kind: TLSRoute") || !strings.Contains(text, "trafficPolicy: Deny") {
		t.Error(text)
	}
}

func TestUnmet(t *testing.T) {
	enforcetest.Unheld(t, linkerd.Target, "a_b.clinic.example", "192.0.2.1", "*.clinic.example")
}
