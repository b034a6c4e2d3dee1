package dpia

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// checks are the checks that said something about the system, by what they speak of,
// the worst first.
func checks(c *evidence.Case, system string) map[risk][]*checked {
	found := map[graph.RuleID]*checked{}
	var order []*checked
	for _, f := range c.Findings(system) {
		k := found[f.Rule]
		if k == nil {
			k = &checked{Finding: f, n: map[finding.Status]int{}}
			found[f.Rule] = k
			order = append(order, k)
		}
		k.n[f.Status]++
		switch f.Status {
		case finding.Pass:
			k.pass = append(k.pass, f)
		case finding.Fail, finding.Undecided, finding.Waived:
			k.open = append(k.open, f)
		}
	}
	out := map[risk][]*checked{}
	for _, k := range order {
		slices.SortStableFunc(k.open, func(a, b *finding.Finding) int { return slices.Index(harm, a.Status) - slices.Index(harm, b.Status) })
		out[riskOf(k.Rule)] = append(out[riskOf(k.Rule)], k)
	}
	for _, ks := range out {
		slices.SortFunc(ks, func(a, b *checked) int {
			return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), cmp.Compare(a.Rule, b.Rule))
		})
	}
	return out
}

var harm = []finding.Status{finding.Fail, finding.Undecided, finding.Waived}

// A group is findings of one check that say the same in the same words.
type group []*finding.Finding

// groups puts findings together that say the same, in the order of the first of each.
func groups(fs []*finding.Finding) []group {
	at := map[string]int{}
	var out []group
	for _, f := range fs {
		key := string(f.Status) + f.Message
		if f.Waiver != nil {
			key += f.Waiver.Origin.At()
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}

// named is a check as a cell has it.
func (s *assessment) named(k *checked) evidence.Sentence {
	return s.Name(s.title(k), evidence.In("rules, "+string(k.Rule)))
}

// title is that of a check in the language of the document, with its id.
func (s *assessment) title(k *checked) string {
	return fmt.Sprintf("%s (%s)", s.RuleTitle(k.Rule), k.Rule)
}

// weight is how much harm a failed check does, with what it came to.
func (s *assessment) weight(k *checked) evidence.Sentence {
	var parts []string
	for _, status := range harm {
		if n := k.n[status]; n > 0 {
			parts = append(parts, s.Counted("n."+string(status), n))
		}
	}
	return s.Say("risk.weight", evidence.Values{"severity": evidence.WordOf(s.Builder, "severity", k.Severity), "counts": s.And(parts)}, evidence.FirstOf(k.open)...)
}

// quoted are findings of a check in the words of the program, those that say the same
// together, and the count of the others.
func (s *assessment) quoted(k *checked) []evidence.Sentence {
	var out []evidence.Sentence
	left := len(k.open)
	all := groups(k.open)
	for _, g := range all[:min(len(all), few)] {
		var subjects []string
		for _, f := range g[:min(len(g), few)] {
			subjects = append(subjects, string(f.Subject))
		}
		left -= len(subjects)
		out = append(out, s.Quote(fmt.Sprintf("%s: %s.", strings.Join(subjects, ", "), g[0].Message), evidence.FirstOf(g)...))
		if w := g[0].Waiver; w != nil {
			out = append(out, s.Say("risk.waived", evidence.Values{"by": w.ApprovedBy, "day": s.Day(w.Expires)}, evidence.At(w.Origin)))
		}
	}
	if left > 0 {
		out = append(out, s.Say("risk.more", evidence.Values{"n": left, "rule": string(k.Rule)}, evidence.In("findings of "+string(k.Rule))))
	}
	return out
}

// sources is the table of checks that fail or are undecided, with the count of those that
// rest on law alone that does not apply yet.
func (s *assessment) sources(caption string, ks []*checked) {
	s.failures(caption, ks)
	var later []string
	for _, k := range ks {
		if k.n[finding.NotInForce] > 0 {
			later = append(later, string(k.Rule))
		}
	}
	if len(later) > 0 {
		s.Paragraph(s.Say("risk.later", evidence.Values{"n": len(later), "rules": strings.Join(later, ", ")}, evidence.In("findings")))
	}
}

// failures is the table of checks that fail or are undecided. Where there are none it says
// whether anything was checked at all.
func (s *assessment) failures(caption string, ks []*checked) {
	if !slices.ContainsFunc(ks, (*checked).failing) {
		var ids []string
		for _, k := range ks {
			if len(k.pass) > 0 {
				ids = append(ids, string(k.Rule))
			}
		}
		if len(ids) == 0 {
			s.Paragraph(s.Say("risk.unchecked", nil, evidence.In("findings")))
			return
		}
		s.Paragraph(s.Say("risk.clear", evidence.Values{"n": len(ids), "rules": strings.Join(ids, ", ")}, evidence.In("findings")))
		return
	}
	var rows [][]evidence.Cell
	for _, k := range ks {
		if k.failing() {
			rows = append(rows, []evidence.Cell{{s.named(k)}, {s.weight(k)}, s.quoted(k)})
		}
	}
	s.Table(caption, []string{"risk.check", "risk.result", "risk.found"}, []int{4, 3, 8}, rows)
}

// held says in how many cases a check holds: a control that holds in part says so, and so
// does one of flows that are only declared.
func (s *assessment) held(k *checked) []evidence.Sentence {
	at := evidence.FirstOf(k.pass)
	said := s.Say("control.whole", evidence.Values{"n": len(k.pass)}, at...)
	if left := k.total() - len(k.pass); left > 0 {
		said = s.Say("control.part", evidence.Values{"held": len(k.pass), "total": k.total(), "n": left}, at...)
	}
	declared := 0
	for _, f := range k.pass {
		if f.Flow != nil && f.Flow.State == graph.Declared {
			declared++
		}
	}
	if declared == 0 {
		return evidence.One(said)
	}
	return evidence.One(said, s.Say("control.declared", evidence.Values{"n": declared}, at...))
}
