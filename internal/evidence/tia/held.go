package tia

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A held is one thing with personal data that a recipient runs, or a flow to it, with
// what is known of measures.
type held struct {
	subject string
	at      evidence.Source
	flow    bool
	model   bool           // a model computes on it
	custody *graph.Custody // nil of flows, and of what keeps nothing
	sealed  finding.Status // what KEY-009 says of a flow; "" where it was not asked
	tee     string         // "yes", "no", or "unasked"
}

// dark reports whether the recipient is shown to have no clear text of it, by a key
// that it cannot use.
func (h *held) dark() bool {
	return h.custody != nil && h.custody.Confidence != graph.NotKnown && !h.custody.ClearText && h.custody.Grade >= 4
}

// clear reports whether the recipient has clear text of it.
func (h *held) clear() bool {
	return h.model && h.custody == nil || h.custody != nil && h.custody.Confidence != graph.NotKnown && h.custody.ClearText
}

// place is what tells a thing of the result from others.
type place struct{ root, subject string }

// hold finds what all recipients hold and get, by their ids.
func (a *assessment) hold() map[string][]*held {
	sealed, tee := a.shown()
	models := map[place]bool{}
	out := map[string][]*held{}
	for _, s := range a.Case.Assets(a.system) {
		at := place{s.Root, string(s.Subject)}
		model := s.Kind == graph.ModelEndpoint
		models[at] = model
		if s.Type == resolve.FlowType || s.Operator == nil || s.Operator.Entity == "" || !a.carries(s.Classes) {
			continue
		}
		id := string(s.Operator.Entity)
		out[id] = append(out[id], &held{subject: at.subject, at: evidence.At(s.Origin), model: model, custody: s.Custody, tee: protected(tee[at])})
	}
	for _, e := range a.Case.Flows(a.system) {
		one := &evidence.Recipient{Purposes: e.Purposes}
		if e.To == "" || one.Fetched() || !a.carries(e.Classes) {
			continue
		}
		id := string(e.To)
		if e.Operator != nil && e.Operator.Entity != "" {
			id = string(e.Operator.Entity)
		}
		at := place{e.Root, string(e.From) + resolve.FlowArrow + string(e.To)}
		model := models[at] || slices.Contains(e.Purposes, "model")
		out[id] = append(out[id], &held{subject: at.subject, at: evidence.At(e.Origin), flow: true, model: model, sealed: sealed[at], tee: protected(tee[at])})
	}
	return out
}

// shown is what KEY-009 and the TEE checks say, by what they say it of.
func (a *assessment) shown() (sealed map[place]finding.Status, tee map[place][]finding.Status) {
	sealed, tee = map[place]finding.Status{}, map[place][]finding.Status{}
	for _, f := range a.Case.Findings(a.system) {
		at := place{f.Root, string(f.Subject)}
		switch {
		case f.Rule == "KEY-009":
			sealed[at] = f.Status
		case strings.HasPrefix(string(f.Rule), "TEE-"):
			tee[at] = append(tee[at], f.Status)
		}
	}
	return sealed, tee
}

// protected is whether checks show protection while data is computed on.
func protected(statuses []finding.Status) string {
	if len(statuses) == 0 {
		return "unasked"
	}
	if slices.ContainsFunc(statuses, func(s finding.Status) bool { return s != finding.Pass }) {
		return "no"
	}
	return "yes"
}

func (a *assessment) carries(classes []graph.ClassID) bool {
	return slices.ContainsFunc(classes, a.Case.Personal)
}
