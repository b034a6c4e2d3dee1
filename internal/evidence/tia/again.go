package tia

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// evidence is the source of a document that the perimeter names.
func (a *assessment) evidence(i int) evidence.Source {
	return a.Case.Key(fmt.Sprintf("spec.evidence[%d]", i))
}

// steps are step 5: what a tool needs of formal steps, and which of them are recorded.
func (a *assessment) steps() {
	a.Head(2, "steps", nil)
	a.Paragraph(a.Fixed("steps.about"))
	var rows [][]evidence.Cell
	for _, x := range a.crossings {
		for _, s := range a.Case.Safeguards(x) {
			rows = append(rows, []evidence.Cell{
				{a.Name(x.Name, x.Sources...)},
				a.tool(s),
				{a.recorded(s)},
				{a.formal(x, s)},
			})
		}
	}
	if len(rows) == 0 {
		a.Paragraph(a.Say("steps.none", nil, evidence.In("perimeter, spec.transfers")))
		return
	}
	a.Table("steps.table", []string{"head.recipient", "head.tool", "head.recorded", "head.steps"}, []int{3, 4, 4, 5}, rows)
}

// tool names a tool, with the module of standard contractual clauses.
func (a *assessment) tool(s *evidence.Safeguard) evidence.Cell {
	out := evidence.Cell{a.Value(evidence.WordOf(a.Builder, "tool", s.Transfer.Tool), s.Source)}
	if s.Module != 0 {
		out = append(out, a.Say("steps.module", evidence.Values{"module": fmt.Sprint(s.Module)}, s.Source))
	}
	return out
}

// formal is what a tool formally needs: of a decision and of a derogation the law says
// it, else it is asked.
func (a *assessment) formal(x *evidence.Crossing, s *evidence.Safeguard) evidence.Sentence {
	if !s.Assessed() {
		return a.Fixed("steps." + s.Tool)
	}
	return a.Ask("formal-steps", x.ID())
}

// recorded is the assessment that a tool names, and the document that shows it.
func (a *assessment) recorded(s *evidence.Safeguard) evidence.Sentence {
	if s.TIA == "" && !s.Assessed() {
		return a.Say("steps.unneeded", nil, s.Source)
	}
	if s.TIA == "" {
		return a.Say("steps.unnamed", nil, s.Source)
	}
	for i, e := range a.Case.Perimeter.Spec.Evidence {
		if e.Fact == "tia" && e.About == s.TIA && e.Expires >= a.Case.Result.At {
			return a.Say("steps.shown", evidence.Values{"tia": s.TIA, "by": e.ApprovedBy, "day": a.Day(e.Expires)}, s.Source, a.evidence(i))
		}
	}
	return a.Say("steps.unshown", evidence.Values{"tia": s.TIA}, s.Source)
}

// A date is a day on which something of the assessment ends.
type date struct {
	day     string // YYYY-MM-DD
	what    evidence.Sentence
	sources []evidence.Source
}

// again is step 6: when somebody has to look again, and what else makes it necessary.
func (a *assessment) again() {
	a.Head(2, "again", nil)
	var rows [][]evidence.Cell
	for _, d := range a.dates() {
		key := "again.due"
		if d.day < a.Case.Result.At {
			key = "again.overdue"
		}
		rows = append(rows, []evidence.Cell{{a.Say(key, evidence.Values{"day": a.Day(d.day)}, d.sources...)}, {d.what}})
	}
	if len(rows) > 0 {
		a.Paragraph(a.Fixed("again.about"))
		a.Table("again.table", []string{"head.day", "head.ends"}, []int{4, 11}, rows)
	}
	a.Paragraph(a.Fixed("again.triggers"))
	a.List(evidence.One(a.Fixed("trigger.flow")), evidence.One(a.Fixed("trigger.place")), evidence.One(a.Fixed("trigger.control")),
		evidence.One(a.Fixed("trigger.law")), evidence.One(a.Fixed("trigger.key")), evidence.One(a.Fixed("trigger.request")))
	a.Paragraph(a.Ask("reassessment", a.system))
}

// dates are the days on which tools, decisions and reviews end, first day first.
func (a *assessment) dates() []date {
	var out []date
	add := func(day, key string, v evidence.Values, sources ...evidence.Source) {
		if day != "" {
			out = append(out, date{day, a.Say(key, v, sources...), sources})
		}
	}
	seen := map[graph.Country]bool{}
	shown := map[string]bool{}
	for _, x := range a.crossings {
		for _, s := range a.Case.Safeguards(x) {
			for i, e := range a.Case.Perimeter.Spec.Evidence {
				if e.Fact == "tia" && e.About == s.TIA && !shown[s.TIA] {
					add(e.Expires, "ends.tia", evidence.Values{"tia": e.About}, a.evidence(i))
				}
			}
			shown[s.TIA] = true
			add(s.Expires, "ends.tool", evidence.Values{"tool": evidence.WordOf(a.Builder, "tool", s.Transfer.Tool), "name": x.Name}, s.Source)
		}
		for _, k := range x.Countries {
			if d, ok := a.Case.KB.Adequate(k, a.Case.At); ok && !seen[k] {
				seen[k] = true
				v := evidence.Values{"decision": a.DecisionName(d), "country": a.Country(k)}
				add(d.Until, "ends.decision", v, evidence.Decision(d))
				add(d.ReviewBy, "ends.decision_review", v, evidence.Decision(d))
			}
		}
	}
	for _, r := range a.laid {
		add(r.law.ReviewBy, "ends.law", evidence.Values{"law": r.law.Citation}, source(r.law))
	}
	out = append(out, a.operatorDates()...)
	slices.SortStableFunc(out, func(x, y date) int { return cmp.Compare(x.day, y.day) })
	return out
}

// operatorDates are the days on which what is known of recipients has to be looked
// at again, one row a day.
func (a *assessment) operatorDates() []date {
	names := map[string][]string{}
	at := map[string][]evidence.Source{}
	var days []string
	for _, r := range a.all {
		if r.Operator == nil {
			continue
		}
		o, ok := a.Case.KB.Operator(r.Operator.Entity)
		if !ok || o.ReviewBy == "" {
			continue
		}
		if names[o.ReviewBy] == nil {
			days = append(days, o.ReviewBy)
		}
		names[o.ReviewBy], at[o.ReviewBy] = append(names[o.ReviewBy], r.Name), few(append(at[o.ReviewBy], r.Record()))
	}
	slices.Sort(days)
	var out []date
	for _, day := range days {
		out = append(out, date{day, a.Say("ends.operator", evidence.Values{"names": a.And(names[day])}, at[day]...), at[day]})
	}
	return out
}
