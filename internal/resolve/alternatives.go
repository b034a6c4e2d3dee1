package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An Alternative is something of the same kind inside the perimeter.
type Alternative struct {
	Kind      string           `json:"kind"` // region, host, provider, model, type
	Name      string           `json:"name"`
	Provider  graph.ProviderID `json:"provider,omitempty"`
	Operator  graph.EntityID   `json:"operator,omitempty"`
	Countries []graph.Country  `json:"countries,omitempty"`
	// Open is what is not known of it and remains to be asked.
	Open string `json:"open,omitempty"`
}

// mostAlternatives is how many are proposed of each sort: a list to choose
// from, not a catalogue.
const mostAlternatives = 6

func (r *Resolver) alternatives(l *limits.Limits, a *Answer) []Alternative {
	out := []Alternative{}
	switch a.Kind {
	case "region", "zone":
		out = append(out, r.otherRegions(l, a.Provider)...)
		out = append(out, r.otherProviders(l, a.Provider, nil)...)
	case "host":
		out = append(out, r.otherHosts(l, a)...)
	case "ip", "network":
		if a.Provider != "" {
			out = append(out, r.otherRegions(l, a.Provider)...)
			out = append(out, r.otherProviders(l, a.Provider, nil)...)
		}
	case "provider", "operator":
		out = append(out, r.otherProviders(l, a.Provider, a.kinds)...)
		if len(out) == 0 {
			out = append(out, r.otherHosts(l, a)...)
		}
	case "model":
		out = append(out, r.otherModels(l, a)...)
	case "type":
		out = append(out, r.otherTypes(l, a)...)
	}
	return out
}

// first are the leading elements, as many as are proposed.
func first[T any](list []T) []T { return list[:min(len(list), mostAlternatives)] }

// otherRegions are regions of a provider that are inside: those that its
// folder proposes, else all.
func (r *Resolver) otherRegions(l *limits.Limits, id graph.ProviderID) []Alternative {
	rec, ok := r.kb.Provider(id)
	if !ok {
		return nil
	}
	codes := rec.Alternatives
	if len(codes) == 0 {
		for _, reg := range r.kb.Regions(id) {
			if reg.Kind == "region" {
				codes = append(codes, reg.Code)
			}
		}
	}
	var out []Alternative
	for _, code := range codes {
		reg, ok := r.kb.Region(id, code)
		if !ok {
			continue
		}
		a := r.regionAnswer(&reg, reg.Code)
		if in, _ := r.judged(l, &a); in == limits.Inside {
			out = append(out, Alternative{Kind: "region", Name: reg.Code, Provider: id, Operator: a.Operator.Entity, Countries: reg.Countries})
		}
	}
	return first(out)
}

// otherProviders are providers whose operator is inside and that offer what is
// asked for, those that share most of it first; each with a region inside
// where one is known.
func (r *Resolver) otherProviders(l *limits.Limits, not graph.ProviderID, kinds []graph.Kind) []Alternative {
	type offer struct {
		Alternative
		shared int
	}
	var found []offer
	for _, id := range r.kb.Providers() {
		rec, _ := r.kb.Provider(id)
		if in, _ := l.Operator(r.operator(rec.Operator)); id == not || in != limits.Inside {
			continue
		}
		own := r.kindsOf(id)
		o := offer{Alternative: Alternative{Kind: "provider", Name: string(id), Provider: id, Operator: rec.Operator}, shared: len(own)}
		if len(kinds) > 0 {
			o.shared = 0
			for _, k := range kinds {
				if slices.Contains(own, k) {
					o.shared++
				}
			}
		}
		regions := r.otherRegions(l, id)
		if o.shared == 0 || len(regions) == 0 {
			continue
		}
		for _, reg := range regions {
			o.Countries = append(o.Countries, reg.Countries...)
		}
		slices.Sort(o.Countries)
		o.Countries = slices.Compact(o.Countries)
		found = append(found, o)
	}
	slices.SortStableFunc(found, func(a, b offer) int { return cmp.Compare(b.shared, a.shared) })
	var out []Alternative
	for _, o := range first(found) {
		out = append(out, o.Alternative)
	}
	return out
}

