package annexiv

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// elements is point 2: a detailed description of the elements of the system and of
// the process for its development.
func (s *system) elements() {
	s.Head(2, "2", nil)
	s.Head(3, "2a", nil)
	s.models()
	s.parts("2a.steps", graph.Pipeline, graph.Step)
	s.ask("development")
	s.Head(3, "2b", nil)
	s.ask("design-logic", "design-choices", "expected-output")
	s.Head(3, "2c", nil)
	s.architecture()
	s.parts("2c.table", graph.Training, graph.Notebook)
	s.ask("resources")
	s.Head(3, "2d", nil)
	s.data()
	s.Head(3, "2e", nil)
	s.shown("oversight")
	s.ask("oversight-measures")
	s.Head(3, "2f", nil)
	s.ask("predetermined-changes")
	s.Head(3, "2g", nil)
	s.documents("2g.table", false, "disconnect-test", "exit-test", "canary")
	s.ask("testing")
	s.Head(3, "2h", nil)
	s.security()
}

// models are the pre-trained systems of third parties: whose they are, from what they
// derive and under which licence. Point (a).
func (s *system) models() {
	sets := s.sets()
	var rows [][]evidence.Cell
	for _, u := range s.Case.Models(s.name) {
		if slices.ContainsFunc(u.Used, func(a graph.Address) bool { return sets[a] == nil }) {
			rows = append(rows, []evidence.Cell{
				{s.Name(u.Name, u.Sources...)},
				{s.maker(u.Maker, u.Sources)},
				{s.Value(s.lineage(u.Maker), u.Sources...)},
				{s.Value(cmp.Or(u.Licence, s.Word("unknown")), u.Sources...)},
				{s.Value(used(u.Used), u.Sources...)},
			})
		}
	}
	s.Table("2a.models", []string{"2a.model", "2a.maker", "2a.lineage", "2a.licence", "2a.used"}, []int{4, 3, 3, 2, 4}, rows)
	s.nameless()
}

// nameless tells which endpoints and services for models are configured and name none.
func (s *system) nameless() {
	var names []string
	var at []evidence.Source
	for _, a := range s.Case.Inventory(s.name) {
		if a.Type == resolve.FlowType || a.Kind != graph.ModelEndpoint && a.Kind != graph.AIService || a.Maker != nil && a.Maker.Component != "" {
			continue
		}
		names = append(names, string(a.Subject))
		if len(at) < few {
			at = append(at, evidence.At(a.Origin))
		}
	}
	if len(names) > 0 {
		s.Paragraph(s.Say("2a.nameless", evidence.Values{"n": len(names), "names": s.And(names)}, at...))
	}
}

// used lists the first of what uses a model.
func used(all []graph.Address) string {
	if len(all) > few {
		return graph.Listed(all[:few]) + fmt.Sprintf(" (+%d)", len(all)-few)
	}
	return graph.Listed(all)
}

// maker names who made a model, its country, and that it is only claimed where it is.
func (s *system) maker(m *graph.Maker, at []evidence.Source) evidence.Sentence {
	if m.Entity == "" {
		return s.Value(s.Word("unknown"), at...)
	}
	name, sources := string(m.Entity), slices.Clone(at)
	if o, ok := s.Case.KB.Operator(m.Entity); ok {
		name = o.Name
		sources = append(sources, evidence.Source{Kind: evidence.Record, At: "operator " + string(m.Entity)})
	}
	if m.Confidence == graph.Claimed {
		name += " (" + evidence.WordOf(s.Builder, "confidence", m.Confidence) + ")"
	}
	if m.Country == "" {
		return s.Value(name, sources...)
	}
	return s.Say("2a.made", evidence.Values{"name": name, "country": s.Country(m.Country)}, sources...)
}

// lineage is what weights derive from, nearest first.
func (s *system) lineage(m *graph.Maker) string {
	var out []string
	for _, a := range m.Lineage {
		name := cmp.Or(a.Family, string(a.Entity), s.Word("unknown"))
		if a.Country != "" {
			name += " (" + s.Country(a.Country) + ")"
		}
		out = append(out, name)
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, ", ")
	case m.Family == "":
		return s.Word("unknown")
	}
	return s.Word("2a.no_lineage")
}

// architecture is the map of the system: point (c).
func (s *system) architecture() {
	assets, flows := s.Case.Assets(s.name), s.Case.Flows(s.name)
	if len(assets)+len(flows) == 0 {
		s.ask("architecture")
		return
	}
	configured := 0
	var at []evidence.Source
	for _, a := range assets {
		if a.Type == resolve.FlowType {
			continue
		}
		configured++
		if len(at) < few {
			at = append(at, evidence.At(a.Origin))
		}
	}
	for _, e := range flows {
		if len(at) < few {
			at = append(at, evidence.At(e.Origin))
		}
	}
	s.Paragraph(s.Say("2c.parts", evidence.Values{"n": configured, "system": s.name, "flows": len(flows)}, at...))
	s.Figure("2c.figure", evidence.Values{"system": s.name}, s.name, chart.ByOperator)
	s.ask("architecture")
}

