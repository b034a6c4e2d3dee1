package evidence

import (
	"cmp"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A Running is an operator with how much of what was found it runs.
type Running struct {
	*graph.Operator
	Name    string // or its id
	Found   int    // assets and flows
	Sources []Source
}

// Operators are those who run an asset or the end of a flow, by id.
func (c *Case) Operators() []*Running {
	found := map[graph.EntityID]*Running{}
	see := func(o *graph.Operator, at graph.Origin) {
		if o == nil || o.Entity == "" {
			return
		}
		r := found[o.Entity]
		if r == nil {
			r = &Running{Operator: o, Name: cmp.Or(o.Name, string(o.Entity))}
			found[o.Entity] = r
		}
		r.Found++
		if src := At(at); len(r.Sources) < fewest && !slices.Contains(r.Sources, src) {
			r.Sources = append(r.Sources, src)
		}
	}
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.Type != resolve.FlowType { // a flow that is judged is among the flows
			see(a.Operator, a.Origin)
		}
	}
	for i := range c.Result.Flows {
		see(c.Result.Flows[i].Operator, c.Result.Flows[i].Origin)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *Running) int { return cmp.Compare(a.Entity, b.Entity) })
}