// otherHosts are endpoints of the same kind that are inside, those of the same
// operator first; where the host names a region, the same host in others.
func (r *Resolver) otherHosts(l *limits.Limits, a *Answer) []Alternative {
	var same, others []Alternative
	if m, ok := r.kb.Host(a.Name); ok && m.Region != nil {
		for _, reg := range r.otherRegions(l, m.Provider) {
			host := strings.Replace(a.Name, m.Region.Code, reg.Name, 1)
			if alt, ok := r.hostInside(l, host, a.Operator); ok {
				same = append(same, alt)
			}
		}
	}
	for _, e := range r.kb.Endpoints() {
		host := e.Name()
		if host == "" || host == a.Name || e.Kind == "" || !slices.Contains(a.kinds, e.Kind) {
			continue
		}
		alt, ok := r.hostInside(l, host, a.Operator)
		switch {
		case !ok:
		case a.Operator != nil && alt.Operator != "" && alt.Operator == a.Operator.Entity:
			same = append(same, alt)
		default:
			others = append(others, alt)
		}
	}
	return slices.Concat(first(same), first(others))
}

// hostInside proposes a host when its operator is inside and so is where it
// works. What may be open is said: where it keeps the rest, and whether the
// operator is allowed when it is the one that is called today.
func (r *Resolver) hostInside(l *limits.Limits, host string, today *graph.Operator) (Alternative, bool) {
	places, o := r.Host(host)
	alt := Alternative{Kind: "host", Name: host, Operator: o.Entity}
	switch in, why := l.Operator(o); {
	case in == limits.Inside:
	case in == limits.Unsure && today != nil && o.Entity != "" && o.Entity == today.Entity:
		alt.Open = why
	default:
		return Alternative{}, false
	}
	works := false
	for i := range places {
		p := &places[i]
		in, why := Against(l, p)
		switch {
		case in == limits.Outside, in == limits.Unsure && p.Role == graph.Processing:
			return Alternative{}, false
		case in == limits.Unsure:
			alt.Open = strings.TrimPrefix(alt.Open+"; "+why, "; ")
			continue
		case p.Role == graph.Processing:
			works = true
		}
		alt.Provider = p.Provider
		alt.Countries = append(alt.Countries, p.Countries...)
	}
	slices.Sort(alt.Countries)
	alt.Countries = slices.Compact(alt.Countries)
	return alt, works
}

// otherModels are families whose maker is inside.
func (r *Resolver) otherModels(l *limits.Limits, a *Answer) []Alternative {
	var out []Alternative
	for _, m := range r.kb.Models() {
		other := r.modelAnswer(&m, m.ID)
		if in, _ := r.judged(l, &other); m.ID != a.Maker.Family && in == limits.Inside {
			out = append(out, Alternative{Kind: "model", Name: m.Name, Operator: m.Developer, Countries: []graph.Country{m.Country}})
		}
	}
	return first(out)
}

// otherTypes are resource types of the same kind whose operator is inside, one
// of each provider.
func (r *Resolver) otherTypes(l *limits.Limits, a *Answer) []Alternative {
	var out []Alternative
	for _, id := range r.kb.Providers() {
		rec, _ := r.kb.Provider(id)
		d, ok := r.kb.Dialect(id, "terraform")
		if in, _ := l.Operator(r.operator(rec.Operator)); id == a.Provider || !ok || in != limits.Inside {
			continue
		}
		if name, ok := plainest(d.Types, a.kinds); ok {
			out = append(out, Alternative{Kind: "type", Name: name, Provider: id, Operator: rec.Operator, Open: fmt.Sprintf("its place is what its configuration says; bailiwick where %s", name)})
		}
	}
	return first(out)
}

// plainest is the type of some kinds with the shortest name.
func plainest(types map[string]*kb.Type, kinds []graph.Kind) (string, bool) {
	best := ""
	for _, name := range slices.Sorted(maps.Keys(types)) {
		t := types[name]
		if !slices.Contains(kinds, t.Kind) || t.Of != "" || strings.HasSuffix(name, "*") || strings.HasPrefix(name, "backend.") {
			continue
		}
		if best == "" || len(name) < len(best) {
			best = name
		}
	}
	return best, best != ""
}
