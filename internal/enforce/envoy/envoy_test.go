package envoy_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/envoy"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: envoy.Target, Perimeter: enforcetest.Sends, Pass: []graph.RuleID{"LOC-012", "OPR-002"},
		Mutants: []enforcetest.Mutant{
			{Name: "operator", Old: `address: "api.scaleway.ai"`, New: `address: "api.openai.com"`, Rule: "OPR-002"},
			{Name: "region", Old: `address: "api.scaleway.ai"`, New: `address: "bedrock-runtime.us-east-1.amazonaws.com"`, Rule: "LOC-012"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, nobody listens.
func TestNone(t *testing.T) {
	if text := enforcetest.None(t, envoy.Target); strings.Contains(text, "listeners:") {
		t.Error(text)
	}
}

func TestUnmet(t *testing.T) {
	enforcetest.Unheld(t, envoy.Target, "192.0.2.1", "*.clinic.example", `a";.example`)
}

// TestFrom: who sends is text of the perimeter, and stays within its comment.
func TestFrom(t *testing.T) {
	b := enforcetest.Bounds(t, enforcetest.Sends)
	b.Hosts[0].From = "x\nstatic_resources: {}"
	files, err := envoy.Target.Write(b)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(files[0].Data), "\nstatic_resources:"); n != 1 {
		t.Errorf("static_resources stands there %d times", n)
	}
}
