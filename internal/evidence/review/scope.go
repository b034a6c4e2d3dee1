package review

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// scope is what the review is not about, and what it could not look at.
func (r *review) scope() error {
	r.Paragraph(r.Fixed("scope.about"))
	r.Paragraph(r.Ask("out-of-scope", ""))
	var unbound [][]evidence.Cell
	for _, a := range r.assetsOf(evidence.Unbound) {
		at := evidence.At(a.Origin)
		unbound = append(unbound, []evidence.Cell{{r.Name(string(a.Subject), at)}, {r.value(evidence.WordOf(r.Builder, "kind", a.Kind), at)}, {r.value(r.classes(a.Classes), at)}})
	}
	if len(unbound) > 0 {
		r.Paragraph(r.Say("scope.unbound_about", evidence.Values{"n": len(unbound)}, evidence.In("inventory")), r.Ask("unbound", ""))
		r.Table("scope.unbound", []string{"head.asset", "head.kind", "head.data"}, []int{6, 3, 4}, unbound)
	}
	s := r.Case.Result.Summary
	r.control()
	r.types("inert", s.Inert, r.Case.Result.Inert)
	r.types("unknown", s.Unknown, r.Case.Result.Unknown)
	var problems []evidence.Item
	for _, p := range r.Case.Result.Problems {
		at := evidence.In("problems")
		if !p.Origin.IsZero() {
			at = evidence.At(p.Origin)
		}
		problems = append(problems, evidence.One(r.Quote(p.Message, at)))
	}
	if len(problems) > 0 {
		r.Paragraph(r.Say("scope.problems", evidence.Values{"n": len(problems)}, evidence.In("problems")))
		r.List(problems...)
	}
	var patterns []evidence.Item
	for _, p := range r.Case.Result.Unmatched {
		patterns = append(patterns, evidence.One(r.Name(p, evidence.In("unmatched_bindings"))))
	}
	if len(patterns) > 0 {
		r.Paragraph(r.Say("scope.unmatched", evidence.Values{"n": len(patterns)}, evidence.In("unmatched_bindings")))
		r.List(patterns...)
	}
	return nil
}

// control are the assets that hold no data themselves and say what others do:
// steps, sources, networks, accounts. They are in no table of assets.
func (r *review) control() {
	n := 0
	first, count := map[graph.Kind]graph.Origin{}, map[graph.Kind]int{}
	for i := range r.Case.Result.Assets {
		a := &r.Case.Result.Assets[i]
		if a.Type == resolve.FlowType || a.Kind.Bearing() != graph.BearsNothing {
			continue
		}
		if _, ok := first[a.Kind]; !ok {
			first[a.Kind] = a.Origin
		}
		n++
		count[a.Kind]++
	}
	if n == 0 {
		return
	}
	r.Paragraph(r.Say("scope.control", evidence.Values{"n": n}, evidence.In("inventory")))
	var rows [][]evidence.Cell
	for _, k := range slices.Sorted(maps.Keys(count)) {
		at := evidence.At(first[k])
		rows = append(rows, []evidence.Cell{{r.value(evidence.WordOf(r.Builder, "kind", k), at)}, {r.Say("number", evidence.Values{"n": count[k]}, at)}})
	}
	r.Table("scope.kinds", []string{"head.kind", "head.count"}, []int{9, 3}, rows)
}

// types are resource types with how many assets have each.
func (r *review) types(name string, n int, list []finding.TypeCount) {
	at := evidence.In("summary")
	if n == 0 {
		r.Paragraph(r.Say("scope.no_"+name, nil, at))
		return
	}
	r.Paragraph(r.Say("scope."+name, evidence.Values{"n": n}, at))
	var rows [][]evidence.Cell
	for _, t := range list {
		first := evidence.At(t.First)
		rows = append(rows, []evidence.Cell{{r.Name(t.Type, first)}, {r.Say("number", evidence.Values{"n": t.Count}, first)}})
	}
	r.Table("scope.types", []string{"head.type", "head.count"}, []int{9, 3}, rows)
}

// questions are those of all documents that nobody has answered.
func (r *review) questions() error {
	rows := [][]evidence.Cell{}
	for _, k := range r.Case.Documents {
		if k.Write == nil || k.Name == name {
			continue
		}
		d, err := k.Asks(r.Case, r.Language())
		if err != nil {
			return fmt.Errorf("the questions of %s: %w", k.Name, err)
		}
		r.Adopt(d)
		at := evidence.In("questions of " + d.Name)
		rows = append(rows, []evidence.Cell{{r.Name(d.Title, at), r.Name("("+d.Name+")", at)}, {r.Say("open_of", evidence.Values{"n": len(d.Open), "total": d.Asked}, at)}})
	}
	open := r.Open()
	r.Paragraph(r.Say("questions.count", evidence.Values{"n": len(open), "total": r.Asked()}, evidence.In("questions")), r.Fixed("questions.about"))
	if len(rows) > 0 {
		r.Table("questions.table", []string{"head.document", "head.open"}, []int{9, 3}, rows)
	}
	items := make([]evidence.Item, len(open))
	for i, q := range open {
		items[i] = evidence.One(q)
	}
	r.List(items...)
	return nil
}
