package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Goal is what findings together say something about: a clause that they rest on,
// or, where they rest on the perimeter alone, what the team decided. A breach of the
// perimeter is none of the clauses that say why it may matter.
type Goal struct {
	ID       string // of the requirement, or PERIMETER_ and the rule
	Clause   *kb.Requirement
	Rule     graph.RuleID       // of a decision
	Title    string             // of the clause or the rule
	Findings []*finding.Finding // but for those that are not in force
	N        map[finding.Status]int
}

// Goals are those of findings, in the order of their ids. A requirement that the
// knowledge base does not know, of a rule of the user's own, has no Clause.
func (c *Case) Goals(fs []*finding.Finding) []*Goal {
	var out []*Goal
	at := map[string]*Goal{}
	see := func(id string, f *finding.Finding, begin func() *Goal) {
		have := at[id]
		if have == nil {
			have = begin()
			have.ID, have.N = id, map[finding.Status]int{}
			at[id], out = have, append(out, have)
		}
		have.N[f.Status]++
		have.Findings = append(have.Findings, f)
	}
	for _, f := range fs {
		switch {
		case f.Status == finding.NotInForce:
		case f.Basis == finding.OnPerimeter:
			see(ownGoal(f.Rule), f, func() *Goal { return &Goal{Rule: f.Rule, Title: cmp.Or(f.Title, string(f.Rule))} })
		default:
			for _, id := range f.Requirements {
				see(string(id), f, func() *Goal { return c.demanded(id) })
			}
		}
	}
	slices.SortFunc(out, func(a, b *Goal) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// demanded is the goal that a requirement is.
func (c *Case) demanded(id graph.RequirementID) *Goal {
	if q, ok := c.KB.Requirement(id); ok {
		return &Goal{Clause: &q, Title: q.Title}
	}
	return &Goal{Title: string(id)}
}

// Every is all findings of the result.
func (c *Case) Every() []*finding.Finding {
	out := make([]*finding.Finding, len(c.Result.Findings))
	for i := range c.Result.Findings {
		out[i] = &c.Result.Findings[i]
	}
	return out
}

// Names are what names each finding within the case: its fingerprint, with a number
// where several share one.
func (c *Case) Names() map[*finding.Finding]string {
	out := map[*finding.Finding]string{}
	seen := map[string]int{}
	for _, f := range c.Every() {
		name := f.Fingerprint
		if seen[name]++; seen[name] > 1 {
			name += fmt.Sprintf("#%d", seen[name])
		}
		out[f] = name
	}
	return out
}

// ownGoal is the id of what the team decided and a rule holds things against.
func ownGoal(r graph.RuleID) string { return "PERIMETER_" + string(r) }

// Status is the worst of its findings: a pass only where all pass.
func (g *Goal) Status() finding.Status {
	for _, s := range []finding.Status{finding.Fail, finding.Undecided, finding.Waived} {
		if g.N[s] > 0 {
			return s
		}
	}
	return finding.Pass
}

// Rules are those of its findings, sorted.
func (g *Goal) Rules() []graph.RuleID {
	var out []graph.RuleID
	for _, f := range g.Findings {
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Origins are the first few of its findings.
func (g *Goal) Origins() []Source {
	var out []Source
	for _, f := range g.Findings {
		if at := At(f.Origin); len(out) < fewest && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}
