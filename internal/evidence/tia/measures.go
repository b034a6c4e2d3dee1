package tia

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// measures are step 4: what is found of supplementary measures, not what was meant.
func (a *assessment) measures() {
	a.Head(2, "measures", nil)
	a.Paragraph(a.Fixed("measures.about"))
	var rows [][]evidence.Cell
	for _, x := range a.crossings {
		rows = append(rows, a.protected(x.Recipient)...)
	}
	a.Table("measures.table", []string{"head.recipient", "head.what", "head.key", "head.clear", "head.tee"}, []int{3, 5, 4, 3, 4}, rows)
	for _, x := range a.crossings {
		if s, ok := a.useCase(x.Recipient); ok && a.assessed(x) {
			a.Paragraph(s)
		}
	}
	a.Paragraph(a.Ask("pseudonymisation", a.system), a.Ask("supplementary-measures", a.system))
}

// A group are things of one recipient of which the same is known.
type group struct {
	key, clear, tee string // texts
	names           []string
	sources         []evidence.Source
}

// protected is a row for all things of a recipient of which the same is known.
func (a *assessment) protected(r *evidence.Recipient) [][]evidence.Cell {
	var groups []*group
	for _, h := range a.held[r.ID()] {
		g := &group{key: a.key(h), clear: a.Word(clearKey(h)), tee: a.Word("tee." + h.tee)}
		if i := slices.IndexFunc(groups, func(x *group) bool { return x.key == g.key && x.clear == g.clear && x.tee == g.tee }); i >= 0 {
			g = groups[i]
		} else {
			groups = append(groups, g)
		}
		g.names, g.sources = append(g.names, h.subject), append(g.sources, h.at)
	}
	var rows [][]evidence.Cell
	for _, g := range groups {
		at := few(g.sources)
		what := evidence.Cell{a.Name(strings.Join(g.names[:len(at)], "; "), at...)}
		if n := len(g.names) - len(at); n > 0 {
			what = append(what, a.Say("measures.more", evidence.Values{"n": n}, at...))
		}
		rows = append(rows, []evidence.Cell{{a.Name(r.Name, at...)}, what, {a.Value(g.key, at...)}, {a.Value(g.clear, at...)}, {a.Value(g.tee, at...)}})
	}
	return rows
}

// key is how a thing is encrypted, and who can use the key.
func (a *assessment) key(h *held) string {
	switch c := h.custody; {
	case c != nil:
		return evidence.WordOf(a.Builder, "protection", c.Protection) + "; " + evidence.WordOf(a.Builder, "holder", c.Holder)
	case !h.flow:
		return a.Word("measures.keyless")
	case h.sealed == "":
		return a.Word("measures.unsealed")
	}
	return a.Word("sealed." + string(h.sealed))
}

func clearKey(h *held) string {
	switch {
	case h.clear() && h.custody == nil:
		return "measures.clear_model"
	case h.clear():
		return "measures.clear_yes"
	case h.custody != nil && h.custody.Confidence != graph.NotKnown:
		return "measures.clear_no"
	}
	return "measures.clear_unknown"
}

// useCase says which use case of annex 2 a recipient comes to: 6 where it has clear
// text and foreign law reaches it, 1 where all that it holds is encrypted with keys
// that it cannot use.
func (a *assessment) useCase(r *evidence.Recipient) (evidence.Sentence, bool) {
	clear, dark := a.clearText(r)
	at := evidence.Source{Kind: evidence.Record, At: "EDPB_01_2020_UC6"}
	switch {
	case len(clear) > 0 && len(a.foreign(r)) > 0:
		return a.Say("case.6", evidence.Values{"name": r.Name, "laws": a.titles(r)}, append(clear, at)...), true
	case len(clear) == 0 && len(dark) > 0:
		return a.Say("case.1", evidence.Values{"name": r.Name}, dark...), true
	case len(clear) > 0:
		return a.Say("case.clear", evidence.Values{"name": r.Name}, clear...), true
	}
	return evidence.Sentence{}, false
}

// clearText are the places where a recipient has clear text; dark those that show
// that it has none, empty unless all do.
func (a *assessment) clearText(r *evidence.Recipient) (clear, dark []evidence.Source) {
	all := a.held[r.ID()]
	for _, h := range all {
		switch {
		case h.clear():
			clear = append(clear, h.at)
		case h.dark():
			dark = append(dark, h.at)
		}
	}
	if len(dark) < len(all) {
		dark = nil
	}
	return few(clear), few(dark)
}

// foreign are the ids of the laws that reach a recipient, whichever way.
func (a *assessment) foreign(r *evidence.Recipient) []graph.LawID {
	var out []graph.LawID
	for _, x := range a.laid {
		if slices.Contains(x.names, r.Name) {
			out = append(out, x.law.ID)
		}
	}
	return out
}

// titles names the laws that reach a recipient.
func (a *assessment) titles(r *evidence.Recipient) string {
	var out []string
	for _, x := range a.laid {
		if slices.Contains(x.names, r.Name) {
			out = append(out, x.law.Citation)
		}
	}
	return a.And(out)
}
