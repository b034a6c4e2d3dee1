package suricata_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/suricata"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: suricata.Target, Perimeter: enforcetest.Sends, Pass: []graph.RuleID{"LOC-012", "OPR-002"},
		Mutants: []enforcetest.Mutant{
			{Name: "operator", Old: `"api.scaleway.ai"`, New: `"api.openai.com"`, Rule: "OPR-002"},
			{Name: "region", Old: `"api.scaleway.ai"`, New: `"bedrock-runtime.us-east-1.amazonaws.com"`, Rule: "LOC-012"},
		},
	}).Run(t)
}

// TestNone: where no host is inside, no name is left out of what is dropped.
func TestNone(t *testing.T) {
	if text := enforcetest.None(t, suricata.Target); strings.Count(text, `pcre:"/^/";`) != 4 {
		t.Error(text)
	}
}

func TestUnmet(t *testing.T) {
	enforcetest.Unheld(t, suricata.Target, "192.0.2.1", `a";sid:1;b.example`, "{{a}}.example")
}

// TestLong: more names than a rule takes are an error, and nothing is left out.
func TestLong(t *testing.T) {
	b := enforcetest.Bounds(t, enforcetest.Sends)
	for i := range 400 {
		b.Hosts = append(b.Hosts, bounds.Host{Name: fmt.Sprintf("host-%d.clinic.example", i)})
	}
	var unmet *enforce.Unmet
	if _, err := suricata.Target.Write(b); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "401 hosts") {
		t.Errorf("%v", err)
	}
}
