package oscal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// said is all that a finding says but for its subject and its reasons. Findings that
// say the same are one observation, and one thing to do.
type said struct {
	rule                                 graph.RuleID
	title, message, remedy, requirements string
	status                               finding.Status
	severity                             finding.Severity
	basis                                finding.Basis
	waiver                               finding.Waiver
}

func saidBy(f *finding.Finding) said {
	s := said{f.Rule, f.Title, f.Message, f.Remedy, graph.Listed(f.Requirements), f.Status, f.Severity, f.Basis, finding.Waiver{}}
	if f.Waiver != nil {
		s.waiver = *f.Waiver
	}
	return s
}

// A group is findings that say the same. The first of them, in the order of the result,
// speaks for all.
type group struct {
	*finding.Finding
	name     string // among groups
	findings []*finding.Finding
}

// groups are those of the findings that are wanted, in the order of the result. What
// they are about is used.
func (w *writer) groups(wanted func(*finding.Finding) bool) []*group {
	w.know()
	var out []*group
	at := map[said]*group{}
	for i := range w.Case.Result.Findings {
		f := &w.Case.Result.Findings[i]
		if !wanted(f) {
			continue
		}
		s := saidBy(f)
		g := at[s]
		if g == nil {
			g = &group{Finding: f}
			at[s], out = g, append(out, g)
		}
		g.findings = append(g.findings, f)
		w.things[about(f)].used = true
	}
	name(out)
	return out
}

// name names groups by the least fingerprint in each: it stays when lines move, when
// others join and when what is said is waived.
func name(groups []*group) {
	seen := map[string]int{}
	for _, g := range groups {
		g.name = slices.MinFunc(g.findings, func(a, b *finding.Finding) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) }).Fingerprint
		if seen[g.name]++; seen[g.name] > 1 {
			g.name += fmt.Sprintf("#%d", seen[g.name])
		}
	}
}

// risky reports whether a finding is a risk: it fails, or is accepted for a time.
func (g *group) risky() bool { return g.Status == finding.Fail || g.Status == finding.Waived }

func (w *writer) observationID(g *group) string { return w.id("observation", g.name) }
func (w *writer) riskID(g *group) string        { return w.id("risk", g.name) }

// subjects are what the findings of a group are about, with the fingerprints of the
// findings, in their order.
func (g *group) subjects() ([]*finding.Finding, map[subject][]string) {
	var first []*finding.Finding
	prints := map[subject][]string{}
	for _, f := range g.findings {
		s := about(f)
		if prints[s] == nil {
			first = append(first, f)
		}
		prints[s] = append(prints[s], f.Fingerprint)
	}
	return first, prints
}

// whom names what a group is about: the first, and how many others.
func (w *writer) whom(g *group) string {
	_, prints := g.subjects()
	name := plain(string(g.Subject))
	if n := len(prints) - 1; n > 0 {
		return w.say("more", evidence.Values{"subject": name, "n": n}, evidence.At(g.Origin))
	}
	return name
}

// seen says what was seen of a group.
func (w *writer) seen(g *group) string {
	out := w.say("observed", evidence.Values{"subject": w.whom(g), "status": evidence.WordOf(w.Builder, "status", g.Status), "title": w.asked(g)}, evidence.At(g.Origin))
	if g.Message != "" {
		out += " " + sentence(g.Message)
	}
	return out
}

// asked is what the rule of a group asks.
func (w *writer) asked(g *group) string { return plain(w.RuleTitle(g.Rule)) }

func (w *writer) heading(g *group) string { return plain(string(g.Rule)) + ": " + w.asked(g) }

