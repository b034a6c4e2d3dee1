// Package gate turns findings into a verdict: it applies waivers, marks what
// a baseline had, and says what keeps the verdict from being a pass.
package gate

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A Waiver is an exception with the place it counts for: one from the
// perimeter counts everywhere, one beside a block for that block only.
type Waiver struct {
	perimeter.Waiver
	Inline bool
	Root   string // of the block, when Inline
}

// Gate is what decides.
type Gate struct {
	FailOn     finding.Severity // lowest severity that is a violation; "" is low
	Unwaivable []graph.RequirementID
	At         time.Time
}

// Waive applies the waivers to the findings in place and says what became of
// each. An expired one does not count; one against an unwaivable requirement
// is refused. Either way it is listed.
func (g *Gate) Waive(fs []finding.Finding, ws []Waiver) []finding.WaiverUse {
	uses := make([]finding.WaiverUse, len(ws))
	day := g.At.Format(time.DateOnly)
	byRule := map[graph.RuleID][]int{}
	matchers := make([]func(*finding.Finding) bool, len(ws))
	for i := range ws {
		w := &ws[i]
		uses[i] = finding.WaiverUse{Rule: w.Rule, Subject: w.Subject, State: "unused", Expires: w.Expires, Reason: w.Reason, By: w.ApprovedBy, Origin: w.Origin, Why: "nothing that it covers was found"}
		if w.Expires < day {
			uses[i].State, uses[i].Why = "expired", fmt.Sprintf("it ended on %s and does not count", w.Expires)
			continue
		}
		matchers[i] = w.matcher()
		byRule[w.Rule] = append(byRule[w.Rule], i)
	}
	for i := range fs {
		f := &fs[i]
		if f.Status != finding.Fail && f.Status != finding.Undecided {
			continue
		}
		for _, k := range byRule[f.Rule] {
			if !matchers[k](f) {
				continue
			}
			if q, ok := g.unwaivable(f); ok {
				uses[k].Why = fmt.Sprintf("the perimeter says that %s cannot be waived", q)
				if uses[k].Used == 0 {
					uses[k].State = "refused"
				}
				continue
			}
			w := &ws[k]
			f.Waiver = &finding.Waiver{Reason: w.Reason, ApprovedBy: w.ApprovedBy, Expires: w.Expires, Origin: w.Origin, Was: f.Status}
			f.Status = finding.Waived
			if uses[k].State == "unused" {
				uses[k].Why = ""
			}
			uses[k].State = "applied"
			uses[k].Used++
			break
		}
		if f.Waiver == nil {
			continue
		}
		by := f.Waiver.Origin
		for _, k := range byRule[f.Rule] {
			if uses[k].State == "unused" && matchers[k](f) {
				uses[k].Why = fmt.Sprintf("another waiver (%s:%d) covers it already", by.File, by.Line)
			}
		}
	}
	slices.SortFunc(uses, func(a, b finding.WaiverUse) int {
		return cmp.Or(cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Subject, b.Subject))
	})
	return uses
}

func (g *Gate) unwaivable(f *finding.Finding) (graph.RequirementID, bool) {
	for _, q := range f.Requirements {
		if slices.Contains(g.Unwaivable, q) {
			return q, true
		}
	}
	return "", false
}

// instanceKey is what an address has between brackets: a key in quotes, an
// index, or a star.
var instanceKey = regexp.MustCompile(`\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\[\*\]`)

// matcher compiles what the waiver covers. A waiver beside a block covers
// every instance of it.
func (w *Waiver) matcher() func(*finding.Finding) bool {
	if w.Inline {
		return func(f *finding.Finding) bool {
			return f.Root == w.Root && instanceKey.ReplaceAllString(string(f.Subject), "") == w.Subject
		}
	}
	p := perimeter.Compile(w.Subject)
	return func(f *finding.Finding) bool { return p.Match(string(f.Subject)) }
}

// Baseline marks the findings that an earlier result has too, and no less bad.
func Baseline(fs []finding.Finding, old *finding.Result) {
	before := finding.OpenIn(old)
	for i := range fs {
		fs[i].Old = before.Has(&fs[i])
	}
}

// Scope is what was looked at, as far as the verdict depends on it.
type Scope struct {
	Files    int
	Judged   int // assets and flows that some rule judged
	Problems []graph.Problem
}

// Verdict says what the findings come to, and why it is no pass beyond what
// the findings say. It marks in place the findings that violate. onlyNew leaves
// out of the verdict what the baseline has.
func (g *Gate) Verdict(fs []finding.Finding, s Scope, onlyNew bool) (finding.Verdict, []string) {
	violation, undecided := false, false
	for i := range fs {
		f := &fs[i]
		f.Violates = g.violates(f)
		if onlyNew && f.Old {
			continue
		}
		violation = violation || f.Violates
		undecided = undecided || f.Status == finding.Undecided && f.Blocks
	}
	var why []string
	if n := len(s.Problems); n > 0 {
		why = append(why, fmt.Sprintf("%s could not be read, so what stands there is not known", plural(n, "thing")))
	}
	switch {
	case s.Files == 0:
		why = append(why, "no file was read: nothing was looked at; name a folder that holds something which a source reads (docs/guide/sources.md lists them)")
	case s.Judged == 0:
		why = append(why, "no asset or flow was judged: nothing was looked at that holds or moves data")
	}
	switch {
	case violation:
		return finding.VerdictViolation, why
	case undecided || len(why) > 0:
		return finding.VerdictUndecided, why
	}
	return finding.VerdictPass, nil
}

// violates reports whether the finding alone is a violation.
func (g *Gate) violates(f *finding.Finding) bool {
	failOn := g.FailOn
	if failOn == "" {
		failOn = finding.Low
	}
	return f.Status == finding.Fail && f.Severity.Rank() >= failOn.Rank()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
