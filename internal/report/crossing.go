package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A crossing is a group of findings that cross into the same jurisdiction.
type crossing struct {
	name     string
	rank     int // worst severity, and fails before undecided
	findings []*finding.Finding
}

// crossesNothing heads the findings that are no matter of a jurisdiction.
const crossesNothing = "other"

// Crossing names the jurisdiction that a finding crosses into: the countries
// of its places, else the seat that reaches it, else what is not established.
func Crossing(f *finding.Finding) string {
	if f.Status == finding.Undecided {
		return "not established"
	}
	var cs []graph.Country
	for i := range f.Places {
		cs = append(cs, f.Places[i].Countries...)
	}
	slices.Sort(cs)
	cs = slices.Compact(cs)
	switch {
	case slices.Contains(cs, graph.Anywhere):
		return "anywhere in the world"
	case len(cs) > 4:
		return fmt.Sprintf("%d countries", len(cs))
	case len(cs) > 0:
		return graph.Listed(cs)
	}
	if f.Maker != nil && len(f.Maker.Countries()) > 0 {
		made := make([]string, 0, 2)
		for _, c := range f.Maker.Countries() {
			made = append(made, string(c))
		}
		return "made in " + strings.Join(made, ", ")
	}
	if o := f.Operator; o != nil && !onSettings(f) {
		for i := len(o.Control) - 1; i >= 0; i-- {
			if o.Control[i].Country != "" {
				return "law of " + string(o.Control[i].Country)
			}
		}
		if o.Seat != "" {
			return "law of " + string(o.Seat)
		}
	}
	return crossesNothing
}

// onSettings reports whether a finding is about settings of the asset alone,
// such as whether it is public: then it is not its operator that is outside.
func onSettings(f *finding.Finding) bool {
	return len(f.About) > 0 && !slices.ContainsFunc(f.About, func(a string) bool { return !strings.HasPrefix(a, "setting:") })
}

func (t *text) crossings() []*crossing {
	byName := map[string]*crossing{}
	var out []*crossing
	for i := range t.r.Findings {
		f := &t.r.Findings[i]
		if f.Status != finding.Fail && f.Status != finding.Undecided {
			continue
		}
		name := Crossing(f)
		c := byName[name]
		if c == nil {
			c = &crossing{name: name}
			byName[name] = c
			out = append(out, c)
		}
		c.rank = max(c.rank, rank(f))
		c.findings = append(c.findings, f)
	}
	// What crosses into no jurisdiction comes after the fails that do.
	last := func(c *crossing) int {
		switch {
		case c.rank < 10:
			return 2
		case c.name == crossesNothing:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b *crossing) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), -cmp.Compare(a.rank, b.rank), -cmp.Compare(len(a.findings), len(b.findings)), cmp.Compare(a.name, b.name))
	})
	return out
}

// fold puts findings together that say the same of instances of one block or
// of one file: same rule, same message. What several rules cannot decide for
// one reason is one thing to mend, whatever the rule. The worst come first.
func fold(fs []*finding.Finding) [][]*finding.Finding {
	type key struct {
		rule    graph.RuleID
		file    string
		message string
	}
	index := map[key]int{}
	var out [][]*finding.Finding
	for _, f := range fs {
		k := key{f.Rule, f.Origin.File, f.Message}
		if _, reason, ok := strings.Cut(f.Message, ": "); ok && f.Status == finding.Undecided {
			k.rule, k.message = "", reason
		}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	slices.SortStableFunc(out, func(a, b []*finding.Finding) int {
		return cmp.Or(-cmp.Compare(rank(a[0]), rank(b[0])), cmp.Compare(a[0].Origin.File, b[0].Origin.File), cmp.Compare(a[0].Origin.Line, b[0].Origin.Line), cmp.Compare(a[0].Rule, b[0].Rule))
	})
	return out
}

// rank orders findings: fails before undecided ones, then by severity.
func rank(f *finding.Finding) int {
	if f.Status == finding.Fail {
		return 10 + f.Severity.Rank()
	}
	return f.Severity.Rank()
}
