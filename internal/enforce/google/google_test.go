package google_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/google"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, google]}
  data: {records: {gdpr: special, keys: {holder: [customer, google], min_grade: 2}}}
`

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: google.Target, Perimeter: inside, Pass: []graph.RuleID{"LOC-003"},
		With: []enforce.File{{Name: "terraform.tfvars", Data: []byte(`parent = "organizations/1"`)}},
		Mutants: []enforcetest.Mutant{
			{Name: "region", Old: `"in:europe-west3-locations"`, New: `"in:us-east1-locations"`, Rule: "LOC-003"},
			{Name: "zurich is not the EU", Old: `"in:europe-west3-locations"`, New: `"in:europe-west6-locations"`, Rule: "LOC-003"},
		},
	}).Run(t)
}

// TestKeys: the protection levels follow from grade and holder.
func TestKeys(t *testing.T) {
	for keys, want := range map[string]string{
		"holder: [customer, google]":               `["EXTERNAL", "EXTERNAL_VPC", "HSM", "SOFTWARE"]`,
		"holder: [customer, google], min_grade: 2": `["EXTERNAL", "EXTERNAL_VPC", "HSM"]`,
		"holder: [customer, EU]":                   `["EXTERNAL", "EXTERNAL_VPC"]`,
		"holder: [customer, google], min_grade: 3": `["EXTERNAL", "EXTERNAL_VPC"]`,
		"holder: [google], min_grade: 4":           `["EXTERNAL", "EXTERNAL_VPC"]`,
	} {
		files, err := google.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "holder: [customer, google], min_grade: 2", keys, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(enforcetest.File(files, "policies.tf"), want) {
			t.Errorf("%s does not ask for %s", keys, want)
		}
	}
}

// TestClosed: where the operator may run nothing, no location is left.
func TestClosed(t *testing.T) {
	files, err := google.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "EU, google]}", "EU]}", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || !strings.Contains(string(files[1].Data), "deny_all") {
		t.Errorf("%d files", len(files))
	}
}
