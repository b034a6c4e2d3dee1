package cyclonedx

import (
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
)

// meet adds what a finding is about and where it was read, and what excuses it. Where
// something was looked for is a part of the document, also where it proves nothing.
func (d *declaring) meet(f *finding.Finding) {
	d.target(f)
	d.proof(f.Origin, "proof", time.Time{})
	if v := f.Waiver; v != nil {
		until, _ := time.Parse(time.DateOnly, v.Expires) // the perimeter was read, so it is a day
		d.proof(v.Origin, "waiver", until)
	}
}

// claim is that of a finding: that what the rule asks is so. What is undecided has
// evidence neither way.
func (d *declaring) claim(f *finding.Finding) sbom.Claim {
	at := evidence.At(f.Origin)
	c := sbom.Claim{Ref: d.ref(f), Target: d.target(f), Predicate: string(f.Rule) + ": " + d.RuleTitle(f.Rule), Reasoning: d.Say("reasoning", evidence.Values{"status": evidence.WordOf(d.Builder, "status", f.Status), "at": at.At}, at).Text}
	for _, why := range append([]string{f.Message}, f.Because...) {
		if why != "" {
			c.Reasoning += " " + strings.TrimSuffix(why, ".") + "."
		}
	}
	switch was(f) {
	case finding.Pass:
		c.For = []string{proofRef(f.Origin, "proof")}
	case finding.Fail:
		c.Against = []string{proofRef(f.Origin, "proof")}
	}
	if v := f.Waiver; v != nil {
		c.Mitigation = []string{proofRef(v.Origin, "waiver")}
	}
	return c
}

// ref is that of the claim of a finding.
func (d *declaring) ref(f *finding.Finding) string { return "claim:" + d.names[f] }

// was is what a finding would be without its waiver: an exception decides nothing.
func was(f *finding.Finding) finding.Status {
	if f.Waiver != nil {
		return f.Waiver.Was
	}
	return f.Status
}

// answer says how far the claims show that a clause is kept. What could not be decided
// shows nothing, and lowers the confidence.
func (d *declaring) answer(g *evidence.Goal) {
	ref := d.clause(g)
	n, open := len(g.Findings), 0
	for _, f := range g.Findings {
		if was(f) == finding.Undecided {
			open++
		}
	}
	v := evidence.Values{"pass": g.N[finding.Pass], "fail": g.N[finding.Fail], "undecided": g.N[finding.Undecided], "waived": g.N[finding.Waived]}
	a := sbom.Answer{
		Clause: ref, Score: share(g.N[finding.Pass], n), Confidence: share(n-open, n),
		Because: d.Say("counts", v, evidence.In("findings of "+g.ID)).Text,
		Decided: d.Say("decided", evidence.Values{"n": n, "undecided": open}, evidence.In("findings of "+g.ID)).Text,
	}
	seen := map[string]bool{}
	for _, f := range g.Findings {
		switch was(f) {
		case finding.Pass:
			a.Claims = append(a.Claims, d.ref(f))
		case finding.Fail:
			a.Counter = append(a.Counter, d.ref(f))
		}
		if f.Waiver == nil {
			continue
		}
		if ref := proofRef(f.Waiver.Origin, "waiver"); !seen[ref] {
			seen[ref] = true
			a.Mitigation = append(a.Mitigation, ref)
		}
	}
	d.out.Answers = append(d.out.Answers, a)
}

func share(some, all int) float64 { return float64(some*1000/all) / 1000 }

// clause adds what a goal is to the standards, and returns its ref.
func (d *declaring) clause(g *evidence.Goal) string {
	c := sbom.Clause{Ref: "requirement:" + g.ID, ID: g.ID, Title: g.Title}
	standard, name := "other", "other"
	switch q := g.Clause; {
	case q != nil:
		standard, name, c.ID, c.Text = q.Instrument, q.Instrument, d.Cite(q), q.Obligation
		c.Facts = []sbom.Fact{origin("kb " + g.ID), {Name: "bailiwick:citation", Value: q.Citation}, {Name: "bailiwick:law-status", Value: q.Status}, {Name: "bailiwick:in-force-from", Value: q.From}, {Name: "bailiwick:in-force-until", Value: q.Until}}
		if s := q.Cited; s != nil {
			c.Facts = append(c.Facts, sbom.Fact{Name: "bailiwick:source", Value: s.Address})
		}
	case g.Rule != "":
		c.Title = d.RuleTitle(g.Rule)
		at := d.Case.Key("spec")
		standard, name = "perimeter", d.Case.Perimeter.Metadata.Name
		c.Text, c.Facts = d.Say("decision", evidence.Values{"title": c.Title}, at).Text, []sbom.Fact{origin(at.At)}
	default:
		for _, at := range g.Origins() {
			c.Facts = append(c.Facts, origin(at.At))
		}
	}
	ref := "standard:" + standard
	for i := range d.out.Standards {
		if s := &d.out.Standards[i]; s.Ref == ref {
			s.Clauses = append(s.Clauses, c)
			return c.Ref
		}
	}
	d.out.Standards = append(d.out.Standards, sbom.Standard{Ref: ref, Name: name, Clauses: []sbom.Clause{c}})
	return c.Ref
}