// sets are the data sets that are fetched: the flows that do, by what they are called
// where they are judged.
func (s *system) sets() map[graph.Address]*finding.Edge {
	out := map[graph.Address]*finding.Edge{}
	for _, e := range s.Case.Flows(s.name) {
		if slices.Equal(e.Purposes, []string{"dataset"}) {
			out[e.From+resolve.FlowArrow+e.To] = e
		}
	}
	return out
}

// data is what the system learns from and works on: point (d), with the provenance
// that files show.
func (s *system) data() {
	s.datasets()
	var rows [][]evidence.Cell
	for _, u := range s.Case.Classes(s.name) {
		c, ok := s.Case.Perimeter.Spec.Data[u.ID]
		if !ok {
			continue
		}
		at := s.Case.Key("spec.data." + string(u.ID))
		rows = append(rows, []evidence.Cell{
			{s.Name(string(u.ID), at)},
			{s.Value(evidence.WordOf(s.Builder, "gdpr", c.GDPR), at)},
			{s.Value(cmp.Or(strings.Join(c.CollectedIn, ", "), s.Word("unstated")), at)},
			{s.Say("2d.found", evidence.Values{"n": u.Assets, "flows": u.Flows}, u.Sources...)},
		})
	}
	s.Table("2d.classes", []string{"2d.class", "2d.category", "2d.collected", "2d.where"}, []int{3, 4, 3, 4}, rows)
	s.stores()
	s.ask("training-data")
}

// datasets is the table of data sets that pipelines and programs fetch.
func (s *system) datasets() {
	sets := s.sets()
	judged := map[graph.Address]*finding.Finding{}
	for _, f := range s.Case.Findings(s.name) {
		if f.Rule == "MDL-008" {
			judged[f.Subject] = f
		}
	}
	var rows [][]evidence.Cell
	for _, a := range s.Case.Inventory(s.name) {
		e := sets[a.Subject]
		if e == nil {
			continue
		}
		name := s.Word("unknown")
		if a.Maker != nil && a.Maker.Component != "" {
			name = a.Maker.Component
		}
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{
			{s.Value(name, at)},
			{s.Name(string(e.From), at)},
			{s.Name(string(e.To), at), s.runBy(e.Operator, at)},
			s.described(judged[a.Subject], at),
		})
	}
	s.Table("2d.sets", []string{"2d.set", "2d.by", "2d.from", "2d.described"}, []int{3, 4, 4, 4}, rows)
}

// described says whether the card of a data set was read (MDL-008).
func (s *system) described(f *finding.Finding, at evidence.Source) evidence.Cell {
	if f == nil {
		return evidence.One(s.Value(s.Word("2d.unjudged"), at))
	}
	c := evidence.One(s.Say("2d.rule", evidence.Values{"title": s.RuleTitle(f.Rule), "status": evidence.WordOf(s.Builder, "status", f.Status)}, evidence.At(f.Origin)))
	if f.Message != "" {
		c = append(c, s.Quote(f.Message, evidence.At(f.Origin)))
	}
	return c
}

// stores is where the data of the system lies.
func (s *system) stores() {
	var rows [][]evidence.Cell
	for _, a := range s.Case.Assets(s.name) {
		if a.Kind.Bearing() != graph.BearsData || a.Type == resolve.FlowType {
			continue
		}
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{
			{s.Name(string(a.Subject), at)},
			{s.Value(evidence.WordOf(s.Builder, "kind", a.Kind), at)},
			{s.Value(graph.Listed(a.Classes), at)},
			{s.Value(s.where(a.Places), at)},
		})
	}
	s.Table("2d.stores", []string{"t.part", "t.kind", "2d.class", "t.where"}, []int{5, 3, 3, 4}, rows)
}

// families are those of the rules about security.
var families = []string{"ENC", "KEY", "EGR", "LOG", "SCM", "SUP", "TEE"}

// security is the measures as they were checked: point (h).
func (s *system) security() {
	by, _ := s.tallies(func(f *finding.Finding) string { return string(f.Rule)[:strings.IndexByte(string(f.Rule)+"-", '-')] })
	var rows [][]evidence.Cell
	for _, name := range families {
		at := evidence.In("findings of " + name)
		t := by[name]
		if t == nil {
			rows = append(rows, []evidence.Cell{{s.Fixed("family." + name), s.Say("2h.unchecked", nil, at)}, {}, {}, {}, {}})
			continue
		}
		rows = append(rows, []evidence.Cell{
			{s.Fixed("family." + name)},
			s.count(t, finding.Pass, at), s.count(t, finding.Fail, at), s.count(t, finding.Undecided, at), s.count(t, finding.Waived, at),
		})
	}
	s.Table("2h.table", []string{"2h.what", "t.pass", "t.fail", "t.undecided", "t.waived"}, []int{6, 3, 2, 3, 3}, rows)
	s.ask("cybersecurity")
}