func (w *writer) observation(e *lines.Writer, g *group) {
	e.Value("uuid", w.observationID(g))
	e.Value("title", w.heading(g))
	e.Value("description", w.seen(g))
	e.Value("props", append(props("origin", g.Origin.At(), "rule", string(g.Rule), "status", string(g.Status), "severity", string(g.Severity), "basis", string(g.Basis)),
		each(named(g.Finding), g.Requirements)...))
	e.Value("methods", []string{"EXAMINE"})
	e.Value("types", []string{"control-objective"})
	e.Value("origins", w.by())
	e.Some("subjects", func() {
		first, prints := g.subjects()
		for _, f := range first {
			e.Value("", w.reference(f, prints[about(f)]))
		}
	})
	e.Some("relevant-evidence", func() { w.evidence(e, g) })
	e.Value("collected", w.at)
}

// reference leads to a subject. What it is called and where it was read stands with the
// subject, unless the finding was read elsewhere.
func (w *writer) reference(f *finding.Finding, prints []string) subjectRef {
	t := w.things[about(f)]
	out := subjectRef{UUID: w.idOf(about(f)), Type: t.kind(), Props: each("fingerprint", prints)}
	if f.Origin != t.origin() {
		out.Props = append(out.Props, props("origin", f.Origin.At())...)
	}
	return out
}

// evidence writes the lines that a group rests on. Those with the same reasons stand
// together: the first as the evidence, the others as its links.
func (w *writer) evidence(e *lines.Writer, g *group) {
	var order []string
	at := map[string][]graph.Origin{}
	for _, f := range g.findings {
		why := strings.Join(f.Because, "\x00")
		if at[why] == nil {
			order = append(order, why)
		}
		at[why] = append(at[why], f.Origin)
	}
	for _, why := range order {
		w.shows(e, at[why], bullets(strings.Split(why, "\x00")))
	}
	if v := g.Waiver; v != nil {
		w.shows(e, []graph.Origin{v.Origin}, bullets([]string{v.Reason}))
	}
}

// shows is one evidence: lines, each once, and what they show.
func (w *writer) shows(e *lines.Writer, at []graph.Origin, why string) {
	e.Object("", func() {
		e.Value("href", evidence.Href(at[0]))
		e.Value("description", plain(at[0].At()))
		met := map[graph.Origin]bool{}
		e.Some("links", func() {
			for i, o := range at {
				w.files[o.File] = true
				if i > 0 && !met[o] && o != at[0] {
					met[o] = true
					e.Value("", link{Href: evidence.Href(o)})
				}
			}
		})
		if why != "" {
			e.Value("remarks", why)
		}
	})
}

// named is what the requirements of a finding are to it: those that it rests on, or
// why the decision that it rests on may matter.
func named(f *finding.Finding) string {
	if f.Basis == finding.OnPerimeter {
		return "related-requirement"
	}
	return "requirement"
}

// risk is that of a group. One that a waiver covers is an approved deviation until the
// waiver ends.
func (w *writer) risk(g *group) risk {
	at := evidence.At(g.Origin)
	v := g.Waiver
	key := "risk"
	if v != nil && v.Was == finding.Undecided {
		key = "risk_open"
	}
	out := risk{
		UUID: w.riskID(g), Title: plain(string(g.Rule)) + ": " + w.whom(g), Description: w.whom(g) + ": " + cmp.Or(sentence(g.Message), w.asked(g)),
		Statement: w.say(key, evidence.Values{"title": w.asked(g), "severity": evidence.WordOf(w.Builder, "severity", g.Severity)}, at),
		Status:    "open", Origins: w.by(), Observations: []foundObservation{{w.observationID(g)}},
		Props: props("origin", at.At, "rule", string(g.Rule), "severity", string(g.Severity), "basis", string(g.Basis)),
	}
	if g.Remedy != "" {
		out.Remediations = []response{{w.id("response", g.name), "recommendation", line(w.Word("remedy")), plain(g.Remedy), props("rule", string(g.Rule))}}
	}
	if v != nil {
		there := evidence.At(v.Origin)
		out.Status, out.Deadline = "deviation-approved", v.Expires+"T00:00:00Z"
		out.Remediations = append(out.Remediations, response{
			w.id("acceptance", g.name), "planned", line(w.Word("accepted")),
			w.say("waiver", evidence.Values{"reason": strings.TrimSuffix(plain(v.Reason), "."), "by": plain(v.ApprovedBy), "day": w.Day(v.Expires)}, there),
			append([]property{{Name: "type", Value: "accept"}}, props("origin", there.At, "approved-by", v.ApprovedBy, "expires", v.Expires)...),
		})
	}
	return out
}

