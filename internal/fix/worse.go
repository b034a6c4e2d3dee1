package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// tally counts what is open of one rule about one subject.
type tally struct {
	fails, blocking, undecided int
	sample                     *finding.Finding // the worst of them
}

type about struct {
	rule    graph.RuleID
	root    string
	subject graph.Address
}

func tallies(res *finding.Result) map[about]tally {
	out := map[about]tally{}
	for i := range res.Findings {
		f := &res.Findings[i]
		k := about{f.Rule, f.Root, f.Subject}
		t := out[k]
		switch {
		case f.Status == finding.Fail:
			t.fails++
		case f.Status == finding.Undecided && f.Blocks:
			t.blocking++
		case f.Status == finding.Undecided:
			t.undecided++
		default:
			continue
		}
		if t.sample == nil || f.Status == finding.Fail {
			t.sample = f
		}
		out[k] = t
	}
	return out
}

// worse says why the result with more changes is not to be accepted: a finding
// that they are for remains, another one appears, or something else changed.
// It is "" when they are right.
func (r *run) worse(after *finding.Result, list []*change) string {
	was, is := tallies(r.result), tallies(after)
	goal := map[about]int{}
	for _, c := range list {
		for _, f := range c.findings {
			goal[about{f.Rule, f.Root, f.Subject}]++
		}
	}
	for _, k := range order(is) {
		a, b := was[k], is[k]
		switch {
		case b.fails > a.fails-goal[k], b.blocking > a.blocking, b.undecided > a.undecided:
			return fmt.Sprintf("%s then says of %s that it %s", k.rule, k.subject, b.sample.Message)
		}
	}
	if len(after.Problems) > len(r.result.Problems) {
		return "something could not be read any more"
	}
	return r.stray(after, list)
}

func order(m map[about]tally) []about {
	out := make([]about, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b about) int {
		return strings.Compare(fmt.Sprint(a.root, "\x00", a.subject, "\x00", a.rule), fmt.Sprint(b.root, "\x00", b.subject, "\x00", b.rule))
	})
	return out
}

// stray finds what changed without being meant: an asset that has another name
// or is gone, one that moved though the edited values do not decide about it,
// a copy that now lies where the original is, and a zone that was left behind.
func (r *run) stray(after *finding.Result, list []*change) string {
	meant, switched := map[resolve.Key]bool{}, map[resolve.Key]bool{}
	for _, c := range list {
		for _, o := range c.picked {
			for _, k := range r.Levers.Users(&o.Edit) {
				meant[k] = true
			}
			for _, f := range c.findings {
				k := resolve.Key{Root: f.Root, Address: f.Subject}
				meant[k] = true
				if o.Region == "" {
					switched[k] = true
				}
			}
		}
	}
	was := inventory(r.result)
	is := inventory(after)
	for k := range was {
		if is[k] == nil {
			return fmt.Sprintf("%s would be gone or have another name", k.Address)
		}
	}
	for i := range after.Assets {
		a := &after.Assets[i]
		k := resolve.Key{Root: a.Root, Address: a.Subject}
		b := was[k]
		switch {
		case b == nil:
			return fmt.Sprintf("%s would be new", k.Address)
		case placesText(a.Places) != placesText(b.Places) && !meant[k]:
			return fmt.Sprintf("%s would change too", k.Address)
		case copies(a.Places) < copies(b.Places) && !switched[k]:
			return fmt.Sprintf("a copy of %s would lie where the original is", k.Address)
		}
	}
	return r.leftBehind(is, was, list)
}

// leftBehind finds what takes its provider configuration from an edited token
// and yet stays in the old region, because an attribute names a place there.
func (r *run) leftBehind(is, was map[resolve.Key]*finding.Asset, list []*change) string {
	for _, c := range list {
		for _, o := range c.picked {
			if o.Region == "" {
				continue
			}
			moved := map[string]bool{}
			for _, k := range r.Levers.Users(&o.Edit) {
				if a, b := was[k], is[k]; a != nil && b != nil && ownRegion(a) != ownRegion(b) {
					moved[ownRegion(a)] = true
				}
			}
			users := r.Levers.Users(&o.Edit)
			for _, k := range r.Levers.Bound(&o.Edit) {
				a := is[k]
				if a == nil || slices.Contains(users, k) {
					continue
				}
				if region := ownRegion(a); region != "" && moved[region] {
					return fmt.Sprintf("%s (%s:%d) names a place in %s by itself: it must move along, by hand", k.Address, a.Origin.File, a.Origin.Line, region)
				}
			}
		}
	}
	return ""
}

func ownRegion(a *finding.Asset) string {
	for i := range a.Places {
		if a.Places[i].Purpose == "" {
			return a.Places[i].Region
		}
	}
	return ""
}

func inventory(res *finding.Result) map[resolve.Key]*finding.Asset {
	out := make(map[resolve.Key]*finding.Asset, len(res.Assets))
	for i := range res.Assets {
		a := &res.Assets[i]
		out[resolve.Key{Root: a.Root, Address: a.Subject}] = a
	}
	return out
}

// placesText is where an asset is, for comparison.
func placesText(ps []graph.Place) string {
	var b strings.Builder
	for i := range ps {
		p := &ps[i]
		fmt.Fprintf(&b, "%s %s %s %s %v %v %s\n", p.Role, p.Purpose, p.Provider, p.Region, p.Countries, p.Perhaps, p.Unknown)
	}
	return b.String()
}

// copies counts the different places in which what the asset holds is kept.
func copies(ps []graph.Place) int {
	seen := map[string]bool{}
	for i := range ps {
		switch p := &ps[i]; p.Purpose {
		case "", "replica", "backup", "failover":
			seen[fmt.Sprint(p.Provider, p.Region, p.Countries)] = true
		}
	}
	return len(seen)
}
