package envoy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/envoy"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: "clinic ${x} {{y}} \" # z"}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU]}
  data: {records: {gdpr: special}}
  systems: {triage: {purpose: answers questions}}
  flows: [{from: triage, to: api.scaleway.ai, data: [records]}]
`

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: envoy.Target, Perimeter: inside, Pass: []graph.RuleID{"LOC-012", "OPR-002"},
		Mutants: []enforcetest.Mutant{
			{Name: "operator", Old: `address: "api.scaleway.ai"`, New: `address: "api.openai.com"`, Rule: "OPR-002"},
			{Name: "region", Old: `address: "api.scaleway.ai"`, New: `address: "bedrock-runtime.us-east-1.amazonaws.com"`, Rule: "LOC-012"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, nobody listens.
func TestNone(t *testing.T) {
	files, err := envoy.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "api.scaleway.ai", "api.openai.com", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(files[0].Data); strings.Contains(text, "listeners:") || strings.Contains(text, "openai") {
		t.Error(text)
	}
}

// TestFrom: who sends is text of the perimeter, and stays within its comment.
func TestFrom(t *testing.T) {
	b := enforcetest.Bounds(t, inside)
	b.Hosts[0].From = "x\nstatic_resources: {}"
	files, err := envoy.Target.Write(b)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(files[0].Data), "\nstatic_resources:"); n != 1 {
		t.Errorf("static_resources stands there %d times", n)
	}
}

func TestUnmet(t *testing.T) {
	b := enforcetest.Bounds(t, inside)
	b.Hosts = append(b.Hosts, bounds.Host{Name: "192.0.2.1"})
	var unmet *enforce.Unmet
	if _, err := envoy.Target.Write(b); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "192.0.2.1") {
		t.Errorf("%v", err)
	}
}
