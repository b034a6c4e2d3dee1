package review

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// groups are the tables of assets of a system.
var groups = []struct {
	name string
	has  func(*finding.Asset) bool
}{
	{"stores", func(a *finding.Asset) bool { return a.Kind.Bearing() == graph.BearsData && a.Kind != graph.Key }},
	{"compute", func(a *finding.Asset) bool { return a.Kind.Bearing() == graph.BearsWork }},
	{"ways", func(a *finding.Asset) bool { return a.Kind.Bearing() == graph.BearsTransit }},
	{"keys", func(a *finding.Asset) bool { return a.Kind == graph.Key }},
}

// assets maps everything to jurisdictions: stores, compute, what data passes
// through, keys; whose models run; and who operates it all.
func (r *review) assets() error {
	r.Paragraph(r.Fixed("assets.about"))
	for _, name := range r.of() {
		mine := r.assetsOf(name)
		if len(mine) == 0 && name == evidence.Unbound {
			continue
		}
		r.system(name)
		for _, g := range groups {
			var rows [][]evidence.Cell
			for _, a := range mine {
				if g.has(a) {
					rows = append(rows, r.asset(a))
				}
			}
			if len(rows) > 0 {
				r.Table("assets."+g.name, []string{"head.asset", "head.where", "head.operator", "head.key", "head.checks"}, []int{4, 3, 3, 3, 3}, rows)
			}
		}
		r.models(name)
		r.operators(name)
	}
	return nil
}

func (r *review) asset(a *finding.Asset) []evidence.Cell {
	at := evidence.At(a.Origin)
	return []evidence.Cell{
		{r.Name(string(a.Subject), at), r.Say("kind_is", evidence.Values{"kind": evidence.WordOf(r.Builder, "kind", a.Kind)}, at)},
		{r.value(r.where(a.Places), at)},
		{r.value(r.Operator(a.Operator), at)},
		{r.custody(a, at)},
		{r.checked(subject{a.Root, a.Subject}, at)},
	}
}

