package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// senders tell who is declared, and who is planned, to send where.
type senders struct {
	declared, planned map[string][]sender // by host or address
	patterns, rules   []sender            // declared and planned destinations with a *
}

// A sender is one who may send somewhere.
type sender struct {
	from   string // a system, an address, or a pattern of addresses
	system string
	to     perimeter.Pattern // of patterns
	data   []graph.ClassID   // empty: everything
}

// related collects who sends where: by the edges, and by the targets of assets.
func (es *edges) related(assets []Asset) *senders {
	s := &senders{declared: map[string][]sender{}, planned: map[string][]sender{}}
	for _, e := range es.list {
		to := string(e.To)
		one := sender{from: string(e.From), data: e.data}
		if e.written {
			one.system = one.from
		} else if a := es.senderOf(e.From); a != nil {
			one.system = a.System
		} else {
			one.system = es.r.systemOf(e.From)
		}
		if slices.Contains(e.States, graph.Declared) {
			if strings.Contains(to, "*") {
				one.to = perimeter.Compile(to)
				s.patterns = append(s.patterns, one)
			} else {
				s.declared[to] = append(s.declared[to], one)
			}
		}
		if slices.Contains(e.States, graph.Planned) {
			if strings.Contains(to, "*") {
				one.to = perimeter.Compile(to)
				s.rules = append(s.rules, one)
			}
			s.planned[to] = append(s.planned[to], one)
		}
	}
	for i := range assets {
		a := &assets[i]
		for j := range a.Targets {
			if to := hostOf(a.Targets[j].Name); to != "" {
				s.planned[to] = append(s.planned[to], sender{from: string(a.Address), system: a.System})
			}
		}
	}
	return s
}

// systemOf is the system that the perimeter binds an address to.
func (r *Resolver) systemOf(address graph.Address) string {
	a := Asset{Resolved: graph.Resolved{Asset: &graph.Asset{Address: address}}}
	for i := range r.bindings {
		if b := &r.bindings[i]; b.match.Meets(string(address)) {
			r.belongs(&a, b.spec.System)
		}
	}
	return a.System
}

// relate says whether the edge is declared and planned. What was seen may go to
// an address that was called by a name; either is enough.
func (s *senders) relate(a *Asset, e *edge) {
	names := []string{string(e.To)}
	if e.Traffic != nil && e.Traffic.Name != "" {
		names = append(names, hostOf(e.Traffic.Name))
	}
	var declared, planned []sender
	for _, n := range names {
		declared, planned = append(declared, s.declared[n]...), append(planned, s.planned[n]...)
		for _, p := range s.patterns {
			if p.to.Match(n) {
				declared = append(declared, p)
			}
		}
		for _, p := range s.rules {
			if p.to.Match(n) {
				planned = append(planned, p)
			}
		}
	}
	e.Declared, e.Planned = best(declared, a, e), best(planned, a, e)
	if e.To == "" && e.Declared == graph.NotRelated {
		e.Declared = graph.PerhapsSo // it may lead to whom somebody declares
	}
}

// best is how well the edge is covered by one of the senders.
func best(ss []sender, a *Asset, e *edge) graph.Relation {
	found := graph.NotRelated
	for i := range ss {
		switch ss[i].covers(a, e) {
		case graph.Related:
			return graph.Related
		case graph.PerhapsSo:
			found = graph.PerhapsSo
		}
	}
	return found
}

// covers reports whether an edge is one that the sender was said to have. Names
// differ between code, manifests and traffic: the same system is enough, and
// where one side belongs to no system nobody can tell.
func (s *sender) covers(a *Asset, e *edge) graph.Relation {
	same := s.from == string(e.From) || strings.HasSuffix(s.from, "/"+string(e.From)) || perimeter.Match(s.from, string(e.From)) ||
		s.system != "" && s.system == a.System
	switch {
	case same && s.carries(a):
		return graph.Related
	case same, s.system != "" && a.System != "":
		return graph.NotRelated
	}
	return graph.PerhapsSo
}

// carries reports whether the classes that the edge is bound to are among those
// that were said.
func (s *sender) carries(a *Asset) bool {
	if len(s.data) == 0 || !a.Bound {
		return true
	}
	return !slices.ContainsFunc(a.Classes, func(c graph.ClassID) bool { return !slices.Contains(s.data, c) })
}

// matchesAsset reports whether an address or pattern is that of an asset.
func (es *edges) matchesAsset(to string) bool {
	p := perimeter.Compile(to)
	for address := range es.senders {
		if p.Match(string(address)) {
			return true
		}
	}
	return false
}
