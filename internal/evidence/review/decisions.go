package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// fewest bounds how many subjects a row names: the inventory has all.
const fewest = 3

// A decision is what a rule says with one status, by the same clauses.
type decision struct {
	*finding.Finding
	all []*finding.Finding
}

// decisions hold each technical decision against the clauses that ask for it.
func (r *review) decisions() error {
	r.Paragraph(r.Fixed("decisions.about"))
	found := map[string]*decision{}
	for i := range r.Case.Result.Findings {
		f := &r.Case.Result.Findings[i]
		key := fmt.Sprint(f.Rule, slices.Index(finding.Statuses(), f.Status), f.Requirements)
		if found[key] == nil {
			found[key] = &decision{Finding: f}
		}
		found[key].all = append(found[key].all, f)
	}
	var rows [][]evidence.Cell
	for _, key := range slices.Sorted(maps.Keys(found)) {
		d := found[key]
		at := evidence.In("findings of " + string(d.Rule))
		rows = append(rows, []evidence.Cell{
			{r.value(r.RuleTitle(d.Rule), at)},
			{r.Name(string(d.Rule), at)},
			{r.asks(d.Requirements, at)},
			{r.value(r.count(len(d.all), d.Status), at)},
			r.subjects(d.all),
		})
	}
	r.Table("decisions.table", []string{"head.decision", "head.rule", "head.clause", "head.status", "head.where_decided"}, []int{4, 2, 3, 2, 4}, rows)
	return nil
}

// count is a status with how often it was given.
func (r *review) count(n int, s finding.Status) string {
	return fmt.Sprintf("%d\u00a0×\u00a0%s", n, evidence.WordOf(r.Builder, "status", s))
}

// subjects names the first few, each with its line.
func (r *review) subjects(fs []*finding.Finding) evidence.Cell {
	var out evidence.Cell
	for _, f := range fs[:min(fewest, len(fs))] {
		out = append(out, r.Name(string(f.Subject), evidence.At(f.Origin)))
	}
	if n := len(fs) - fewest; n > 0 {
		out = append(out, r.Say("more", evidence.Values{"n": n}, evidence.In("findings of "+string(fs[0].Rule))))
	}
	return out
}

// asks are the clauses, or that the perimeter alone asks.
func (r *review) asks(ids []graph.RequirementID, at evidence.Source) evidence.Sentence {
	if len(ids) == 0 {
		return r.Say("perimeter_alone", nil, at)
	}
	var names []string
	var sources []evidence.Source
	for _, id := range ids {
		names = append(names, r.cited(id))
		if q, ok := r.Case.KB.Requirement(id); ok {
			sources = append(sources, evidence.Clause(&q))
		}
	}
	return r.value(strings.Join(names, "; "), append(sources, at)...)
}

// cited is a clause as the language names it.
func (r *review) cited(id graph.RequirementID) string {
	if q, ok := r.Case.KB.Requirement(id); ok {
		return r.Cite(&q)
	}
	return string(id)
}

// clauses say which clause is implemented where, by the tags, labels and remarks in
// the code, beside what the checks that rest on the clause came to there.
func (r *review) clauses() error {
	r.Paragraph(r.Fixed("clauses.about"))
	list := r.Case.Result.Implements
	if len(list) == 0 {
		r.Paragraph(r.Say("clauses.none", nil, evidence.In("implements")))
		return nil
	}
	type row struct {
		clause             graph.RequirementID
		system, by, checks string
	}
	var order []row
	where := map[row][]*finding.Implemented{}
	outcome, violated := r.Case.Result.Outcomes(), 0
	for i := range list {
		m := &list[i]
		n := outcome(m)
		if n[finding.Fail] > 0 {
			violated++
		}
		k := row{m.Clause, m.System, m.By, r.heldTo(n)}
		if where[k] == nil {
			order = append(order, k)
		}
		where[k] = append(where[k], m)
	}
	var rows [][]evidence.Cell
	for _, k := range order {
		at := evidence.At(where[k][0].Origin)
		q, _ := r.Case.KB.Requirement(k.clause)
		rows = append(rows, []evidence.Cell{
			{r.Say("clause", evidence.Values{"clause": r.Cite(&q), "id": string(k.clause)}, evidence.Clause(&q))},
			r.blocks(where[k]),
			{r.value(or(k.system, r.Word("none")), at)},
			{r.Say("by."+k.by, nil, at)},
			{r.value(k.checks, at)},
		})
	}
	r.Paragraph(r.Say("clauses.count", evidence.Values{"n": len(list), "violated": violated}, evidence.In("implements")))
	r.Table("clauses.table", []string{"head.clause", "head.asset", "head.system", "head.said_by", "head.checks"}, []int{4, 4, 2, 2, 3}, rows)
	return nil
}

// heldTo is what a claim came to: one that is violated says so before the counts.
func (r *review) heldTo(n map[finding.Status]int) string {
	switch counts := r.tally(n); {
	case n[finding.Fail] > 0:
		return r.Word("violated") + ": " + counts
	case n[finding.Undecided] > 0:
		return r.Word("unestablished") + ": " + counts
	default:
		return or(counts, r.Word("no_check"))
	}
}

// blocks names the first few that implement a clause, each with its line.
func (r *review) blocks(ms []*finding.Implemented) evidence.Cell {
	var out evidence.Cell
	for _, m := range ms[:min(fewest, len(ms))] {
		out = append(out, r.Name(string(m.Subject), evidence.At(m.Origin)))
	}
	if n := len(ms) - fewest; n > 0 {
		out = append(out, r.Say("more", evidence.Values{"n": n}, evidence.In("implements")))
	}
	return out
}
