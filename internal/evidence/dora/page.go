package dora

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// pageEntities shows B_01 as its columns, one below the other.
func (r *register) pageEntities() {
	r.Head(1, "b01", nil)
	r.Paragraph(r.Fixed("b01.about"))
	var rows [][]evidence.Cell
	keeper := r.of("B_01.01")[0]
	entry := func(key, column string) {
		rows = append(rows, []evidence.Cell{{r.Fixed(key)}, {keeper.cells[column].said}})
	}
	entry("b01.lei", "0010")
	entry("b01.name", "0020")
	entry("b01.rest", "0030")
	entry("b01.date", "0060")
	r.Table("b01.table", []string{"head.column", "head.entry"}, []int{5, 9}, rows)
	r.Paragraph(r.Ask("group", ""))
}

// pageContracts shows what only contracts say, once for each provider.
func (r *register) pageContracts() {
	r.Head(1, "b02", nil)
	r.Paragraph(r.Fixed("b02.about"))
	var rows [][]evidence.Cell
	for i, x := range r.of("B_02.01") {
		p := r.providers[i]
		rows = append(rows, []evidence.Cell{{r.Name(p.Name, p.Sources...)}, {x.cells["0010"].said}, {x.cells["0020"].said}})
	}
	r.Table("b02.table", []string{"head.provider", "head.reference", "head.terms"}, []int{3, 5, 8}, rows)
}

// pageServices shows B_02.02: for what function, where, and how sensitive.
func (r *register) pageServices() {
	r.Head(1, "b0202", nil)
	r.Paragraph(r.Fixed("b0202.about"))
	var rows [][]evidence.Cell
	for _, s := range r.services {
		stored := distinct(append([]cell{s.cells["0140"]}, s.stored...))
		rows = append(rows, []evidence.Cell{
			{r.Name(s.Name, s.Sources...), s.cells["0050"].said},
			{s.cells["0060"].said},
			stored,
			r.unasked(distinct(s.computed), stored, s),
			{s.cells["0170"].said},
		})
	}
	r.Table("b0202.table", []string{"head.provider_function", "head.type", "head.storage", "head.processing", "head.sensitivity"}, []int{4, 4, 4, 4, 4}, rows)
}

// pair is what two columns say, once where it is the same.
func (x *row) pair(first, second string) evidence.Cell {
	return distinct([]cell{x.cells[first], x.cells[second]})
}

// distinct is what cells say, each once.
func distinct(cells []cell) evidence.Cell {
	var out evidence.Cell
	for _, c := range cells {
		if !slices.ContainsFunc(out, func(s evidence.Sentence) bool { return s.Text == c.said.Text }) {
			out = append(out, c.said)
		}
	}
	return out
}

// unasked is a cell without the questions that the one beside it asks.
func (r *register) unasked(c, beside evidence.Cell, s *service) evidence.Cell {
	out := slices.DeleteFunc(slices.Clone(c), func(s evidence.Sentence) bool {
		return s.Manner == evidence.Asked && slices.ContainsFunc(beside, func(o evidence.Sentence) bool { return o.Asking == s.Asking })
	})
	if len(out) == 0 {
		return evidence.Cell{r.Value(r.Word("unknown"), s.Sources...)}
	}
	return out
}

// pageParties says how B_03 and B_04 are filled: of nothing but identifiers.
func (r *register) pageParties() {
	r.Head(1, "b03", nil)
	r.Paragraph(r.Fixed("b03.about"))
}

