package resolve

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// FlowType is the type of the asset that stands for a declared flow to a
// host, and FlowArrow stands between its ends in its address.
const (
	FlowType  = "flow"
	FlowArrow = " → "
)

// Flows makes an asset of every declared flow that leaves the tree: it is
// judged by where its destination is and who runs it. Flows to systems and to
// assets of the tree are judged as these. A destination that is neither, nor a
// host that is known, stays: undecided.
func (r *Resolver) Flows(assets []Asset) []Asset {
	var out []Asset
	for _, f := range r.p.Spec.Flows {
		if _, isSystem := r.p.Spec.Systems[f.To]; isSystem || inTree(f.To, assets) {
			continue
		}
		host := hostOf(f.To)
		a := Asset{Bound: len(f.Data) > 0, Classes: slices.Clone(f.Data), System: f.From}
		a.Resolved = graph.Resolved{Asset: &graph.Asset{Address: graph.Address(f.From + FlowArrow + f.To), Language: "perimeter", Type: FlowType,
			Attrs: graph.NoAttrs, Root: f.Origin.File, Origin: f.Origin}, Kind: graph.Exporter}
		if addr, ok := hostAddress(host); ok {
			a.Provider = r.address(addr).provider
		} else if m, ok := r.kb.Host(host); ok {
			a.Provider = m.Provider
			if m.Endpoint.Kind != "" {
				a.Kind = m.Endpoint.Kind
			}
		}
		a.Places, a.Operator = r.Host(host)
		for i := range a.Places {
			a.Places[i].Origin = f.Origin
		}
		if !a.Bound {
			a.Classes = r.book.Unbound()
		}
		slices.Sort(a.Classes)
		a.Classes = slices.Compact(a.Classes)
		r.evidence(&a, statedSettings...)
		a.Support = r.support(&a)
		out = append(out, a)
	}
	return out
}

// inTree reports whether an address or pattern is that of an asset.
func inTree(to string, assets []Asset) bool {
	p := perimeter.Compile(to)
	return slices.ContainsFunc(assets, func(a Asset) bool { return p.Match(string(a.Address)) })
}
