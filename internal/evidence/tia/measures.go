package tia

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
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
		if s, ok := a.useCase(x.Recipient); ok {
			a.Paragraph(s)
		}
	}
	a.Paragraph(a.Ask("pseudonymisation", a.system))
}

// protected is a row for everything of the system that a recipient runs or gets.
func (a *assessment) protected(r *evidence.Recipient) [][]evidence.Cell {
	var rows [][]evidence.Cell
	for _, s := range a.stores(r) {
		at := evidence.At(s.Origin)
		key, clear := a.Say("measures.keyless", nil, at), a.Say("measures.clear_unknown", nil, at)
		if c := s.Custody; c != nil {
			key = a.Say("measures.key", evidence.Values{"protection": evidence.WordOf(a.Builder, "protection", c.Protection), "holder": evidence.WordOf(a.Builder, "holder", c.Holder)}, at)
			if c.Confidence != graph.NotKnown {
				clear = a.Say(clearKey(c.ClearText), nil, at)
			}
		} else if s.Kind == graph.ModelEndpoint {
			clear = a.Say("measures.clear_model", nil, at)
		}
		rows = append(rows, []evidence.Cell{{a.Name(r.Name, at)}, {a.Name(string(s.Subject), at)}, {key}, {clear}, {a.confidential(string(s.Subject), at)}})
	}
	for _, e := range a.sent(r) {
		at := evidence.At(e.Origin)
		clear := a.Say("measures.clear_unknown", nil, at)
		if a.asks(e) {
			clear = a.Say("measures.clear_model", nil, at)
		}
		rows = append(rows, []evidence.Cell{{a.Name(r.Name, at)}, {a.Name(subject(e), at)}, {a.sealed(subject(e), at)}, {clear}, {a.confidential(subject(e), at)}})
	}
	return rows
}

func clearKey(sees bool) string {
	if sees {
		return "measures.clear_yes"
	}
	return "measures.clear_no"
}

// stores are what a recipient runs for the system and holds or computes on its data.
func (a *assessment) stores(r *evidence.Recipient) []*finding.Asset {
	var out []*finding.Asset
	for _, s := range a.Case.Assets(a.system) {
		if s.Type != resolve.FlowType && s.Operator != nil && r.Operator != nil && s.Operator.Entity == r.Operator.Entity && s.Kind.Bearing() != graph.BearsNothing && a.carries(s.Classes) {
			out = append(out, s)
		}
	}
	return out
}

// sent are the flows of the system to a recipient that carry its data.
func (a *assessment) sent(r *evidence.Recipient) []*finding.Edge {
	var out []*finding.Edge
	for _, e := range a.Case.Flows(a.system) {
		one := &evidence.Recipient{Purposes: e.Purposes}
		if slices.Contains(r.Hosts, string(e.To)) && !one.Fetched() && a.carries(e.Classes) {
			out = append(out, e)
		}
	}
	return out
}

// asks reports whether a flow is a question to a model: it says so, or leads to where
// a model is.
func (a *assessment) asks(e *finding.Edge) bool {
	return slices.Contains(e.Purposes, "model") || slices.ContainsFunc(a.Case.Assets(a.system), func(s *finding.Asset) bool {
		return s.Root == e.Root && s.Kind == graph.ModelEndpoint && string(s.Subject) == subject(e)
	})
}

// subject is how the result names a flow.
func subject(e *finding.Edge) string { return string(e.From) + resolve.FlowArrow + string(e.To) }

func (a *assessment) carries(classes []graph.ClassID) bool {
	return slices.ContainsFunc(classes, a.Case.Personal)
}

// sealed is whether what is sent is encrypted before, as KEY-009 found it.
func (a *assessment) sealed(subject string, at evidence.Source) evidence.Sentence {
	for _, f := range a.Case.Findings(a.system) {
		if f.Rule == "KEY-009" && string(f.Subject) == subject {
			return a.Say("sealed."+string(f.Status), nil, at)
		}
	}
	return a.Say("measures.unsealed", nil, at)
}

// confidential is whether the data is protected while it is computed on, as the
// TEE checks found it.
func (a *assessment) confidential(subject string, at evidence.Source) evidence.Sentence {
	n := map[finding.Status]int{}
	for _, f := range a.Case.Findings(a.system) {
		if strings.HasPrefix(string(f.Rule), "TEE-") && string(f.Subject) == subject {
			n[f.Status]++
		}
	}
	switch {
	case len(n) == 0:
		return a.Say("measures.tee_unasked", nil, at)
	case n[finding.Fail]+n[finding.Undecided]+n[finding.Waived]+n[finding.NotInForce] > 0:
		return a.Say("measures.tee_no", nil, at)
	}
	return a.Say("measures.tee_yes", nil, at)
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
	open := false
	for _, s := range a.stores(r) {
		switch c := s.Custody; {
		case c == nil && s.Kind == graph.ModelEndpoint:
			clear = append(clear, evidence.At(s.Origin))
		case c == nil || c.Confidence == graph.NotKnown:
			open = true
		case c.ClearText:
			clear = append(clear, evidence.At(s.Origin))
		case c.Grade < 4:
			open = true
		default:
			dark = append(dark, evidence.At(s.Origin))
		}
	}
	for _, e := range a.sent(r) {
		open = true
		if a.asks(e) {
			clear = append(clear, evidence.At(e.Origin))
		}
	}
	if open {
		dark = nil
	}
	return few(clear), dark
}

// foreign are the ids of the laws that reach a recipient, whichever way.
func (a *assessment) foreign(r *evidence.Recipient) []graph.LawID {
	var out []graph.LawID
	for _, x := range a.reached() {
		if slices.Contains(x.names, r.Name) {
			out = append(out, x.law.ID)
		}
	}
	return out
}

// titles names the laws that reach a recipient.
func (a *assessment) titles(r *evidence.Recipient) string {
	var out []string
	for _, x := range a.reached() {
		if slices.Contains(x.names, r.Name) {
			out = append(out, x.law.Citation)
		}
	}
	return a.And(out)
}