// where says the countries of each role that is played elsewhere. A place without a
// country is not known, and is said to be.
func (r *review) where(places []graph.Place) string {
	if len(places) == 0 {
		return r.Word("unknown")
	}
	var order []string
	countries := map[string][]graph.Country{}
	open, claimed := map[string]bool{}, map[string]bool{}
	for _, p := range places {
		if _, ok := countries[p.Purpose]; !ok {
			order = append(order, p.Purpose)
			countries[p.Purpose] = nil
		}
		countries[p.Purpose] = append(countries[p.Purpose], p.Countries...)
		open[p.Purpose] = open[p.Purpose] || len(p.Countries) == 0
		claimed[p.Purpose] = claimed[p.Purpose] || p.Confidence == graph.Claimed
	}
	var out []string
	for _, purpose := range order {
		cs := countries[purpose]
		slices.Sort(cs)
		cs = slices.Compact(cs)
		text := r.Countries(cs)
		if open[purpose] && len(cs) > 0 {
			text += ", " + r.Word("unknown_too")
		}
		if claimed[purpose] {
			text += " (" + r.Word("confidence.claimed") + ")"
		}
		if purpose != "" {
			text = r.Word("place."+purpose) + ": " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func (r *review) custody(a *finding.Asset, at evidence.Source) evidence.Sentence {
	if a.Custody == nil {
		return r.Say("keyless", nil, at)
	}
	return r.Say("custody", evidence.Values{"protection": evidence.WordOf(r.Builder, "protection", a.Custody.Protection), "holder": evidence.WordOf(r.Builder, "holder", a.Custody.Holder)}, at)
}

// checked counts what the checks said about a subject, without what they found in
// order.
func (r *review) checked(of subject, at evidence.Source) evidence.Sentence {
	n := r.checks[of]
	wrong := map[finding.Status]int{}
	for _, s := range []finding.Status{finding.Fail, finding.Undecided, finding.Waived} {
		wrong[s] = n[s]
	}
	switch said := r.tally(wrong); {
	case said != "":
		return r.value(said, at)
	case n[finding.Pass] > 0:
		return r.value(r.Word("in_order"), at)
	}
	return r.Say("unchecked", nil, at) // also where all that asks is not in force yet
}

// tally writes counts by status, worst first, without those that there are none of.
func (r *review) tally(n map[finding.Status]int) string {
	var out []string
	for _, s := range finding.Statuses() {
		if n[s] > 0 {
			out = append(out, r.count(n[s], s))
		}
	}
	return strings.Join(out, ", ")
}

// models are whose weights and components run, and what they derive from.
func (r *review) models(system string) {
	var rows [][]evidence.Cell
	for i := range r.Case.Result.Assets {
		a := &r.Case.Result.Assets[i]
		if a.System != system || a.Maker == nil || a.Type == resolve.FlowType {
			continue
		}
		at := evidence.At(a.Origin)
		for _, m := range append([]graph.Maker{*a.Maker}, a.Maker.Others...) {
			rows = append(rows, []evidence.Cell{
				{r.Name(string(a.Subject), at)},
				{r.value(or(or(m.Component, m.Family), r.Word("unknown")), at)},
				{r.value(r.MadeBy(m.Entity, m.Country, m.Confidence), at)},
				{r.value(r.derived(&m), at)},
			})
		}
	}
	if len(rows) > 0 {
		r.Table("assets.models", []string{"head.asset", "head.model", "head.maker", "head.derived"}, []int{4, 3, 3, 4}, rows)
	}
}

// derived are the families of weights that others were made from.
func (r *review) derived(m *graph.Maker) string {
	var out []string
	for _, a := range m.Lineage {
		out = append(out, or(a.Family, r.Word("unknown"))+": "+r.MadeBy(a.Entity, a.Country, a.Confidence))
	}
	if len(out) == 0 {
		return r.Word("none_recorded")
	}
	return strings.Join(out, "; ")
}

// operators are who runs what is here, who controls them, and whose access laws
// reach them.
func (r *review) operators(system string) {
	var rows [][]evidence.Cell
	for _, x := range r.Case.Recipients(system) {
		o := x.Operator
		if o == nil {
			rows = append(rows, []evidence.Cell{{r.Name(x.Name, x.Sources...)}, {r.Say("nobody_runs", nil, x.Sources...)}, {r.Say("nobody_runs", nil, x.Sources...)}, {r.value(r.Countries(x.Countries), x.Sources...)}})
			continue
		}
		record := evidence.Source{Kind: evidence.Record, At: "operator " + string(o.Entity)}
		seat := r.Word("unknown")
		if o.Seat != "" {
			seat = r.Country(o.Seat)
		}
		for _, c := range o.Control {
			seat += "; " + or(c.Name, string(c.Entity)) + " (" + r.Country(c.Country) + ")"
		}
		where := r.Countries(x.Countries)
		if x.Open && len(x.Countries) > 0 {
			where = r.And([]string{where, r.Word("unknown_too")})
		}
		rows = append(rows, []evidence.Cell{
			{r.Name(x.Name, x.Sources...)},
			{r.value(seat, record)},
			{r.value(r.reached(o), record)},
			{r.value(where, x.Sources...)},
		})
	}
	if len(rows) > 0 {
		r.Table("assets.operators", []string{"head.operator", "head.control", "head.laws", "head.where"}, []int{3, 4, 4, 3}, rows)
	}
}

// reached are the access laws that reach an operator. That none is recorded is not that
// there is none, and of whom nobody knows the seat nobody knows the laws.
func (r *review) reached(o *graph.Operator) string {
	var laws []string
	for _, id := range o.Laws {
		laws = append(laws, r.law(id))
	}
	switch {
	case len(laws) > 0:
		return strings.Join(laws, "; ")
	case o.Seat == "":
		return r.Word("unknown")
	}
	return r.Word("none_recorded")
}

func (r *review) law(id graph.LawID) string {
	for _, l := range r.Case.KB.Laws() {
		if l.ID == id {
			return l.Title
		}
	}
	return string(id)
}
