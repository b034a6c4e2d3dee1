package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// PartyLanguage is the language of what stands for many assets: an operator, a
// system, a budget.
const PartyLanguage = "party"

// everything is the system that is meant where a perimeter names none.
const everything = "*"

// Parties makes one asset of each operator that runs something, of each system
// and of each budget: what is asked of these is asked once. Operators are asked
// about by frameworks alone, so without one that is named there is none.
func (r *Resolver) Parties(assets, flows []Asset) []Asset {
	var out []Asset
	if len(r.p.Spec.Frameworks) > 0 {
		out = r.operatorsOf(assets, flows)
	}
	return slices.Concat(out, r.systems(), r.budgets(flows))
}

// party is an asset that stands for many.
func (r *Resolver) party(kind graph.Kind, name string, origin graph.Origin) Asset {
	return Asset{Resolved: graph.Resolved{Kind: kind, Asset: &graph.Asset{Address: graph.Address(string(kind) + "/" + name),
		Language: PartyLanguage, Type: string(kind), Attrs: graph.NoAttrs, Root: r.p.File, Origin: origin}}}
}

func (r *Resolver) operatorsOf(assets, flows []Asset) []Asset {
	by := map[graph.EntityID]*Asset{}
	for _, list := range [][]Asset{assets, flows} {
		for i := range list {
			a := &list[i]
			if a.Operator == nil || a.Operator.Entity == "" || a.Operator.AnyPartition || a.Kind.Bearing() == graph.BearsNothing || a.Inside {
				continue
			}
			p := by[a.Operator.Entity]
			if p == nil {
				made := r.party(graph.Party, string(a.Operator.Entity), a.Origin)
				made.Operator = a.Operator
				p = &made
				by[a.Operator.Entity] = p
			}
			for _, c := range a.Classes {
				p.Classes = insert(p.Classes, c)
			}
			r.use(p, a)
		}
	}
	out := make([]Asset, 0, len(by))
	for _, id := range slices.Sorted(maps.Keys(by)) {
		p := by[id]
		p.Bound = true
		p.Papers.Ownership = r.ownership(p)
		for i := range p.Papers.Services {
			r.certify(p, &p.Papers.Services[i])
		}
		out = append(out, *p)
	}
	return out
}

// use adds what an asset uses of its operator. What is of a plugin that nobody in
// particular runs, such as an object in a cluster, is no service of the operator.
func (r *Resolver) use(p, a *Asset) {
	if rec, ok := r.kb.Provider(a.Provider); ok && rec.Operator == "" && a.Edge == nil {
		return
	}
	s := graph.Service{Name: a.Type, Kind: a.Kind}
	if a.Edge != nil {
		s.Name, _ = (&edge{Edge: *a.Edge}).ends()
	}
	regions := map[string]bool{}
	for i := range a.Places {
		if a.Places[i].Purpose == "" {
			regions[a.Places[i].Region] = true
		}
	}
	if len(regions) == 0 {
		regions[""] = true
	}
	for _, s.Region = range slices.Sorted(maps.Keys(regions)) {
		at, found := slices.BinarySearchFunc(p.Papers.Services, s, func(x, y graph.Service) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Region, y.Region), cmp.Compare(x.Kind, y.Kind))
		})
		if !found {
			p.Papers.Services = slices.Insert(p.Papers.Services, at, s)
		}
	}
}

// systems are those of the perimeter, or one that stands for everything where
// only a framework asks.
func (r *Resolver) systems() []Asset {
	names := slices.Sorted(maps.Keys(r.p.Spec.Systems))
	if len(names) == 0 && len(r.p.Spec.Frameworks) > 0 {
		names = []string{everything}
	}
	out := make([]Asset, 0, len(names))
	for _, name := range names {
		origin := r.p.OriginOf("spec")
		if s, ok := r.p.Spec.Systems[name]; ok {
			origin = s.Origin
		}
		a := r.party(graph.AISystem, name, origin)
		a.System, a.Classes = name, r.book.Classes()
		a.Papers.Documents = r.documents(ofSystem(name), perimeter.OfSystems()...)
		out = append(out, a)
	}
	return out
}

// ofSystem reports whether a document is about a system: by its name, or by a
// pattern that it matches.
func ofSystem(name string) func(about string) bool {
	return func(about string) bool { return perimeter.Match(about, name) }
}
