package oscal

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// definition is the component definition: who runs what, and which clauses each system
// keeps as far as rules check. The catalogue is the file catalog.json beside it.
func (w *writer) definition(e *lines.Writer) error {
	w.head(e, "definition", "components")
	src := evidence.In("ruleset")
	catalogue := resource{UUID: w.id("catalog"), Title: plain(w.say("catalog", evidence.Values{"perimeter": w.Case.Perimeter.Metadata.Name}, src)), Description: w.say("catalog_file", nil, src), Links: []rlink{{Href: "catalog.json"}}}
	components := w.systems()
	mine := map[*finding.Finding]bool{}
	for i, name := range w.Case.Systems() {
		fs := w.Case.Findings(name)
		for _, f := range fs {
			mine[f] = true
		}
		components[i].Implements = w.implements(name, catalogue.UUID, fs)
	}
	var rest []*finding.Finding
	for _, f := range w.Case.Every() {
		if !mine[f] {
			rest = append(rest, f)
		}
	}
	components[len(components)-1].Implements = w.implements(evidence.Unbound, catalogue.UUID, rest)
	t := w.tool()
	t.Status = nil
	e.List("components", func() {
		for _, c := range append(append(components, w.operators()...), t) {
			e.Value("", c)
		}
	})
	e.Value("back-matter", backMatter{[]resource{catalogue, w.perimeter()}})
	return nil
}

// implements are the clauses and decisions that a system keeps by some check at least:
// what is listed here is read as a claim, so that what fails everywhere, or could not be
// decided, is not.
func (w *writer) implements(system, catalogue string, fs []*finding.Finding) []implementation {
	var list []implemented
	for _, g := range w.Case.Goals(fs) {
		if g.N[finding.Pass] == 0 {
			continue
		}
		rules := g.Rules()
		list = append(list, implemented{
			UUID: w.id("implemented", system, g.ID), Control: token(g.ID), Props: append(append(props("implementation-status", implementing(g)), each("rule", rules)...), origins(g.Origins())...),
			Description: w.Say("implemented", evidence.Values{"n": len(rules), "rules": graph.Listed(rules)}, g.Origins()...).Text + " " + w.counts(g),
		})
	}
	if len(list) == 0 {
		return nil
	}
	return []implementation{{w.id("implementation", system), "#" + catalogue, w.say("implementation", nil, evidence.In("findings")), list}}
}

// implementing is how far something is implemented, in the words of OSCAL. A decision of
// the team is what its rule checks; of a clause, rules check a part.
func implementing(g *evidence.Goal) string {
	if g.Rule != "" && g.Status() == finding.Pass {
		return "implemented"
	}
	return "partial"
}
