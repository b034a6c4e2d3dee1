package incidents

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
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

// met are the ends to which each system was seen to send, also by the names that they
// were called by.
type met map[string]map[string]bool

func metBy(c *evidence.Case) met {
	m := met{}
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		if e.Traffic == nil {
			continue
		}
		if m[e.System] == nil {
			m[e.System] = map[string]bool{}
		}
		m[e.System][string(e.To)] = true
		if e.Traffic.Name != "" {
			m[e.System][e.Traffic.Name] = true
		}
	}
	return m
}

// has reports whether a declared end was met; it may be a pattern.
func (m met) has(system, to string) bool {
	if m[system][to] || !strings.Contains(to, "*") {
		return m[system][to]
	}
	p := perimeter.Compile(to)
	for seen := range m[system] {
		if p.Match(seen) {
			return true
		}
	}
	return false
}

// silent are the flows that somebody declared and that were not seen: no fault, but
// either the window was short or the declaration is old.
func silent(b *evidence.Builder) {
	met := metBy(b.Case)
	var rows [][]evidence.Cell
	for i := range b.Case.Result.Flows {
		e := &b.Case.Result.Flows[i]
		declared := e.State == graph.Declared || slices.Contains(e.States, graph.Declared)
		if !declared || e.Within || met.has(e.System, string(e.To)) {
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
