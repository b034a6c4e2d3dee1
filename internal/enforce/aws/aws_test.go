package aws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/aws"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, aws]}
  data: {records: {gdpr: special, keys: {holder: [customer, EU]}}}
  stack: {models: [mistral]}
`

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: aws.Target, Perimeter: inside, Pass: []graph.RuleID{"LOC-003"},
		Mutants: []enforcetest.Mutant{
			{Name: "region", Old: `"eu-central-1"`, New: `"us-east-1"`, Rule: "LOC-003"},
			{Name: "london is not the EU", Old: `"eu-west-3"`, New: `"eu-west-2"`, Rule: "LOC-003"},
		},
	}).Run(t)
}

// TestClosed: where the operator may run nothing, everything is refused.
func TestClosed(t *testing.T) {
	files, err := aws.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "EU, aws", "EU", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name != "closed.json" && f.Name != "organisation.tf" {
			t.Errorf("%s is written for an operator that may run nothing", f.Name)
		}
	}
}

// TestUnmet: what no policy can see is an error that names the clause.
func TestUnmet(t *testing.T) {
	_, err := aws.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "[EU, aws]", "[EU], tolerate: [{operator: aws, data: [records], when: {key_holder: EU, cleartext: never}}]", 1)))
	var unmet *enforce.Unmet
	if !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "cleartext") {
		t.Errorf("%v", err)
	}
}
