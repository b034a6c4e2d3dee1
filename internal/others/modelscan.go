package others

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func isModelscan(doc *tree.Node) bool { return doc.Get("summary", "modelscan_version") != nil }

// readModelscan takes the issues, and the files that it could not look into: such
// a file is not one that is in order.
func readModelscan(doc *tree.Node) (out []finding.Said) {
	for _, i := range doc.Get("issues").Elements() {
		out = append(out, finding.Said{Tool: "modelscan", Rule: cmp.Or(words(i.Get("module").Str(), i.Get("operator").Str()), i.Get("scanner").Str()),
			Title: words(i.Get("severity").Str()+":", i.Get("description").Str()), Origin: graph.Origin{File: clean(i.Get("source").Str())}})
	}
	for _, e := range doc.Get("errors").Elements() {
		out = append(out, finding.Said{Tool: "modelscan", Rule: e.Get("category").Str(), Title: words("not looked into:", e.Get("description").Str()), Origin: graph.Origin{File: clean(e.Get("source").Str())}})
	}
	return out
}
