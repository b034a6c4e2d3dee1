package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// whereProvider answers for a provider, by its id or its name.
func (r *Resolver) whereProvider(query string) []Answer {
	for _, id := range r.kb.Providers() {
		rec, ok := r.kb.Provider(id)
		if !ok || !strings.EqualFold(query, string(id)) && !strings.EqualFold(query, rec.Name) {
			continue
		}
		o := r.operator(rec.Operator)
		a := Answer{Kind: "provider", Name: rec.Name, Provider: id, Operator: o, kinds: r.kindsOf(id)}
		seen := map[graph.Country]bool{}
		for _, reg := range r.kb.Regions(id) {
			for _, c := range reg.Countries {
				seen[c] = true
			}
		}
		if n := len(r.kb.Regions(id)); n > 0 {
			a.Because = append(a.Because, fmt.Sprintf("the knowledge base has %d regions and zones of it, in %s", n, or(countryList(slices.Sorted(maps.Keys(seen))), "countries that are not known")))
		}
		for _, name := range slices.Sorted(maps.Keys(rec.Partitions)) {
			if p := rec.Partitions[name]; p.Operator != rec.Operator {
				a.Because = append(a.Because, fmt.Sprintf("its partition %s is run by %s", name, p.Operator))
			}
		}
		a.Because = append(a.Because, o.Because...)
		return []Answer{a}
	}
	return nil
}

// whereOperator answers for a legal entity, by its id or its name.
func (r *Resolver) whereOperator(query string) []Answer {
	id := graph.EntityID(query)
	if _, ok := r.kb.Operator(id); !ok {
		all := r.kb.Operators()
		i := slices.IndexFunc(all, func(o kb.Operator) bool {
			return strings.EqualFold(query, string(o.ID)) || strings.EqualFold(query, o.Name) || strings.EqualFold(query, o.LegalEntity)
		})
		if i < 0 {
			return nil
		}
		id = all[i].ID
	}
	o := r.operator(id)
	a := Answer{Kind: "operator", Name: string(id), Operator: o, Unknown: o.Unknown, Because: append(slices.Clone(o.Because), r.recorded(id)...)}
	for _, p := range r.kb.Providers() {
		if r.partitionOperator(p, "") == id {
			a.kinds = append(a.kinds, r.kindsOf(p)...)
		}
	}
	for _, e := range r.kb.Endpoints() {
		if e.Operator == id && e.Kind != "" {
			a.kinds = append(a.kinds, e.Kind)
		}
	}
	slices.Sort(a.kinds)
	a.kinds = slices.Compact(a.kinds)
	return []Answer{a}
}

// recorded words the shares and certificates that the record of an operator has.
func (r *Resolver) recorded(id graph.EntityID) []string {
	var out []string
	rec, _ := r.kb.Operator(id)
	for _, h := range rec.Holders {
		out = append(out, fmt.Sprintf("%s, %s, has %v %% of it as of %s%s", h.Name, h.Country, h.Share, h.AsOf, cite(h.Fact)))
	}
	for _, c := range rec.Certificates {
		out = append(out, fmt.Sprintf("%s for %s until %s%s", kb.Schemes[c.Scheme], strings.Join(c.Covers, ", "), or(c.Until, "a day that nobody says"), cite(c.Fact)))
	}
	return out
}

// kindsOf are the kinds of what a provider offers, as its dialect knows them.
func (r *Resolver) kindsOf(id graph.ProviderID) []graph.Kind {
	d, ok := r.kb.Dialect(id, "terraform")
	if !ok {
		return nil
	}
	seen := map[graph.Kind]bool{}
	for _, t := range d.Types {
		if t.Kind.Bearing() != graph.BearsNothing && t.Kind != graph.UnknownKind {
			seen[t.Kind] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
