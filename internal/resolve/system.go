package resolve

import (
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// SystemType is the type of the asset that stands for a system of the perimeter.
const SystemType = "system"

// Systems makes an asset of every system that the perimeter records, so that
// what the law asks of a system is asked once, and not of everything that it is
// made of.
func (r *Resolver) Systems() []Asset {
	var out []Asset
	for _, name := range slices.Sorted(maps.Keys(r.p.Spec.Systems)) {
		s := r.p.Spec.Systems[name]
		out = append(out, Asset{System: name, Classes: r.book.Classes(), Resolved: graph.Resolved{Kind: graph.System,
			Asset: &graph.Asset{Address: graph.Address(name), Language: "perimeter", Type: SystemType, Attrs: graph.NoAttrs, Root: s.Origin.File, Origin: s.Origin}}})
	}
	return out
}
