// Package azure writes policies of Azure that deny: definitions of our own in an
// initiative, and assignments of Microsoft's, with Terraform that assigns them to
// a management group.
//
// Syntax: Azure Policy definition structure; the ids of built-in definitions are
// those of Azure/azure-policy.
package azure

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target azure.
var Target = enforce.Target{
	Name:  "azure",
	Title: "Azure Policy: an initiative that denies, and assignments of built-in ones",
	Holds: []graph.RuleID{"LOC-001", "LOC-003", "LOC-004", "LOC-005", "LOC-008", "LOC-010", "KEY-001", "KEY-002", "KEY-006", "ENC-001", "EGR-012", "TEE-001"},
	Write: write,
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	c := b.Main("azurerm")
	if c == nil {
		return nil, fmt.Errorf("the knowledge base has no record of Azure")
	}
	if err := enforce.NeverClear(c, "no policy of Azure"); err != nil {
		return nil, err
	}
	if err := enforce.NoCloudKey(b, c, "no policy of Azure"); err != nil {
		return nil, err
	}
	codes := c.Codes()
	switch {
	case !c.Open():
		return files(b, c, []definition{closed(c.Why)}, nil)
	case len(codes) == 0:
		return files(b, c, []definition{closed("no region of it is inside " + b.Limits.Places.String())}, nil)
	}
	ds := []definition{inference(c), everywhere(), encrypted(), public()}
	if out := c.Unpaired(); len(out) > 0 {
		ds = append(ds, storagePairs(out), databasePairs(out))
	}
	as := []assignment{
		{"locations", builtin("e56962a6-4747-49cd-b67b-bf8b01975c4c"), "Resources are in regions inside only", []graph.RuleID{"LOC-001", "LOC-003"}, map[string]any{"listOfAllowedLocations": codes}},
		{"group-locations", builtin("e765b5de-1225-4ba3-bd56-1ac6695af988"), "Resource groups, and so the metadata of what they hold, are in regions inside only", []graph.RuleID{"LOC-001", "LOC-003"}, map[string]any{"listOfAllowedLocations": codes}},
		{"cosmos-locations", builtin("0473574d-2d43-4217-aefe-941fcdf684e7"), "Databases are copied to regions inside only", []graph.RuleID{"LOC-005"}, map[string]any{"listOfAllowedLocations": codes, "policyEffect": "deny"}},
	}
	if b.CustomerKey() {
		as = append(as, assignment{"own-keys", initiative("f15f4d95-c59c-4395-9317-be6978d0743f"), "Nothing is stored without a key of the customer", []graph.RuleID{"KEY-001", "KEY-006"}, map[string]any{"effect": "Deny"}})
		ds = append(ds, vaults(b, c))
		if b.Limits.Keys.MinGrade >= 2 {
			as = append(as, assignment{"hsm-keys", builtin("587c79fe-dd04-4a5e-9d0b-f89598c7261b"), "Keys in vaults are of hardware modules: a premium vault makes others too", []graph.RuleID{"KEY-002"}, map[string]any{"effect": "Deny"}})
		}
	}
	if b.Limits.InUse {
		ds = append(ds, confidential())
	}
	return files(b, c, ds, as)
}
