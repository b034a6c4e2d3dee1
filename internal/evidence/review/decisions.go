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
			{r.Quote(d.Title, at)},
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
	var rows [][]evidence.Cell
	for _, m := range list {
		at := evidence.At(m.Origin)
		q, _ := r.Case.KB.Requirement(m.Clause)
		n := map[finding.Status]int{}
		for i := range r.Case.Result.Findings {
			f := &r.Case.Result.Findings[i]
			if f.Root == m.Root && (f.Subject == m.Subject || strings.HasPrefix(string(f.Subject), string(m.Subject)+"[")) && slices.Contains(f.Requirements, m.Clause) {
				n[f.Status]++
			}
		}
		rows = append(rows, []evidence.Cell{
			{r.Say("clause", evidence.Values{"clause": r.Cite(&q), "id": string(m.Clause)}, evidence.Clause(&q))},
			{r.Name(string(m.Subject), at)},
			{r.value(or(m.System, r.Word("none")), at)},
			{r.Say("by."+m.By, nil, at)},
			{r.value(or(r.tally(n), r.Word("no_check")), at)},
		})
	}
	r.Table("clauses.table", []string{"head.clause", "head.asset", "head.system", "head.said_by", "head.checks"}, []int{4, 4, 2, 2, 3}, rows)
	return nil
}
