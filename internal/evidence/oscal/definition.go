package oscal

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type definition struct {
	UUID       string      `json:"uuid"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
	Back       *backMatter `json:"back-matter"`
}

// definition is the component definition: which clauses the rules hold each system
// against, and who runs what. The catalogue is the file catalog.json beside it.
func (w *writer) definition() (any, error) {
	src := evidence.In("ruleset")
	back := resource{UUID: w.id("catalog"), Title: line(w.say("catalog", evidence.Values{"perimeter": w.Case.Perimeter.Metadata.Name}, src)), Description: w.say("catalog_file", nil, src), Links: []rlink{{Href: "catalog.json"}}}
	components := w.systems()
	mine := map[*finding.Finding]bool{}
	for i, name := range w.Case.Systems() {
		fs := w.Case.Findings(name)
		for _, f := range fs {
			mine[f] = true
		}
		components[i].Implements = w.implements(name, back.UUID, fs)
	}
	var rest []*finding.Finding
	for _, f := range w.Case.Every() {
		if !mine[f] {
			rest = append(rest, f)
		}
	}
	components[len(components)-1].Implements = w.implements(evidence.Unbound, back.UUID, rest)
	t := w.tool()
	t.Status = nil
	return definition{w.document("definition"), w.metadata("components"), append(append(components, w.operators()...), t), &backMatter{[]resource{back, w.perimeter()}}}, nil
}

// implements says by which rules a system is held against which clauses, and against
// what the team decided.
func (w *writer) implements(system, catalogue string, fs []*finding.Finding) []implementation {
	var list []implemented
	for _, g := range w.Case.Goals(fs) {
		rules := g.Rules()
		list = append(list, implemented{
			UUID: w.id("implemented", system, g.ID), Control: token(g.ID), Props: append(each("rule", rules), origins(g.Origins())...),
			Description: w.Say("implemented", evidence.Values{"n": len(rules), "rules": graph.Listed(rules)}, g.Origins()...).Text,
		})
	}
	if len(list) == 0 {
		return nil
	}
	return []implementation{{w.id("implementation", system), "#" + catalogue, w.say("implementation", nil, evidence.In("findings")), list}}
}