// pageProviders shows B_05: who the providers are, and whom they use in turn.
func (r *register) pageProviders() {
	r.Head(1, "b05", nil)
	r.Paragraph(r.Fixed("b05.about"))
	var rows [][]evidence.Cell
	for i, x := range r.of("B_05.01") {
		p := r.providers[i]
		rows = append(rows, []evidence.Cell{
			{r.Name(p.Name, p.Sources...), x.cells["0050"].said},
			{x.cells["0010"].said},
			{r.seatShown(x, p)},
			x.pair("0110", "0120"),
		})
	}
	r.Table("b05.table", []string{"head.name", "head.code", "head.seat", "head.parent"}, []int{5, 5, 3, 6}, rows)
	r.Paragraph(r.Fixed("b0502.about"))
	rows = nil
	for _, p := range r.providers {
		if slices.ContainsFunc(r.services, func(s *service) bool { return s.ID() == p.ID() && !r.spared(s) }) {
			rows = append(rows, []evidence.Cell{{r.Name(p.Name, p.Sources...)}, {r.Ask("sub-processors", p.ID())}})
		}
	}
	r.Table("b0502.table", []string{"head.provider", "head.chain"}, []int{3, 10}, rows)
}

// seatShown is the head office, or that it is not known where the name's cell asks.
func (r *register) seatShown(x *row, p *evidence.Recipient) evidence.Sentence {
	said := x.cells["0080"].said
	if said.Asking != nil && said.Asking == x.cells["0050"].said.Asking {
		return r.Value(r.Word("unknown"), p.Sources...)
	}
	return said
}

// pageStrays shows what has no provider that is known, by system.
func (r *register) pageStrays() {
	if len(r.strays) == 0 {
		return
	}
	r.Head(1, "strays", nil)
	for _, system := range append(r.Case.Systems(), evidence.Unbound) {
		r.StrayTable(system, r.Case.Strays(system))
	}
}

// pageFetched names those who are not in the register: from them is only fetched.
func (r *register) pageFetched() {
	if len(r.fetched) == 0 {
		return
	}
	var names []string
	var at []evidence.Source
	for _, x := range r.fetched {
		names, at = append(names, x.Name), append(at, x.Sources[0])
	}
	r.Head(1, "fetched", nil)
	r.Paragraph(r.Say("fetched.about", evidence.Values{"names": r.And(names)}, at[:min(len(at), 3)]...), r.Ask("fetch-contracts", ""))
}

// pageFunctions shows B_06.
func (r *register) pageFunctions() {
	r.Head(1, "b06", nil)
	r.Paragraph(r.Fixed("b06.about"))
	var rows [][]evidence.Cell
	for _, x := range r.of("B_06.01") {
		rows = append(rows, []evidence.Cell{{x.cells["0010"].said}, {x.cells["0030"].said}, {x.cells["0050"].said}, {x.cells["0020"].said}})
	}
	r.Table("b06.table", []string{"head.function", "head.function_name", "head.critical", "head.function_rest"}, []int{2, 3, 5, 7}, rows)
}

// pageAssessments shows B_07, which is asked of critical or important functions only.
func (r *register) pageAssessments() {
	r.Head(1, "b07", nil)
	r.Paragraph(r.Fixed("b07.about"))
	rows := r.of("B_07.01")
	if len(rows) == 0 {
		r.Paragraph(r.Say("b07.none", nil, r.Case.Key("spec.systems")))
		return
	}
	var out [][]evidence.Cell
	for _, s := range r.services {
		i := slices.IndexFunc(rows, func(x *row) bool { return x.key == key(s) && x.cells["0040"].value == s.kind })
		if i < 0 {
			continue
		}
		x := rows[i]
		out = append(out, []evidence.Cell{
			{r.Name(s.Name, s.Sources...), x.cells["0040"].said},
			{x.cells["0050"].said},
			x.pair("0110", "0120"),
			{x.cells["0060"].said},
		})
	}
	r.Table("b07.table", []string{"head.provider", "head.substitutes", "head.alternatives", "head.assessment"}, []int{4, 4, 4, 6}, out)
}

// pageDefinitions shows B_99: by what definitions the register was filled.
func (r *register) pageDefinitions() {
	r.Head(1, "b99", nil)
	r.Paragraph(r.Fixed("b99.about"))
	cells := r.of("B_99.01")[0].cells
	r.List(evidence.One(cells["0040"].said), evidence.One(cells["0050"].said), evidence.One(cells["0060"].said))
	r.Paragraph(r.Ask("definitions", ""))
}
