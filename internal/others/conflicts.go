package others

import (
	"slices"
	"strings"
)

// A Conflict is rules of other scanners that ask for a copy in a second place,
// and the purposes of the places that are such copies. docs/conflicts.md has the
// same table in words.
type Conflict struct {
	Tool     string
	Rules    []string
	Purposes []string
	Ours     string // the rule of ours that fails when the copy is outside
}

var conflicts = []Conflict{
	{"Checkov", []string{"CKV_AWS_144", "CKV_AZURE_206"}, []string{"replica", "failover"}, "LOC-004"},
	{"Checkov", []string{"CKV_AZURE_94", "CKV_AZURE_102", "CKV_AZURE_136"}, []string{"backup"}, "LOC-006"},
	{"Checkov", []string{"CKV_AZURE_165"}, []string{"replica"}, "LOC-007"},
	{"Trivy", []string{"AZU-0058", "AVD-AZU-0058"}, []string{"replica", "failover"}, "LOC-004"},
	{"Prowler", []string{"s3_bucket_cross_region_replication", "storage_geo_redundant_enabled"}, []string{"replica", "failover"}, "LOC-004"},
	{"Prowler", []string{"postgresql_flexible_server_geo_redundant_backup_enabled"}, []string{"backup"}, "LOC-006"},
	{"KICS", []string{"Geo Redundancy Is Disabled"}, []string{"backup"}, "LOC-006"},
}

// ConflictOf is the conflict that a rule of another scanner belongs to. KICS names
// its rules by title, and the ids in its SARIF are random.
func ConflictOf(tool, rule, title string) (*Conflict, bool) {
	for i := range conflicts {
		c := &conflicts[i]
		if strings.EqualFold(c.Tool, tool) && (slices.Contains(c.Rules, rule) || slices.Contains(c.Rules, title)) {
			return c, true
		}
	}
	return nil, false
}
