package incidents

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The rules that compare what was seen with what is declared, and with what names say.
const (
	declaredRule graph.RuleID = "FLW-013"
	placeRule    graph.RuleID = "LOC-017"
)

// drift is where what was seen differs from what is declared or planned.
func drift(b *evidence.Builder, seen int) {
	b.Head(1, "drift", nil)
	if seen == 0 {
		b.Paragraph(b.Say("drift.unseen", nil, evidence.In("traffic")))
		return
	}
	var rows [][]evidence.Cell
	for _, rule := range []graph.RuleID{declaredRule, placeRule} {
		for i := range b.Case.Result.Findings {
			f := &b.Case.Result.Findings[i]
			if f.Rule != rule || f.Status != finding.Fail && f.Status != finding.Undecided && f.Status != finding.Waived {
				continue
			}
			at := evidence.At(f.Origin)
			rows = append(rows, []evidence.Cell{
				{b.Name(string(f.Subject), at)},
				{b.Say("drift.said", evidence.Values{"rule": string(f.Rule), "status": evidence.WordOf(b, "status", f.Status)}, at)},
				{b.Quote(f.Message, at)},
			})
		}
	}
	b.Paragraph(counted(b, declaredRule), counted(b, placeRule))
	b.Table("drift.table", []string{"r.flows", "drift.rule", "r.why"}, []int{4, 3, 6}, rows)
	silent(b)
}

// counted says what a rule came to over all flows that were seen.
func counted(b *evidence.Builder, rule graph.RuleID) evidence.Sentence {
	at := evidence.In("rules " + string(rule))
	for _, c := range b.Case.Result.Rules {
		if c.ID == rule {
			return b.Say("drift.count", evidence.Values{"rule": string(rule), "pass": c.Pass, "fail": c.Fail, "undecided": c.Undecided, "waived": c.Waived}, at)
		}
	}
	return b.Say("drift.unasked", evidence.Values{"rule": string(rule)}, at)
}

// silent are the flows that somebody declared and that were not seen: no fault, but
// either the window was short or the declaration is old.
func silent(b *evidence.Builder) {
	type end struct {
		system string
		to     graph.Address
	}
	met := map[end]bool{}
	for i := range b.Case.Result.Flows {
		if e := &b.Case.Result.Flows[i]; e.Traffic != nil {
			met[end{e.System, e.To}] = true
		}
	}
	var rows [][]evidence.Cell
	for i := range b.Case.Result.Flows {
		e := &b.Case.Result.Flows[i]
		declared := e.State == graph.Declared || slices.Contains(e.States, graph.Declared)
		if !declared || e.Within || met[end{e.System, e.To}] {
			continue
		}
		classes := b.Word("unknown")
		if len(e.Classes) > 0 {
			classes = graph.Listed(e.Classes)
		}
		rows = append(rows, []evidence.Cell{
			{b.Say("r.flow", evidence.Values{"from": string(e.From), "to": string(e.To)}, evidence.At(e.Origin))},
			{b.Say("value", evidence.Values{"value": classes}, evidence.At(e.Origin))},
		})
	}
	b.Table("silent.table", []string{"r.flows", "r.data"}, []int{8, 4}, rows)
}
