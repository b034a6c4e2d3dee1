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
	tools := a.Case.Safeguards(x)
	switch {
	case x.Covered():
		d, _ := a.Case.KB.Adequate(x.Adequate[0], a.Case.At)
		return evidence.Cell{a.Say("result.adequate", nil, evidence.Decision(d))}
	case len(tools) == 0:
		out = append(out, a.Say("result.toolless", nil, append(slices.Clone(x.Sources), evidence.In("perimeter, spec.transfers"))...))
	case !tools[0].Holds():
		out = append(out, a.Say("result.tool_short", nil, tools[0].Source))
	}
	clear, _ := a.clearText(x.Recipient)
	switch laws := a.foreign(x.Recipient); {
	case len(clear) > 0 && len(laws) > 0:
		out = append(out, a.Say("result.case_6", nil, append(slices.Clone(clear), evidence.Source{Kind: evidence.Record, At: "EDPB_01_2020_UC6"})...))
	case len(laws) > 0:
		out = append(out, a.Say("result.exposed", nil, x.Sources...))
	default:
		out = append(out, a.Say("result.lawless", nil, x.Sources...))
	}
	return out
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
	var rows [][]evidence.Cell
	for _, e := range a.inside {
		var laws []string
		at := slices.Clone(e.Sources)
		for _, l := range e.laws {
			laws, at = append(laws, l.Citation), append(at, source(l))
		}
		rows = append(rows, []evidence.Cell{
			{a.Name(e.Name, e.Sources...), a.Controlled(e.Recipient)},
			{a.Value(a.Where(e.Recipient), e.Sources...)},
			{a.Value(a.personal(e.Recipient), e.Sources...)},
			{a.Value(a.And(laws), at...)},
			{a.clear(e.Recipient)},
		})
	}
	a.Table("exposure.table", []string{"head.recipient", "head.where", "head.classes", "head.laws", "head.clear"}, []int{5, 3, 3, 4, 3}, rows)
	a.Paragraph(a.Ask("exposure-accepted", a.system))
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
