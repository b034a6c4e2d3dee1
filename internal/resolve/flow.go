package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// FlowType is the type of the asset that stands for a declared flow to a
// host, and FlowArrow stands between its ends in its address.
const (
	FlowType  = "flow"
	FlowArrow = " → "
)

// Flows makes an asset of every flow that the perimeter declares to a host: it
// is judged by where the host is and who runs it. Flows between systems and
// assets of the tree are judged as these.
func (r *Resolver) Flows() []Asset {
	var out []Asset
	for _, f := range r.p.Spec.Flows {
		host := hostOf(f.To)
		if _, isSystem := r.p.Spec.Systems[f.To]; isSystem || !strings.Contains(host, ".") || strings.Contains(f.To, "_") {
			continue
		}
		a := Asset{Bound: len(f.Data) > 0, Classes: slices.Clone(f.Data), System: f.From}
		a.Resolved = graph.Resolved{Asset: &graph.Asset{Address: graph.Address(f.From + FlowArrow + f.To), Language: "perimeter", Type: FlowType,
			Attrs: graph.NoAttrs, Root: f.Origin.File, Origin: f.Origin}, Kind: graph.Exporter}
		if m, ok := r.kb.Host(host); ok {
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
		a.Support = r.support(&a)
		out = append(out, a)
	}
	return out
}
