package tia

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// decide says what the facts come to for each transfer, and asks for the decision,
// which is a person's. No result here is a permission.
func (a *assessment) decide() {
	a.Head(2, "decide", nil)
	a.Paragraph(a.Fixed("decide.about"))
	var rows [][]evidence.Cell
	for _, x := range a.crossings {
		rows = append(rows, []evidence.Cell{{a.Name(x.Name, x.Sources...)}, a.comesTo(x), {a.Ask("transfer-decision", x.ID())}})
	}
	a.Table("decide.table", []string{"head.recipient", "head.result", "head.decision"}, []int{3, 7, 6}, rows)
}

// comesTo is what the steps before come to, the gravest first.
func (a *assessment) comesTo(x *evidence.Crossing) evidence.Cell {
	var out evidence.Cell
	tool, decided := a.Case.Basis(x)
	switch {
	case decided:
		var at []evidence.Source
		for _, d := range a.Case.Decisions(x) {
			at = append(at, evidence.Decision(d))
		}
		out = append(out, a.Say("result.adequate", nil, at...))
	case tool == nil:
		out = append(out, a.Say("result.toolless", nil, append(slices.Clone(x.Sources), evidence.In("perimeter, spec.transfers"))...))
	case !tool.Holds():
		out = append(out, a.Say("result.tool_short", nil, tool.Source))
	case !tool.Assessed():
		out = append(out, a.Say("result."+tool.Tool, nil, tool.Source))
	}
	if x.Open {
		out = append(out, a.Say("result.open", nil, x.Sources...))
	}
	if a.assessed(x) {
		out = append(out, a.effective(x))
	}
	return out
}

// effective is whether what was found keeps the authorities of a third country from the
// data, for a transfer that needs it.
func (a *assessment) effective(x *evidence.Crossing) evidence.Sentence {
	clear, dark := a.clearText(x.Recipient)
	switch laws := a.foreign(x.Recipient); {
	case len(laws) == 0:
		return a.Say("result.lawless", nil, x.Sources...)
	case len(clear) > 0:
		return a.Say("result.case_6", nil, append(slices.Clone(clear), evidence.Source{Kind: evidence.Record, At: "EDPB_01_2020_UC6"})...)
	case len(dark) > 0:
		return a.Say("result.dark", nil, dark...)
	}
	return a.Say("result.exposed", nil, x.Sources...)
}

// exposures are recipients that keep the data inside of the area, and that the law of
// a third country reaches.
func (a *assessment) exposures() {
	a.Head(2, "exposure", nil)
	if len(a.inside) == 0 {
		a.Paragraph(a.Say("exposure.none", nil, evidence.In("flows and inventory of "+a.system)))
		return
	}
	a.Paragraph(a.Fixed("exposure.about"), a.Fixed("exposure.duty"))
	a.exposed()
	a.Paragraph(a.Ask("exposure-accepted", a.system))
}

// exposed is the table of them.
func (a *assessment) exposed() {
	var rows [][]evidence.Cell
	for _, r := range a.inside {
		rows = append(rows, []evidence.Cell{
			{a.Name(r.Name, r.Sources...), a.Controlled(r)},
			{a.Value(a.Where(r), r.Sources...)},
			{a.Value(a.personal(r), r.Sources...)},
			{a.lawsOf(r)},
			{a.clear(r)},
		})
	}
	a.Table("exposure.table", []string{"head.recipient", "head.where", "head.classes", "head.laws", "head.clear"}, []int{5, 3, 3, 4, 3}, rows)
}

// clear is whether a recipient has clear text of anything.
func (a *assessment) clear(r *evidence.Recipient) evidence.Sentence {
	clear, dark := a.clearText(r)
	switch {
	case len(clear) > 0:
		return a.Value(a.Word("measures.clear_yes"), clear...)
	case len(dark) > 0:
		return a.Value(a.Word("measures.clear_no"), dark...)
	}
	return a.Value(a.Word("measures.clear_unknown"), r.Sources...)
}
