package others

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func isSARIF(doc *tree.Node) bool { return isList(doc.Get("runs")) }

func readSARIF(doc *tree.Node) (out []finding.Said) {
	for _, run := range doc.Get("runs").Elements() {
		out = append(out, sarif(run)...)
	}
	return out
}

// sarif reads a run of SARIF 2.1.0. What was suppressed, and what passes, is not
// said.
func sarif(run *tree.Node) []finding.Said {
	tool := run.Get("tool", "driver", "name").Str()
	titles := map[string]string{}
	for _, r := range run.Get("tool", "driver", "rules").Elements() {
		titles[r.Get("id").Str()] = cmp.Or(r.Get("shortDescription", "text").Str(), r.Get("name").Str())
	}
	var out []finding.Said
	for _, r := range run.Get("results").Elements() {
		if kind := r.Get("kind").Str(); kind != "" && kind != "fail" || len(r.Get("suppressions").Elements()) > 0 {
			continue
		}
		id := cmp.Or(r.Get("ruleId").Str(), r.Get("rule", "id").Str())
		s := finding.Said{Tool: tool, Rule: id, Title: cmp.Or(titles[id], r.Get("message", "text").Str())}
		for _, l := range r.Get("locations").Elements() {
			at := l.Get("physicalLocation")
			s.Origin = graph.Origin{File: clean(at.Get("artifactLocation", "uri").Str()), Line: number(at.Get("region", "startLine"))}
			for _, name := range l.Get("logicalLocations").Elements() {
				s.Subject = graph.Address(cmp.Or(name.Get("fullyQualifiedName").Str(), name.Get("name").Str()))
			}
			break
		}
		out = append(out, s)
	}
	return out
}
