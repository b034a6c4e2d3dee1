package score

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Status is what is known about a criterion.
type Status string

// The statuses, best first. Evidenced alone counts.
const (
	Evidenced  Status = "evidenced" // rules looked, and facts pass all of them
	Claimed    Status = "claimed"   // a document, an answer or a record without source says so
	Unknown    Status = "unknown"   // no rule looked at anything, or something is not established
	Lacking    Status = "lacking"   // facts speak against it
	Breached   Status = "breached"  // facts speak against it, and it is the customer's own duty
	NotInForce Status = "not-in-force"
)

// Statuses are the known ones, best first.
func Statuses() []Status {
	return []Status{Evidenced, Claimed, Unknown, Lacking, Breached, NotInForce}
}

// against reports whether facts speak against a criterion.
func (s Status) against() bool { return s == Lacking || s == Breached }

// worse returns the one of two that is worse: a chain is as strong as its weakest link.
func worse(a, b Status) Status {
	if slices.Index(Statuses(), b) > slices.Index(Statuses(), a) {
		return b
	}
	return a
}

// An examiner says what single findings are worth.
type examiner struct {
	papers   []paper
	inside   []graph.Country // the territory of the framework
	confined bool            // the perimeter allows no country outside of it
}

// A paper is a document that the perimeter names, as findings refer to it.
type paper struct {
	origin graph.Origin
	at     string
}

func newExaminer(p *perimeter.Perimeter) *examiner {
	x := &examiner{}
	for i := range p.Spec.Evidence {
		o := p.Spec.Evidence[i].Origin
		x.papers = append(x.papers, paper{o, o.At()})
	}
	return x
}

// worth is what one finding says about a criterion, and false where it says nothing.
func (x *examiner) worth(f *finding.Finding, c *Criterion, q *kb.Requirement) (Status, bool) {
	status := f.Status
	if status == finding.Waived && f.Waiver != nil {
		status = f.Waiver.Was // an exception is no evidence: what it covers is still so
	}
	cites := slices.Contains(f.Requirements, c.Requirement)
	if c.Own && !cites {
		return "", false
	}
	switch status {
	case finding.Pass:
		if x.onPaper(f) {
			return worse(Claimed, x.within(f, c)), true
		}
		return x.within(f, c), true
	case finding.Undecided:
		if w := x.within(f, c); onClaim(f) && (w == Evidenced || w == Claimed) {
			return Claimed, true
		}
		return Unknown, true
	case finding.Fail:
		switch {
		case c.Cited && !cites:
			return Unknown, true
		case cites && f.Basis == finding.OnRequirement && q.Addressee != "provider":
			return Breached, true
		}
		return Lacking, true
	}
	return "", false
}

// onPaper reports whether a pass rests on what the perimeter records: a document that
// somebody approved, or a tool of chapter V. No machine read it.
func (x *examiner) onPaper(f *finding.Finding) bool {
	if slices.ContainsFunc(f.About, func(s string) bool { return s == "transfers" || strings.HasPrefix(s, "document:") }) {
		return true
	}
	for _, p := range x.papers {
		if f.Origin == p.origin || slices.ContainsFunc(f.Because, p.named) {
			return true
		}
	}
	return false
}

// named reports whether a reason names the line of the document.
func (p paper) named(because string) bool {
	i := strings.Index(because, p.at)
	if i < 0 {
		return false
	}
	rest := because[i+len(p.at):]
	return rest == "" || rest[0] < '0' || rest[0] > '9'
}

// onClaim reports whether a finding is undecided because what it needs is known
// from a claim alone: a record of which no source was cited.
func onClaim(f *finding.Finding) bool {
	for i := range f.Places {
		if p := &f.Places[i]; p.Unknown != "" || len(p.Countries) == 0 || p.Confidence == graph.NotKnown {
			return false // something is not known at all
		}
	}
	about := func(what string) bool { return slices.Contains(f.About, what) }
	switch {
	case slices.ContainsFunc(f.Places, func(p graph.Place) bool { return p.Confidence == graph.Claimed }),
		about("operator") && f.Operator != nil && f.Operator.Unknown == "" && f.Operator.Confidence == graph.Claimed,
		about("maker") && f.Maker != nil && f.Maker.Unknown == "" && f.Maker.Confidence == graph.Claimed,
		about("custody") && f.Custody != nil && f.Custody.Unknown == "" && f.Custody.Confidence == graph.Claimed,
		about("support") && f.Support != nil && f.Support.Unknown == "" && f.Support.Confidence == graph.Claimed:
		return true
	}
	return strings.Contains(f.Message, "only claimed") // the words of rules where no coordinate shows it
}
