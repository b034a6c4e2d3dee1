package annexiv

import (
	"cmp"

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
	s.trials("2g.table", "disconnect-test", "exit-test", "canary")
	s.ask("testing")
	s.Head(3, "2h", nil)
	s.MeasureTable(s.name)
	s.ask("cybersecurity")
}

// models are the pre-trained systems of third parties: whose they are, from what they
// derive and under which licence. Point (a).
func (s *system) models() {
	var rows [][]evidence.Cell
	for _, u := range s.Case.Models(s.name) {
		rows = append(rows, []evidence.Cell{
			{s.Name(u.Name, u.Sources...)},
			{s.Made(u)},
			s.Lineage(u),
			{s.Value(cmp.Or(u.Licence, s.Word("unknown")), u.Sources...)},
			{s.Few(u.Used, u.Sources...)},
		})
	}
	s.Table("2a.models", []string{"part.model", "part.maker", "part.lineage", "2a.licence", "part.used"}, []int{4, 3, 4, 2, 4}, rows)
	s.nameless()
}

// nameless tells which endpoints and services for models are configured or asked, and
// nothing names the model.
func (s *system) nameless() {
	n := map[string]*unnamed{}
	for _, a := range s.Case.Inventory(s.name) {
		if a.Kind != graph.ModelEndpoint && a.Kind != graph.AIService || a.Maker != nil && a.Maker.Component != "" {
			continue
		}
		key := "2a.nameless"
		if a.Type == resolve.FlowType {
			key = "2a.unasked"
		}
		if n[key] == nil {
			n[key] = &unnamed{}
		}
		n[key].add(a)
	}
	for _, key := range []string{"2a.nameless", "2a.unasked"} {
		if u := n[key]; u != nil {
			s.Paragraph(s.Say(key, evidence.Values{"n": len(u.names), "names": s.Few(u.names, u.at...).Text}, u.at...))
		}
	}
}

// unnamed are assets of which nothing names the model.
type unnamed struct {
	names []graph.Address
	at    []evidence.Source
}

func (u *unnamed) add(a *finding.Asset) {
	u.names = append(u.names, a.Subject)
	if len(u.at) < few {
		u.at = append(u.at, evidence.At(a.Origin))
	}
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
			{s.Value(cmp.Or(s.And(s.collected(c.CollectedIn)), s.Word("unstated")), at)},
			{s.Say("part.found", evidence.Values{"n": u.Assets, "flows": u.Flows}, u.Sources...)},
		})
	}
	s.Table("2d.classes", []string{"part.class", "part.category", "2d.collected", "part.found_in"}, []int{3, 4, 3, 4}, rows)
	s.stores()
	s.ask("training-data")
}

// collected names the countries and blocs in which data was collected.
func (s *system) collected(in []string) []string {
	var out []string
	for _, name := range in {
		if _, ok := s.Case.KB.Country(graph.Country(name)); ok {
			name = s.Country(graph.Country(name))
		}
		out = append(out, name)
	}
	return out
}

// datasets is the table of the data that pipelines and programs learn from: where it
// comes from, where that is, and whether it is described.
func (s *system) datasets() {
	told := map[graph.Address]*finding.Finding{}
	for _, f := range s.Case.Findings(s.name) {
		if f.Rule == "MDL-008" {
			told[f.Subject] = f
		}
	}
	var rows [][]evidence.Cell
	for _, d := range s.Case.DataSets(s.name) {
		at := evidence.At(d.Origin)
		from, where := s.source(d, at)
		var f *finding.Finding
		if d.Asset != nil {
			f = told[d.Asset.Subject]
		}
		rows = append(rows, []evidence.Cell{
			{s.Value(cmp.Or(d.Name, s.Word("unknown")), at)},
			{s.Value(cmp.Or(string(d.By()), "–"), at)},
			from,
			{s.Value(where, at)},
			s.described(f, at),
		})
	}
	s.Table("2d.sets", []string{"2d.set", "2d.by", "2d.from", "t.where", "2d.described"}, []int{3, 3, 3, 3, 4}, rows)
}

// source is from where data comes, and where that is.
func (s *system) source(d *evidence.DataSet, at evidence.Source) (from evidence.Cell, where string) {
	e := d.Flow
	switch {
	case e == nil && d.By() == "":
		return evidence.One(s.Value(s.Word("2d.here"), at)), s.Word("unknown")
	case e == nil:
		return evidence.One(s.Value(s.Word("2d.card"), at)), s.Word("unknown")
	case d.From != nil:
		return evidence.Cell{s.Name(string(e.To), at), s.Value(s.RunBy(d.From.Operator), at)}, s.Places(d.From.Places)
	case e.Within:
		return evidence.One(s.Name(string(e.To), at)), s.Word("2d.own")
	}
	return evidence.Cell{s.Value(cmp.Or(string(e.To), s.Word("unknown")), at), s.Value(s.RunBy(e.Operator), at)}, s.Places(e.Places)
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
	some := s.configured(func(a *finding.Asset) bool { return a.Kind.Bearing() == graph.BearsData })
	s.AssetTable("2d.stores", []string{"part.kind", "part.class", "t.where"}, []int{5, 3, 3, 4}, some, func(a *finding.Asset) []string {
		return []string{evidence.WordOf(s.Builder, "kind", a.Kind), graph.Listed(a.Classes), s.Places(a.Places)}
	})
}
