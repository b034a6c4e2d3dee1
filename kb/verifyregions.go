package kb

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// verifyRegions asks of every region how its country was established, and
// whether the words that are quoted for it name another one.
func (t *tree) verifyRegions(v *Verification, read bool) {
	names := newNamer(t.countries)
	parents, clouds := map[string]*Region{}, regionIndex(t.regions)
	for i := range t.regions {
		r := &t.regions[i].V
		parents[r.key()] = r
		if k := string(r.Provider) + "//" + r.Code; parents[k] == nil {
			parents[k] = r
		}
	}
	for i := range t.regions {
		row := &t.regions[i]
		if read && row.Line == 0 {
			continue
		}
		r := &row.V
		var parent *Region
		if r.Parent != "" {
			if parent = parents[string(r.Provider)+"/"+r.Partition+"/"+r.Parent]; parent == nil {
				parent = parents[string(r.Provider)+"//"+r.Parent]
			}
		}
		var in []*Region
		for _, name := range r.In {
			if c := clouds[name]; c != nil {
				in = append(in, c)
			}
		}
		b := RegionBasis{Provider: r.Provider, Partition: r.Partition, Code: r.Code, Countries: r.Countries, Basis: r.Basis(parent, in...)}
		if b.Countries == nil {
			b.Countries = []graph.Country{}
		}
		if r.Cited != nil {
			b.Source = r.Cited.Origin()
		}
		if r.Second != nil && r.Second.Cited != nil {
			b.Second = r.Second.Cited.Origin()
		}
		v.Regions = append(v.Regions, b)
		for _, m := range r.doubts(b.Basis, names) {
			v.fault(row.errorf("%s", m))
		}
	}
}

// doubts is what speaks against the country of a region.
func (r *Region) doubts(b Basis, names *namer) []string {
	var out []string
	if b == OneSource {
		m := fmt.Sprintf("region %s is in %s after one source only: cite an independent one as second: {source: …, quote: …}, or say confidence: claimed", r.Code, graph.Listed(r.Countries))
		if r.Second != nil && r.Second.Source == "" {
			m += "; second: is a text that nobody can look up: name a source of this file and the words read there"
		}
		out = append(out, m)
	}
	if b == ClaimedOnly && r.Cites() {
		out = append(out, fmt.Sprintf("region %s is inferred from %s, which is only claimed: cite that one, or say confidence: claimed here too", r.Code, r.Parent))
	}
	if r.Global || len(r.Countries) == 0 {
		return out
	}
	other := func(which, quote string) {
		named := names.named(quote)
		if len(named) > 0 && !slices.ContainsFunc(named, func(c graph.Country) bool { return slices.Contains(r.Countries, c) }) {
			out = append(out, fmt.Sprintf("region %s: countries says %s, but the quote of %s names %s (%q): find out which one is right, and cite sources that agree", r.Code, graph.Listed(r.Countries), which, graph.Listed(named), quote))
		}
	}
	other("source", r.Quote)
	if r.Second != nil {
		other("second", r.Second.Quote)
	}
	return out
}
