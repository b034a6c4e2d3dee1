package others

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isTrivy knows a report by its version: one of a tree in which nothing is wrong
// has no results.
func isTrivy(doc *tree.Node) bool {
	return doc.Get("SchemaVersion") != nil || isList(doc.Get("Results"))
}

// readTrivy takes what is configured wrong, and the secrets, vulnerabilities and
// licences of the other scanners of it.
func readTrivy(doc *tree.Node) (out []finding.Said) {
	for _, t := range doc.Get("Results").Elements() {
		file := clean(t.Get("Target").Str())
		for _, m := range t.Get("Misconfigurations").Elements() {
			if m.Get("Status").Str() != "FAIL" {
				continue
			}
			c := m.Get("CauseMetadata")
			out = append(out, finding.Said{Tool: "Trivy", Rule: cmp.Or(m.Get("ID").Str(), m.Get("AVDID").Str()), Title: m.Get("Title").Str(),
				Subject: graph.Address(c.Get("Resource").Str()), Origin: graph.Origin{File: file, Line: number(c.Get("StartLine"))}})
		}
		for _, m := range t.Get("Secrets").Elements() {
			out = append(out, finding.Said{Tool: "Trivy", Rule: m.Get("RuleID").Str(), Title: m.Get("Title").Str(), Origin: graph.Origin{File: file, Line: number(m.Get("StartLine"))}})
		}
		for _, m := range t.Get("Vulnerabilities").Elements() {
			out = append(out, finding.Said{Tool: "Trivy", Rule: m.Get("VulnerabilityID").Str(), Title: words(m.Get("PkgName").Str(), m.Get("InstalledVersion").Str(), m.Get("Title").Str()), Origin: graph.Origin{File: file}})
		}
		for _, m := range t.Get("Licenses").Elements() {
			out = append(out, finding.Said{Tool: "Trivy", Rule: m.Get("Name").Str(), Title: words("licence", m.Get("Category").Str(), m.Get("PkgName").Str()), Origin: graph.Origin{File: file}})
		}
	}
	return out
}