// risks writes the risks of groups.
func (w *writer) risks(e *lines.Writer, groups []*group) {
	for _, g := range groups {
		if g.risky() {
			e.Value("", w.risk(g))
		}
	}
}

// A goal is what groups say something about, with how many findings say what.
type goal struct {
	*evidence.Goal
	groups []*group
}

// goals are those of groups.
func (w *writer) goals(groups []*group) []goal {
	of := map[*finding.Finding]*group{}
	var first []*finding.Finding
	for _, g := range groups {
		of[g.Finding], first = g, append(first, g.Finding)
	}
	var out []goal
	for _, q := range w.Case.Goals(first) {
		x := goal{Goal: q}
		q.N = map[finding.Status]int{}
		for _, f := range q.Findings {
			x.groups = append(x.groups, of[f])
			q.N[f.Status] += len(of[f].findings)
		}
		out = append(out, x)
	}
	return out
}

// counts says how many findings about a goal are what.
func (w *writer) counts(g *evidence.Goal) string {
	return w.say("counts", evidence.Values{"pass": g.N[finding.Pass], "fail": g.N[finding.Fail], "undecided": g.N[finding.Undecided], "waived": g.N[finding.Waived]}, evidence.In("findings of "+g.ID))
}

// found is the finding of OSCAL for a clause that findings breach or keep, or for a
// decision of the perimeter: what its observations come to. It is satisfied only where
// there is a pass and nothing else. What could not be decided is not, and says so.
func (w *writer) found(g goal) found {
	title := plain(w.called(g.Goal))
	s := objective{State: "not-satisfied", Reason: "other", Remarks: w.counts(g.Goal)}
	reason := props("reason", string(g.Status()))
	switch g.Status() {
	case finding.Pass:
		s.State, s.Reason, reason = "satisfied", "pass", nil
	case finding.Fail:
		s.Reason = "fail"
	}
	out := found{
		UUID: w.id("finding", g.ID), Title: title, Description: s.Remarks, Origins: w.by(), Props: append(origins(g.Origins()), reason...),
		Target: target{Type: "objective-id", ID: objectiveOf(g.ID), Title: title, Props: reason, Status: s},
	}
	for _, one := range g.groups {
		out.Observations = append(out.Observations, foundObservation{w.observationID(one)})
		if one.risky() {
			out.Risks = append(out.Risks, foundRisk{w.riskID(one)})
		}
	}
	return out
}

// called is the title of a goal: that of the clause or of the rule.
func (w *writer) called(g *evidence.Goal) string {
	switch {
	case g.Clause != nil:
		return w.Cite(g.Clause) + ": " + g.Title
	case g.Rule != "":
		return w.RuleTitle(g.Rule)
	}
	return g.Title
}

// objectiveOf is the id of the objective of a control of the catalogue.
func objectiveOf(control string) string { return token(control) + "_obj" }

// back are the resources of a document: the perimeter, and the files that its evidence
// stands in, with their digests.
func (w *writer) back(e *lines.Writer) {
	digests := evidence.Digests{}
	e.Object("back-matter", func() {
		e.List("resources", func() {
			e.Value("", w.perimeter())
			for _, name := range slices.Sorted(maps.Keys(w.files)) {
				r := resource{UUID: w.id("file", name), Title: plain(name), Props: props("origin", name), Links: []rlink{{Href: evidence.Href(graph.Origin{File: name})}}}
				if sum := digests.Of(name); sum != "" {
					r.Links[0].Hashes = []hash{{"SHA-256", sum}}
				}
				e.Value("", r)
			}
		})
	})
}
