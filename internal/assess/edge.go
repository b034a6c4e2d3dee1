package assess

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// edges lists every flow, also those that stay inside, and every destination
// that the configuration of an asset names.
func edges(assets, flows []resolve.Asset) []finding.Edge {
	var out []finding.Edge
	for i := range assets {
		a := &assets[i]
		for j := range a.Targets {
			t := &a.Targets[j]
			to := cmp.Or(string(t.Asset), t.Name)
			e := finding.Edge{From: a.Address, To: graph.Address(to), Unknown: t.Unknown, Root: a.Root, State: graph.Planned, Purposes: []string{t.Purpose},
				Within: t.Asset != "", Classes: a.Classes, System: a.System, Places: t.Places, Operator: t.Operator, Origin: t.Origin}
			if e.Within {
				e.Places, e.Operator = nil, nil
			}
			if e.Origin.IsZero() {
				e.Origin = a.Origin
			}
			out = append(out, e)
		}
	}
	for i := range flows {
		a := &flows[i]
		g := a.Edge
		e := finding.Edge{From: g.From, To: g.To, Root: a.Root, State: state(g), States: g.States, Purposes: g.Purposes, Via: g.Via, Within: g.Within,
			Classes: a.Classes, System: a.System, Places: a.Places, Operator: a.Operator, Traffic: g.Traffic, Origin: a.Origin}
		if g.To == "" && len(a.Places) > 0 {
			e.Unknown = a.Places[0].Unknown
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b finding.Edge) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), slices.Compare(a.Purposes, b.Purposes))
	})
	return out
}
