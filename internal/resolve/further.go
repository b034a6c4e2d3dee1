package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// further returns the places besides the own ones: replicas, backups, where a
// model computes; of the asset and of what is attached to it.
func (n *node) further() []graph.Place {
	var out []graph.Place
	n.sides(func(s *node) {
		if s.typ == nil {
			return
		}
		for i := range s.typ.Places {
			out = append(out, n.specified(s, &s.typ.Places[i])...)
		}
	})
	return out
}

// roleOf is the role that a purpose plays unless its specification says so.
func roleOf(purpose string) graph.Role {
	role, _, _ := strings.Cut(kb.Purposes[purpose], ":")
	return graph.Role(role)
}

// specified makes the places of one specification; side is the asset itself
// or an attachment.
func (n *node) specified(side *node, spec *kb.PlaceSpec) []graph.Place {
	ok, unknown := side.holds(spec.When)
	var ps []graph.Place
	switch {
	case unknown != "":
		ps = []graph.Place{{Provider: n.provider, Confidence: graph.NotKnown, Unknown: unknown, Origin: side.fact.Origin}}
	case !ok:
		return nil
	default:
		ps = n.fromSpec(side, spec)
	}
	role := spec.Role
	if role == "" {
		role = roleOf(spec.Purpose)
	}
	for i := range ps {
		ps[i].Role, ps[i].Purpose = role, spec.Purpose
		if spec.Binding != "" {
			ps[i].Binding = spec.Binding
		}
		if spec.Why != "" {
			ps[i].Because = append(slices.Clone(ps[i].Because), spec.Why)
		}
		if ps[i].Origin.IsZero() {
			ps[i].Origin = side.fact.Origin
		}
	}
	return ps
}

func (n *node) fromSpec(side *node, spec *kb.PlaceSpec) []graph.Place {
	vs, found := side.values(spec.From)
	if !found {
		if spec.Default == "" {
			return nil
		}
		v := value{text: spec.Default, path: spec.Purpose + " (not written, the provider's default)", origin: side.fact.Origin}
		return n.scoped(&v, spec.Default)
	}
	var out []graph.Place
	for i := range vs {
		v := &vs[i]
		switch {
		case v.node != nil && (v.text == "" || v.as == "arn"):
			out = append(out, side.takenFrom(v, spec.Purpose)...)
			continue
		case len(spec.Scope) == 0 || v.unknown != "":
			out = append(out, side.placesOf(v)...)
			continue
		}
		scope, ok := translate(spec.Scope, v.text)
		if scope == "value" { // the value itself carries the place
			w := *v
			w.as = "arn"
			out = append(out, side.placesOf(&w)...)
			continue
		}
		if !ok {
			out = append(out, graph.Place{Provider: n.provider, Confidence: graph.NotKnown, Origin: v.origin,
				Unknown: fmt.Sprintf("%s is %q, which the dialect does not know", v.path, shown(v.text))})
			continue
		}
		out = append(out, n.scoped(v, scope)...)
	}
	return out
}

// scoped turns a word of [kb.PlaceSpec.Scope] into places.
func (n *node) scoped(v *value, scope string) []graph.Place {
	p := graph.Place{Provider: n.provider, Origin: n.line(v), Because: []string{written(v)}, Confidence: graph.Documented, Binding: graph.Guaranteed}
	switch {
	case scope == "none":
		return nil
	case scope == "same":
		return n.near(v, func(own graph.Place) graph.Place { return own })
	case scope == "pair":
		return n.near(v, n.pair)
	case scope == "zone":
		return n.near(v, n.zone)
	case scope == "anywhere":
		p.Countries, p.Binding = []graph.Country{graph.Anywhere}, graph.Unbound
	case strings.HasPrefix(scope, "geo:"):
		n.geography(&p, strings.TrimPrefix(scope, "geo:"))
	default:
		n.inNames(&p, v, scope)
	}
	return []graph.Place{p}
}

// near derives places from the own ones.
func (n *node) near(v *value, f func(graph.Place) graph.Place) []graph.Place {
	var out []graph.Place
	seen := map[string]bool{}
	for _, own := range n.own() {
		key := fmt.Sprint(own.Provider, own.Partition, own.Region, own.Countries, own.Unknown)
		if seen[key] {
			continue
		}
		seen[key] = true
		p := own
		if own.Unknown == "" {
			p = f(own)
		}
		p.Because = append([]string{written(v)}, p.Because...)
		p.Origin = n.line(v)
		out = append(out, p)
	}
	return out
}
