package oscal

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// observed is what was seen, in the order of the result, with the finding of each.
type observed struct {
	observations []observation
	risks        []risk
	of           []*finding.Finding // of observations, by number
	riskOf       map[*finding.Finding]string
}

// observe makes an observation of every finding that is wanted, and a risk of every one
// that fails, or would without a waiver.
func (w *writer) observe(wanted func(*finding.Finding) bool) *observed {
	o := &observed{riskOf: map[*finding.Finding]string{}}
	names := w.Case.Names()
	for _, f := range w.Case.Every() {
		if !wanted(f) {
			continue
		}
		name := names[f]
		ob := w.observation(f, name)
		o.observations, o.of = append(o.observations, ob), append(o.of, f)
		if f.Status == finding.Fail || f.Status == finding.Waived {
			r := w.risk(f, name, ob.UUID)
			o.risks, o.riskOf[f] = append(o.risks, r), r.UUID
		}
	}
	return o
}

func (w *writer) observation(f *finding.Finding, name string) observation {
	at := evidence.At(f.Origin)
	out := observation{
		UUID: w.id("observation", name), Title: line(string(f.Rule) + ": " + f.Title),
		Description: w.say("observed", evidence.Values{"subject": plain(string(f.Subject)), "status": evidence.WordOf(w.Builder, "status", f.Status), "title": plain(f.Title)}, at),
		Methods:     []string{"EXAMINE"}, Types: []string{"control-objective"}, Origins: w.by(), Collected: w.at,
		Props: append(props("origin", at.At, "rule", string(f.Rule), "status", string(f.Status), "severity", string(f.Severity), "basis", string(f.Basis), "fingerprint", f.Fingerprint),
			each(named(f), f.Requirements)...),
		Evidence: []relevant{w.evidence(f.Origin, f.Because)},
	}
	if f.Message != "" {
		out.Description += " " + plain(f.Message)
	}
	if s := w.subjects[subject{f.Root, f.Subject}]; s != nil {
		out.Subjects = []subjectRef{*s}
	}
	if v := f.Waiver; v != nil {
		out.Evidence = append(out.Evidence, w.evidence(v.Origin, []string{v.Reason}))
	}
	return out
}

// named is what the requirements of a finding are to it: those that it rests on, or
// why the decision that it rests on may matter.
func named(f *finding.Finding) string {
	if f.Basis == finding.OnPerimeter {
		return "related-requirement"
	}
	return "requirement"
}

// risk is that of a finding. One that a waiver covers is an approved deviation until
// the waiver ends.
func (w *writer) risk(f *finding.Finding, name, observation string) risk {
	at := evidence.At(f.Origin)
	out := risk{
		UUID: w.id("risk", name), Title: line(string(f.Rule) + ": " + string(f.Subject)), Description: plain(string(f.Subject)) + ": " + plain(f.Message),
		Statement: w.say("risk", evidence.Values{"title": plain(f.Title), "severity": evidence.WordOf(w.Builder, "severity", f.Severity)}, at),
		Status:    "open", Origins: w.by(), Observations: []foundObservation{{observation}},
		Props: props("origin", at.At, "rule", string(f.Rule), "severity", string(f.Severity), "basis", string(f.Basis)),
	}
	if f.Remedy != "" {
		out.Remediations = []response{{w.id("response", name), "recommendation", line(w.Word("remedy")), plain(f.Remedy), props("rule", string(f.Rule))}}
	}
	if v := f.Waiver; v != nil {
		there := evidence.At(v.Origin)
		out.Status, out.Deadline = "deviation-approved", v.Expires+"T00:00:00Z"
		out.Factors = []factor{{w.id("factor", name), w.say("waiver", evidence.Values{"reason": plain(v.Reason), "by": plain(v.ApprovedBy), "day": w.Day(v.Expires)}, there), props("origin", there.At, "approved-by", v.ApprovedBy, "expires", v.Expires)}}
	}
	return out
}

// targets are the findings of OSCAL: for each clause that a finding breaches or keeps,
// and for each decision of the perimeter, what its observations come to.
func (w *writer) targets(o *observed) []found {
	at := map[*finding.Finding]int{}
	for i, f := range o.of {
		at[f] = i
	}
	var out []found
	for _, g := range w.Case.Goals(o.of) {
		t := w.target(g)
		for _, f := range g.Findings {
			t.Observations = append(t.Observations, foundObservation{o.observations[at[f]].UUID})
			if id := o.riskOf[f]; id != "" {
				t.Risks = append(t.Risks, foundRisk{id})
			}
		}
		out = append(out, t)
	}
	return out
}

// target is satisfied only where there is a pass and nothing else. What could not be
// decided is not, and says so.
func (w *writer) target(g *evidence.Goal) found {
	title := g.Title
	if g.Clause != nil {
		title = w.Cite(g.Clause) + ": " + g.Title
	}
	s := objective{State: "not-satisfied", Reason: "other"}
	reason := props("reason", string(g.Status()))
	switch g.Status() {
	case finding.Pass:
		s, reason = objective{State: "satisfied", Reason: "pass"}, nil
	case finding.Fail:
		s.Reason = "fail"
	}
	s.Remarks = w.say("counts", evidence.Values{"pass": g.N[finding.Pass], "fail": g.N[finding.Fail], "undecided": g.N[finding.Undecided], "waived": g.N[finding.Waived]}, evidence.In("findings of "+g.ID))
	return found{
		UUID: w.id("finding", g.ID), Title: line(title), Description: s.Remarks, Origins: w.by(), Props: append(origins(g.Origins()), reason...),
		Target: target{Type: "objective-id", ID: objectiveOf(g.ID), Title: line(title), Props: reason, Status: s},
	}
}

// objectiveOf is the id of the objective of a control of the catalogue.
func objectiveOf(control string) string { return token(control) + "_obj" }
