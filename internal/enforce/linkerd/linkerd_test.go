package linkerd_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/linkerd"
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
		Target: linkerd.Target, Perimeter: inside, Pass: []graph.RuleID{"EGR-002", "FLW-006"},
		Mutants: []enforcetest.Mutant{
			{Name: "open", Old: "trafficPolicy: Deny", New: "trafficPolicy: Allow", Rule: "EGR-002"},
			{Name: "operator", Old: "api.scaleway.ai", New: "api.openai.com", Rule: "FLW-006"},
			{Name: "region", Old: "api.scaleway.ai", New: "bedrock-runtime.us-east-1.amazonaws.com", Rule: "FLW-006"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, everything stays denied.
func TestNone(t *testing.T) {
	files, err := linkerd.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "api.scaleway.ai", "api.openai.com", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if text := enforcetest.File(files, "egress.yaml"); strings.Contains(text, "kind: TLSRoute") || !strings.Contains(text, "trafficPolicy: Deny") {
		t.Error(text)
	}
}

func TestUnmet(t *testing.T) {
	b := enforcetest.Bounds(t, inside)
	b.Hosts = append(b.Hosts, bounds.Host{Name: "a_b.clinic.example"})
	var unmet *enforce.Unmet
	if _, err := linkerd.Target.Write(b); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "a_b.clinic.example") {
		t.Errorf("%v", err)
	}
}
