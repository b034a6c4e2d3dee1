package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// asset resolves the edge.
func (e *edge) asset(es *edges) Asset {
	r := es.r
	a := Asset{Resolved: graph.Resolved{Kind: graph.Exporter, Edge: &e.Edge,
		Asset: &graph.Asset{Address: e.From + FlowArrow + e.called, Language: "flow", Type: FlowType, Attrs: graph.NoAttrs, Root: e.root, Origin: e.origin}}}
	if e.To == "" {
		a.Address += "?"
	}
	e.sender(es, &a)
	if e.Within = es.within(e); e.Within {
		a.Kind = graph.Inert
		return a
	}
	e.kind(r, &a)
	e.places(r, &a)
	e.maker(r, &a)
	r.evidence(&a, "place", "operator")
	if a.Kind == graph.Upstream {
		for _, p := range e.Purposes {
			a.Targets = append(a.Targets, graph.Target{Purpose: p, Name: string(e.To), Places: a.Places, Operator: a.Operator, Unknown: e.unknown, Origin: e.origin})
		}
	}
	r.evidence(&a, statedSettings...)
	a.Support = r.support(&a)
	a.Transfers = r.transfers(&a)
	r.papers(&a)
	return a
}

// sender gives the edge the classes and the system of who sends: of a declared
// flow what it says, else of the asset, else what the perimeter binds to its name.
func (e *edge) sender(es *edges, a *Asset) {
	r := es.r
	if s := es.senderOf(e.From); s != nil && s.Bound {
		a.Classes, a.Bound, a.Tagged, a.System = slices.Clone(s.Classes), s.Bound, s.Tagged, s.System
	} else {
		address := a.Address
		a.Asset.Address = e.From
		r.bind(a, false)
		if a.Asset.Address = address; !a.Bound {
			a.Classes = nil
			r.bind(a, false)
		}
	}
	if e.written {
		a.System = string(e.From)
	}
	if len(e.data) > 0 {
		a.Classes, a.Bound = slices.Clone(e.data), true
	}
}

// within reports whether nothing leaves: the other end is a system or an asset
// that is judged itself, this very machine, or, where a source and not a person
// says so, a name that only the own cluster or network resolves.
func (es *edges) within(e *edge) bool {
	to := string(e.To)
	if _, isSystem := es.r.p.Spec.Systems[to]; isSystem || es.senders[e.To] != nil {
		return true
	}
	if e.written { // a person's word: what is neither of these may be a slip of the pen
		return es.matchesAsset(to)
	}
	if addr, ok := hostAddress(to); ok {
		return addr.IsLoopback() || addr.IsUnspecified()
	}
	return graph.LocalName(to)
}

// kind is what the other end does.
func (e *edge) kind(r *Resolver, a *Asset) {
	fetch := kb.OnlyFetches(e.Purposes)
	var at kb.HostMatch
	known := false
	name, _ := e.ends()
	if addr, ok := hostAddress(name); ok {
		a.Provider = r.address(addr).provider
	} else if at, known = r.kb.Host(name); known {
		a.Provider = at.Provider
	}
	switch {
	case fetch:
		a.Kind = graph.Upstream
	case slices.Contains(e.Purposes, "dns"):
		a.Kind = graph.DNS
	case known && at.Endpoint.Kind != "":
		a.Kind = at.Endpoint.Kind
	case slices.Contains(e.Purposes, "model"):
		a.Kind = graph.ModelEndpoint
	}
}

// places says where the other end is and who runs it. Of an address that was
// called by a name, the name tells where the service is, and the address where
// the machine is that answered.
func (e *edge) places(r *Resolver, a *Asset) {
	if e.To == "" {
		a.Places = []graph.Place{{Role: graph.Processing, Confidence: graph.NotKnown, Unknown: e.unknown, Origin: e.origin}}
		a.Operator = &graph.Operator{Confidence: graph.NotKnown, Unknown: e.unknown}
		return
	}
	name, other := e.ends()
	a.Places, a.Operator = r.Host(name)
	if other != "" {
		a.Places = append(a.Places, r.answered(other)...)
	}
	for i := range a.Places {
		a.Places[i].Origin = e.origin
	}
	if len(e.models) > 0 {
		a.Places = append(a.Places, e.inference(r, a)...)
	}
}

// ends are the name that the other end was called by, and the address that
// answered, or another name where two are known; of one thing only, that and "".
func (e *edge) ends() (name, other string) {
	name = string(e.To)
	if e.Traffic == nil || e.Traffic.Name == "" {
		return name, ""
	}
	other = hostOf(e.Traffic.Name)
	_, first := hostAddress(name)
	_, second := hostAddress(other)
	switch {
	case other == name:
		return name, ""
	case first && !second:
		return other, name
	}
	return name, other
}

// answered are the places of the other name or address that the other end had.
func (r *Resolver) answered(by string) []graph.Place {
	seen, _ := r.Host(by)
	for i := range seen {
		seen[i].Purpose = "address"
	}
	return seen
}

// inference is where the models may compute that the endpoint is asked for, by
// what the dialect of its provider says of a type that names models in the same
// way ([kb.Endpoint.Asks]).
func (e *edge) inference(r *Resolver, a *Asset) []graph.Place {
	name, _ := e.ends()
	at, ok := r.kb.Host(name)
	if !ok || at.Endpoint.Asks == "" {
		return nil
	}
	typ, attr, _ := strings.Cut(at.Endpoint.Asks, " ")
	var out []graph.Place
	for _, m := range e.models {
		like := graph.Asset{Address: a.Address, Language: "terraform", Type: typ, Root: e.root, Origin: m.origin,
			Attrs: given{attr, m.name, m.origin}}
		if at.Region != nil {
			like.Provider = &graph.Provider{Attrs: given{"region", at.Region.Code, m.origin}}
		}
		for _, found := range r.Resolve(&graph.Facts{Assets: []graph.Asset{like}}) {
			for _, p := range found.Places {
				if p.Purpose == "inference" {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// A given reads one attribute that was said by somebody else.
type given struct {
	attr, value string
	origin      graph.Origin
}

// Read implements [graph.Reader].
func (g given) Read(path string) []graph.Reading {
	if path != g.attr {
		return nil
	}
	return []graph.Reading{{Value: g.value, Origin: g.origin}}
}

// maker is who made the models that the edge names.
func (e *edge) maker(r *Resolver, a *Asset) {
	for _, m := range e.models {
		one := r.makerOf(m.name, m.origin)
		if a.Maker == nil {
			a.Maker = one
			continue
		}
		a.Maker.Others = append(a.Maker.Others, *one)
		a.Maker.Because = append(a.Maker.Because, one.Because...)
	}
}
