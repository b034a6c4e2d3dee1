package incidents

import (
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// stale lists the records that the result rests on and whose review is overdue on the
// day of the result: since then a record counts one grade less, and the law, or who
// controls an operator, may have changed.
func stale(b *evidence.Builder) {
	b.Head(1, "stale", nil)
	used := rests(b.Case)
	var rows [][]evidence.Cell
	for _, name := range slices.Sorted(maps.Keys(used)) {
		f := used[name]
		if f.ReviewBy == "" || f.ReviewBy >= b.Case.Result.At {
			continue
		}
		at := evidence.Source{Kind: evidence.Record, At: name}
		rows = append(rows, []evidence.Cell{
			{b.Name(name, at)},
			{b.Say("value", evidence.Values{"value": b.Day(f.AsOf)}, at)},
			{b.Say("value", evidence.Values{"value": b.Day(f.ReviewBy)}, at)},
			{b.Say("value", evidence.Values{"value": evidence.WordOf(b, "confidence", f.Standing(b.Case.At))}, at)},
		})
	}
	b.Paragraph(b.Say("stale.count", evidence.Values{"n": len(used), "late": len(rows), "day": b.Day(b.Case.Result.At)}, evidence.In("kb.digest")))
	overdue := 0
	kinds, _ := b.Case.KB.Census(b.Case.At)
	for _, c := range kinds {
		overdue += c.Review
	}
	b.Paragraph(b.Say("stale.all", evidence.Values{"n": overdue}, evidence.In("kb.digest")))
	b.Table("stale.table", []string{"stale.record", "stale.as_of", "stale.due", "stale.counts"}, []int{5, 3, 3, 3}, rows)
}

// rests are the records of law and of operators that the result names, by the name
// that sources have: operators with their laws, requirements, decisions of adequacy, and
// what times are counted by.
func rests(c *evidence.Case) map[string]*kb.Fact {
	out := map[string]*kb.Fact{}
	laws := map[graph.LawID]bool{}
	operator := func(o *graph.Operator) {
		if o == nil {
			return
		}
		if k, ok := c.KB.Operator(o.Entity); ok {
			out["operator "+string(k.ID)] = &k.Fact
		}
		for _, l := range o.Laws {
			laws[l] = true
		}
	}
	met := map[graph.Country]bool{}
	places := func(ps []graph.Place) {
		for _, p := range ps {
			for _, country := range p.Countries {
				if met[country] {
					continue
				}
				met[country] = true
				if d, ok := c.KB.Adequate(country, c.At); ok {
					out["adequacy "+string(country)] = &d.Fact
				}
			}
		}
	}
	for i := range c.Result.Assets {
		operator(c.Result.Assets[i].Operator)
		places(c.Result.Assets[i].Places)
	}
	for i := range c.Result.Flows {
		operator(c.Result.Flows[i].Operator)
		places(c.Result.Flows[i].Places)
	}
	for i := range c.Result.Findings {
		for _, id := range c.Result.Findings[i].Requirements {
			if r, ok := c.KB.Requirement(id); ok {
				out[string(id)] = &r.Fact
			}
		}
	}
	for i := range duties {
		if q, ok := counts(c, &duties[i]); ok {
			out[string(q.ID)] = &q.Fact
		}
	}
	for _, l := range c.KB.Laws() {
		if laws[l.ID] {
			out["law "+string(l.ID)] = &l.Fact
		}
	}
	return out
}
