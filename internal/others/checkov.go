package others

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isCheckov knows the report of one framework, the list of several, and the short
// form that it writes when there was nothing to check.
func isCheckov(doc *tree.Node) bool {
	for _, d := range doc.Elements() {
		if d.Get("check_type") != nil || d.Get("checkov_version") != nil {
			return true
		}
	}
	return false
}

func readCheckov(doc *tree.Node) (out []finding.Said) {
	for _, d := range doc.Elements() {
		for _, c := range d.Get("results", "failed_checks").Elements() {
			out = append(out, finding.Said{Tool: "Checkov", Rule: c.Get("check_id").Str(), Title: c.Get("check_name").Str(),
				Subject: graph.Address(cmp.Or(c.Get("resource_address").Str(), c.Get("resource").Str())),
				Origin:  graph.Origin{File: clean(c.Get("file_path").Str()), Line: first(c.Get("file_line_range"))}})
		}
	}
	return out
}
