package incidents

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// recorded is what a ledger says of the crossing.
func (r *record) recorded() evidence.Sentence {
	x := r.x
	switch {
	case x.operator == nil:
		return r.Say("r.past.nameless", nil, x.sources...)
	case x.past == nil:
		return r.Say("r.past.none", nil, evidence.Source{Kind: evidence.Ledger, At: r.Case.Past.Ledger})
	}
	p := x.past
	return r.Say("r.past.is", evidence.Values{"n": p.Count, "first": r.moment(p.First), "last": r.moment(p.Last), "blocked": p.Blocked}, p.FirstAt, p.LastAt)
}

// earlier lists the crossings that a ledger recorded and that are not among those of this
// run: that one is not seen now does not undo it.
func earlier(b *evidence.Builder, now []*crossing) {
	if b.Case.Past == nil {
		return
	}
	b.Head(1, "past", nil)
	ledger := evidence.Source{Kind: evidence.Ledger, At: b.Case.Past.Ledger}
	seen := map[*evidence.PastCrossing]bool{}
	for _, x := range now {
		seen[x.past] = true
	}
	var rows [][]evidence.Cell
	r := &record{Builder: b}
	for _, p := range b.Case.Past.Crossings {
		if seen[p] {
			continue
		}
		name := string(p.Operator)
		if o, ok := b.Case.KB.Operator(p.Operator); ok {
			name = o.Name
		}
		rows = append(rows, []evidence.Cell{
			{b.Say("r.flow", evidence.Values{"from": p.System, "to": name}, p.FirstAt)},
			{b.Say("value", evidence.Values{"value": r.moment(p.First)}, p.FirstAt)},
			{b.Say("value", evidence.Values{"value": r.moment(p.Last)}, p.LastAt)},
			{b.Say("past.count", evidence.Values{"n": p.Count, "blocked": p.Blocked}, p.FirstAt, p.LastAt)},
		})
	}
	if len(rows) == 0 {
		b.Paragraph(b.Say("past.none", nil, ledger))
	} else {
		b.Table("past.table", []string{"r.flows", "past.first", "past.last", "past.decisions"}, []int{4, 3, 3, 3}, rows)
	}
	if n := b.Case.Past.Dropped; n > 0 {
		b.Paragraph(b.Say("past.dropped", evidence.Values{"n": n}, ledger))
	}
}
