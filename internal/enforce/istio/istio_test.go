package istio_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/istio"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: "clinic ${x} {{y}} \" # z"}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, aws]}
  data: {records: {gdpr: special}}
  systems: {triage: {purpose: answers questions}}
  flows: [{from: triage, to: api.scaleway.ai, data: [records]}]
`

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: istio.Target, Perimeter: inside, Pass: []graph.RuleID{"EGR-002", "LOC-015", "FLW-006"},
		Mutants: []enforcetest.Mutant{
			{Name: "open", Old: "REGISTRY_ONLY", New: "ALLOW_ANY", Rule: "EGR-002"},
			{Name: "operator", Old: "api.scaleway.ai", New: "api.openai.com", Rule: "FLW-006"},
			{Name: "region", Old: `"eu-north-1/*": 1`, New: `"us-east-1/*": 1`, Rule: "LOC-015"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, the gateway passes nothing on.
func TestNone(t *testing.T) {
	files, err := istio.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "api.scaleway.ai", "api.openai.com", 1)))
	if err != nil {
		t.Fatal(err)
	}
	text := enforcetest.File(files, "egress.yaml")
	for _, not := range []string{"kind: ServiceEntry", "rules:", "openai"} {
		if strings.Contains(text, not) {
			t.Errorf("%s is written", not)
		}
	}
}

func TestUnmet(t *testing.T) {
	b := enforcetest.Bounds(t, inside)
	b.Hosts = append(b.Hosts, bounds.Host{Name: "*.clinic.example"})
	var unmet *enforce.Unmet
	if _, err := istio.Target.Write(b); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "*.clinic.example") {
		t.Errorf("%v", err)
	}
}
