package sbom

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// Gather fills a content with what the facts of its subject tell: the packages, the
// models with who made them, and the services with who runs them. What could not be
// read are its gaps.
func Gather(c Content, f *graph.Facts, r *resolve.Resolver) *Content {
	c.Packages, c.Gaps = withoutImages(f.Packages), f.Problems
	g := &gathering{Content: &c, r: r, at: map[string]int{}}
	g.fill(f)
	return &c
}

// withoutImages leaves out the images as packages of their registry: a bill has
// them as what it is about.
func withoutImages(ps []graph.Package) []graph.Package {
	return slices.DeleteFunc(slices.Clone(ps), func(p graph.Package) bool { return p.Ecosystem == "oci" })
}

// A gathering is the content of a bill while it is gathered.
type gathering struct {
	*Content
	r  *resolve.Resolver
	at map[string]int // services by host
}

// fill resolves the facts and takes from them what a bill tells.
func (g *gathering) fill(f *graph.Facts) {
	assets := g.r.Resolve(f)
	classes := map[graph.Address][]graph.ClassID{}
	for i := range assets {
		a := &assets[i]
		if a.Bound {
			classes[a.Address] = a.Classes
		}
		if a.Maker != nil || a.Language == weights.Language && a.Type == weights.Type {
			g.model(a)
		}
		for j := range a.Targets {
			t := &a.Targets[j]
			if t.Asset == "" && t.Name != "" {
				g.use(t.Name, Flow{From: string(a.Address), Purpose: t.Purpose, State: graph.Planned, Classes: classes[a.Address], Via: "configuration", Origin: a.Origin})
			}
		}
	}
	flows := append(slices.Clone(f.Flows), g.r.Behaviours(f)...)
	for _, fl := range flows {
		if fl.To != "" {
			g.use(string(fl.To), Flow{From: string(fl.From), Purpose: fl.Purpose, State: fl.State, Classes: append(slices.Clone(fl.Data), classes[fl.From]...), Via: fl.Via, Origin: fl.Origin})
		}
	}
}

// use adds one use of a service.
func (g *gathering) use(to string, f Flow) {
	host := resolve.HostOf(to)
	if host == "" {
		return
	}
	n, ok := g.at[host]
	if !ok {
		n = len(g.Services)
		g.at[host] = n
		g.Services = append(g.Services, g.service(host))
	}
	s := &g.Services[n]
	if !slices.ContainsFunc(s.Flows, func(x Flow) bool { return x.From == f.From && x.Purpose == f.Purpose }) {
		s.Flows = append(s.Flows, f)
	}
}

// service is what is known of a host.
func (g *gathering) service(host string) Service {
	s := Service{Host: host, Outside: true}
	places, o := g.r.Host(host)
	for _, p := range places {
		s.Countries = append(s.Countries, p.Countries...)
		s.Unknown = cmp.Or(s.Unknown, p.Unknown)
	}
	slices.Sort(s.Countries)
	s.Countries = slices.Compact(s.Countries)
	if o != nil {
		s.Operator, s.Seat, s.Control, s.Laws = cmp.Or(o.Name, string(o.Entity)), o.Seat, o.Control, o.Laws
		s.Unknown = cmp.Or(s.Unknown, o.Unknown)
	}
	return s
}

// model adds the model of an asset, with who made it.
func (g *gathering) model(a *resolve.Asset) {
	m := Model{Ref: "model:" + string(a.Address), Origin: a.Origin}
	if a.Language == weights.Language {
		m.Name, m.Format, m.Architecture = said(a, "name"), said(a, "format"), said(a, "architecture")
		m.SHA256, m.License, m.Source, m.Path, m.Developer = said(a, "sha256"), said(a, "license"), said(a, "source"), said(a, "path"), said(a, "developer")
		for _, rd := range a.Attrs.Read("base_model") {
			if list, ok := rd.Value.([]any); ok {
				for _, x := range list {
					if s, ok := x.(string); ok {
						m.Base = append(m.Base, s)
					}
				}
			}
		}
		for _, rd := range a.Attrs.Read("layer") {
			if n, ok := rd.Value.(float64); ok {
				m.Layer = int(n)
			}
		}
	}
	if k := a.Maker; k != nil {
		m.Name = cmp.Or(m.Name, k.Component)
		m.Developer, m.Country, m.Because = cmp.Or(m.Developer, string(k.Entity)), string(k.Country), k.Because
		for _, from := range k.Lineage {
			if from.Family != "" && len(m.Base) == 0 {
				m.Base = append(m.Base, from.Family)
			}
		}
	}
	g.Models = append(g.Models, m)
}

// said is a text that an asset has.
func said(a *resolve.Asset, path string) string {
	for _, rd := range a.Attrs.Read(path) {
		if s, ok := rd.Value.(string); ok {
			return s
		}
	}
	return ""
}
