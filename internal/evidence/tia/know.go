package tia

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// know is step 1: the transfers, remote access among them, and what may be one.
func (a *assessment) know() {
	a.Head(2, "know", nil)
	a.Paragraph(a.Fixed("know.about"))
	a.known("know.table", a.crossings)
	a.elsewhere()
	a.StrayTable(a.system, a.strays)
	a.remote()
	a.fetches()
}

func (a *assessment) known(caption string, crossings []*evidence.Crossing) {
	var rows [][]evidence.Cell
	for _, x := range crossings {
		rows = append(rows, []evidence.Cell{
			{a.Name(x.Name, x.Sources...), a.Controlled(x.Recipient)},
			{a.Value(a.Doing(x.Recipient), x.Sources...)},
			{a.Value(a.personal(x.Recipient), x.Sources...)},
			{a.Value(a.Third(x), x.Sources...)},
			{a.Value(a.States(x.Recipient), x.Sources...)},
		})
	}
	a.Table(caption, []string{"head.recipient", "head.doing", "head.classes", "head.third", "head.states"}, []int{5, 5, 3, 3, 3}, rows)
}

// elsewhere are recipients of which some place is not known, or only claimed: a transfer
// cannot be excluded, and is not assessed.
func (a *assessment) elsewhere() {
	if len(a.unplaced) == 0 {
		return
	}
	a.Paragraph(a.Fixed("unplaced.about"))
	var rows [][]evidence.Cell
	for _, r := range a.unplaced {
		rows = append(rows, []evidence.Cell{
			{a.Name(r.Name, r.Sources...), a.Controlled(r)},
			{a.Value(a.personal(r), r.Sources...)},
			{a.Value(a.Where(r), r.Sources...), a.Ask("recipient-places", r.ID())},
			{a.lawsOf(r)},
		})
	}
	a.Table("unplaced.table", []string{"head.recipient", "head.classes", "head.where", "head.laws"}, []int{4, 3, 6, 4}, rows)
}

// remote is from where recipients administer what they run: remote access from a
// third country is a transfer too.
func (a *assessment) remote() {
	var rows [][]evidence.Cell
	for _, r := range a.all {
		rows = append(rows, []evidence.Cell{{a.Name(r.Name, r.Sources...)}, a.support(r)})
	}
	if len(rows) == 0 {
		return
	}
	a.Paragraph(a.Fixed("remote.about"))
	a.Table("remote.table", []string{"head.recipient", "head.remote"}, []int{4, 11}, rows)
}

// support is from where an operator reaches in: what a document of the perimeter
// shows, else what the knowledge base has.
func (a *assessment) support(r *evidence.Recipient) evidence.Cell {
	for i, e := range a.Case.Perimeter.Spec.Evidence {
		if e.Fact == "support" && r.Named(e.About) && e.Expires >= a.Case.Result.At {
			if from, shown, ok := a.named(e.Value); ok {
				return a.reaching(from, a.Say("remote.shown", evidence.Values{"where": shown, "day": a.Day(e.Expires)}, a.evidence(i)), a.evidence(i))
			}
		}
	}
	if r.Operator != nil {
		if o, ok := a.Case.KB.Operator(r.Operator.Entity); ok && o.Support != nil && firm(o.Support.Standing(a.Case.At)) {
			from := o.Support.Countries
			return a.reaching(from, a.Say("remote.known", evidence.Values{"where": a.Countries(from), "as_of": a.Day(o.Support.AsOf)}, r.Record()), r.Record())
		}
	}
	return evidence.Cell{a.Ask("remote-access", r.ID())}
}

// named are the countries that names of countries and blocs stand for, and their
// names to a reader. What is neither is not known.
func (a *assessment) named(names []string) (countries []graph.Country, shown string, ok bool) {
	var out []string
	for _, name := range names {
		some, err := a.Case.KB.Expand(name, a.Case.At)
		if err != nil {
			return nil, "", false
		}
		countries = append(countries, some...)
		if _, one := a.Case.KB.Country(graph.Country(name)); one {
			name = a.Country(graph.Country(name))
		}
		out = append(out, name)
	}
	return countries, a.And(out), true
}

// reaching adds that access from a third country is a transfer, where there is some.
func (a *assessment) reaching(from []graph.Country, said evidence.Sentence, at evidence.Source) evidence.Cell {
	area, err := a.Case.KB.Expand("EEA", a.Case.At)
	third := slices.DeleteFunc(slices.Clone(from), func(k graph.Country) bool { return slices.Contains(area, k) })
	if err != nil || len(third) == 0 {
		return evidence.Cell{said}
	}
	return evidence.Cell{said, a.Say("remote.third", evidence.Values{"countries": a.Countries(third)}, at)}
}

// firm reports whether a fact of the knowledge base is more than a claim.
func firm(c graph.Confidence) bool { return c == graph.Authoritative || c == graph.Documented }

// fetches are those from whom something is only fetched: the classes of who
// fetches do not go there.
func (a *assessment) fetches() {
	if len(a.fetched) == 0 {
		return
	}
	var names []string
	var at []evidence.Source
	for _, x := range a.fetched {
		names = append(names, x.Name)
		at = append(at, x.Sources...)
	}
	a.Paragraph(a.Say("fetched", evidence.Values{"names": a.And(names)}, few(at)...))
}

// tools are step 2: the tool of chapter V for each transfer, and what adequacy
// decisions cover.
func (a *assessment) tools() {
	a.Head(2, "tools", nil)
	a.Paragraph(a.Fixed("tools.about"))
	var rows [][]evidence.Cell
	for _, x := range a.crossings {
		rows = append(rows, []evidence.Cell{
			{a.Name(x.Name, x.Sources...)},
			{a.Value(a.Third(x), x.Sources...)},
			a.decisions(x),
			{a.Safeguard(x)},
		})
	}
	a.Table("tools.table", []string{"head.recipient", "head.third", "head.decisions", "head.tool"}, []int{3, 3, 6, 5}, rows)
}

// decisions are the adequacy decisions for the countries of a transfer, with their scope.
func (a *assessment) decisions(x *evidence.Crossing) evidence.Cell {
	var out evidence.Cell
	var without []graph.Country
	for _, k := range x.Countries {
		if k == graph.Anywhere {
			out = append(out, a.Say("decisions.anywhere", nil, x.Sources...))
			continue
		}
		d, ok := a.Case.KB.Adequate(k, a.Case.At)
		if !ok {
			without = append(without, k)
			continue
		}
		out = append(out, a.decision(k, d))
		if d.Partial {
			out = append(out, a.Quote(d.Scope, evidence.Decision(d)))
		}
	}
	if len(without) > 0 {
		out = append(out, a.Say("decisions.none", evidence.Values{"countries": a.Countries(without)}, append(slices.Clone(x.Sources), evidence.In("kb.digest"))...))
	}
	return out
}

func (a *assessment) decision(k graph.Country, d kb.Adequacy) evidence.Sentence {
	key, v := "decisions.full", evidence.Values{"country": a.Country(k), "decision": a.DecisionName(d)}
	switch {
	case d.Partial && d.Until != "":
		key, v["until"] = "decisions.partial_until", a.Day(d.Until)
	case d.Partial:
		key = "decisions.partial"
	case d.Until != "":
		key, v["until"] = "decisions.full_until", a.Day(d.Until)
	}
	return a.Say(key, v, evidence.Decision(d))
}
