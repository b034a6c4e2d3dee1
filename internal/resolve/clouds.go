package resolve

import (
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Cloud is what one operator runs of a provider: its only instance, or a
// partition.
type Cloud struct {
	Provider  graph.ProviderID
	Partition string // "" when there is one instance only
	Name      string // of the provider
	Operator  *graph.Operator
	Regions   []CloudRegion // by code
	// Geographies are the named sets of countries within which a service may
	// move data, by name.
	Geographies map[string]graph.Place
}

// A CloudRegion is a region, zone or location of a cloud.
type CloudRegion struct {
	Code, Display, Parent string
	Kind                  string // as [kb.Region] words it
	Pair                  string // where geo-redundant copies go; "" when nobody knows
	Zone                  string // the geography within which models asked for by data zone compute; "" when nobody knows
	Place                 graph.Place
}

// Clouds are all clouds that the knowledge base knows to be run by somebody in
// particular, by provider and partition.
func (r *Resolver) Clouds() []Cloud {
	var out []Cloud
	for _, id := range r.kb.Providers() {
		p, ok := r.kb.Provider(id)
		if !ok || p.Operator == "" && len(p.Partitions) == 0 {
			continue
		}
		byPartition := map[string][]CloudRegion{}
		for _, rec := range r.kb.Regions(id) {
			a := r.regionAnswer(&rec, rec.Code)
			byPartition[rec.Partition] = append(byPartition[rec.Partition], CloudRegion{Code: rec.Code, Display: or(rec.Display, rec.City), Parent: rec.Parent, Kind: rec.Kind, Pair: rec.Pair, Zone: rec.Zone, Place: a.Places[0]})
		}
		for name, part := range p.Partitions {
			if _, ok := byPartition[name]; !ok && part.Operator != p.Operator {
				byPartition[name] = nil
			}
		}
		geographies := r.geographies(p)
		for _, partition := range slices.Sorted(maps.Keys(byPartition)) {
			out = append(out, Cloud{Provider: id, Partition: partition, Name: p.Name, Operator: r.operator(r.partitionOperator(id, partition)),
				Regions: byPartition[partition], Geographies: geographies})
		}
	}
	return out
}

func (r *Resolver) geographies(of *kb.Provider) map[string]graph.Place {
	out := map[string]graph.Place{}
	n := &node{g: &index{r: r}, provider: of.ID}
	for name := range of.Geographies {
		p := graph.Place{Role: graph.Processing, Provider: of.ID}
		n.geography(&p, name)
		out[name] = p
	}
	return out
}
