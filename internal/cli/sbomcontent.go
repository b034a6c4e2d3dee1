package cli

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/osv"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A billOf is the content of a bill while it is gathered.
type billOf struct {
	kb      *kb.KB
	r       *resolve.Resolver
	content sbom.Content
	at      map[string]int // services by host
}

// subjectName is what a folder or file is called.
func subjectName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return filepath.Base(abs)
	}
	return path
}

// fill resolves the facts and takes from them what a bill tells.
func (b *billOf) fill(f *graph.Facts) {
	b.at = map[string]int{}
	assets := b.r.Resolve(f)
	classes := map[graph.Address][]graph.ClassID{}
	for i := range assets {
		a := &assets[i]
		if a.Bound {
			classes[a.Address] = a.Classes
		}
		if a.Maker != nil || a.Language == weights.Language && a.Type == weights.Type {
			b.model(a)
		}
		for j := range a.Targets {
			t := &a.Targets[j]
			if t.Asset == "" && t.Name != "" {
				b.use(t.Name, sbom.Flow{From: string(a.Address), Purpose: t.Purpose, State: graph.Planned, Classes: classes[a.Address], Via: "configuration"})
			}
		}
	}
	flows := append(slices.Clone(f.Flows), b.r.Behaviours(f)...)
	for _, fl := range flows {
		if fl.To != "" {
			b.use(string(fl.To), sbom.Flow{From: string(fl.From), Purpose: fl.Purpose, State: fl.State, Classes: append(slices.Clone(fl.Data), classes[fl.From]...), Via: fl.Via})
		}
	}
}

// use adds one use of a service.
func (b *billOf) use(to string, f sbom.Flow) {
	host := resolve.HostOf(to)
	if host == "" {
		return
	}
	n, ok := b.at[host]
	if !ok {
		n = len(b.content.Services)
		b.at[host] = n
		b.content.Services = append(b.content.Services, b.service(host))
	}
	s := &b.content.Services[n]
	if !slices.ContainsFunc(s.Flows, func(x sbom.Flow) bool { return x.From == f.From && x.Purpose == f.Purpose }) {
		s.Flows = append(s.Flows, f)
	}
}

// service is what is known of a host.
func (b *billOf) service(host string) sbom.Service {
	s := sbom.Service{Host: host, Outside: true}
	places, o := b.r.Host(host)
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
func (b *billOf) model(a *resolve.Asset) {
	m := sbom.Model{Ref: "model:" + string(a.Address)}
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
	b.content.Models = append(b.content.Models, m)
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

// advise names the advisories that concern the packages.
func (b *billOf) advise(dir string) ([]string, error) {
	hits, gaps, err := osv.Match(dir, b.content.Packages)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for _, h := range hits {
		if h.Unknown != "" {
			gaps = append(gaps, h.ID+": "+h.Unknown)
			continue
		}
		n, ok := at[h.ID]
		if !ok {
			n = len(b.content.Advice)
			at[h.ID] = n
			b.content.Advice = append(b.content.Advice, sbom.Advice{ID: h.ID, Summary: h.Summary, Aliases: h.Aliases})
		}
		a := &b.content.Advice[n]
		if ref := sbom.Ref(h.Package); !slices.Contains(a.Refs, ref) {
			a.Refs = append(a.Refs, ref)
			slices.Sort(a.Refs)
		}
	}
	if len(b.content.Advice) == 0 {
		b.content.Advice = []sbom.Advice{} // looked up, and none concerns it
	}
	slices.Sort(gaps)
	return slices.Compact(gaps), nil
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(1, n-len([]rune(s)))) }
