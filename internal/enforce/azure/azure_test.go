package azure_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/azure"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, microsoft]}
  data: {records: {gdpr: special, keys: {holder: [customer, microsoft], min_grade: 2}, in_use: encrypted}}
`

func TestBack(t *testing.T) {
	(&enforcetest.Back{
		Target: azure.Target, Perimeter: inside, Pass: []graph.RuleID{"LOC-003"},
		With: []enforce.File{{Name: "terraform.tfvars", Data: []byte(`management_group_id = "/providers/Microsoft.Management/managementGroups/clinic"`)}},
		Mutants: []enforcetest.Mutant{
			{Name: "region", Old: `"germanywestcentral"`, New: `"eastus"`, Rule: "LOC-003"},
			{Name: "zurich is not the EU", Old: `"germanywestcentral"`, New: `"switzerlandnorth"`, Rule: "LOC-003"},
		},
	}).Run(t)
}

// TestDefinitions: what is refused follows from the perimeter.
func TestDefinitions(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		file, has, not string
	}{
		{"the EU data zone is inside the EU", "", "", "definitions/inference.json", "DataZoneStandard", "Global"},
		{"and not inside Germany", "allow: [EU]}\n  operators", "allow: [DE]}\n  operators", "definitions/inference.json", "ProvisionedManaged", "DataZone"},
		{"nor is every region of the EEA in a zone", "allow: [EU]}\n  operators", "allow: [EEA]}\n  operators", "definitions/inference.json", "ProvisionedManaged", "DataZone"},
		{"the US data zone is inside the US", "allow: [EU]}\n  operators: {allow: [EU, microsoft]}", "allow: [US]}\n  operators: {allow: [US, microsoft]}", "definitions/inference.json", "DataZoneStandard", "Global"},
		{"grade 2 is a hardware module", "", "", "definitions/vaults.json", "premium", "managedHSMs"},
		{"grade 2 is so for each key", "", "", "parameters/hsm-keys.json", "Deny", ""},
		{"a vault does not tell what was imported", "min_grade: 2", "min_grade: 3", "definitions/vaults.json", "managedHSMs", "premium"},
		{"no vault of Azure suffices for others' keys", "[customer, microsoft], min_grade: 2", "[EU]", "definitions/vaults.json", "managedHSMs", ""},
		{"nothing may run", "[EU, microsoft]}", "[EU]}", "definitions/closed.json", "exists", ""},
	} {
		files, err := azure.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		text := enforcetest.File(files, c.file)
		if !strings.Contains(text, c.has) || c.not != "" && strings.Contains(text, c.not) {
			t.Errorf("%s: %s is not as it should be", c.name, c.file)
		}
	}
}
