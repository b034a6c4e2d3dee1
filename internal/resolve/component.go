package resolve

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// ComponentsType is the type of the asset that stands for what a manifest, a lock
// file or a bill of materials lists.
const ComponentsType = "components"

// Components gives every asset the packages that it holds, with whoever makes
// them, and adds an asset for each manifest, lock file or bill whose packages no
// asset holds: where something is asked of them. That is who makes them, or from
// which index they come, since nothing says another than the default one.
func (r *Resolver) Components(f *graph.Facts, assets []Asset) []Asset {
	at := map[holding]int{}
	for i := range assets {
		if a := &assets[i]; a.Kind != graph.Inert {
			at[holding{a.Root, a.Address}] = i
		}
	}
	lists := map[holding]*components{}
	var order []holding
	for i := range f.Packages {
		p := &f.Packages[i]
		if p.Dev || p.Ecosystem == string(ecosystem.OCI) || p.Ecosystem == string(ecosystem.Binary) {
			continue
		}
		key := holding{p.Root, holder(p)}
		l := lists[key]
		if l == nil {
			l = &components{first: p.Origin, seen: map[string]bool{}}
			lists[key], order = l, append(order, key)
		}
		l.add(p)
	}
	slices.SortFunc(order, func(a, b holding) int { return cmp.Or(cmp.Compare(a.root, b.root), cmp.Compare(a.in, b.in)) })
	used := indexes(f)
	for _, key := range order {
		l := lists[key]
		slices.SortFunc(l.list, func(a, b graph.Component) int {
			return cmp.Or(cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Name, b.Name))
		})
		if i, ok := at[key]; ok {
			r.makers(&assets[i], l)
			continue
		}
		a := Asset{Resolved: graph.Resolved{Kind: graph.Artifact,
			Asset: &graph.Asset{Address: key.in, Language: "packages", Type: ComponentsType, Attrs: graph.NoAttrs, Root: key.root, Origin: l.first}}}
		r.bind(&a, false)
		if l.manifest {
			a.Targets = r.unnamed(l, used)
		}
		if r.makers(&a, l) || len(a.Targets) > 0 {
			assets = append(assets, a)
		}
	}
	return assets
}

// A holding is what holds packages, within its root.
type holding struct {
	root string
	in   graph.Address
}

// components are the packages of one holding.
type components struct {
	list     []graph.Component
	first    graph.Origin
	seen     map[string]bool
	manifest bool // it lies in a folder, and what is in it is fetched when somebody builds there
}

func (l *components) add(p *graph.Package) {
	l.manifest = l.manifest || string(p.In) == p.Root && path.Dir(p.Origin.File) == p.Root
	if o := p.Origin; o.File == l.first.File && o.Line < l.first.Line {
		l.first = o
	}
	if key := p.Ecosystem + ":" + p.Name; !l.seen[key] {
		l.seen[key] = true
		l.list = append(l.list, graph.Component{Ecosystem: p.Ecosystem, Name: p.Name})
	}
}

// makers gives an asset its components with whoever makes them; false where its
// classes do not ask who that is.
func (r *Resolver) makers(a *Asset, l *components) bool {
	if !r.book.For(a.Classes).Origins() {
		return false
	}
	for i := range l.list {
		r.component(&l.list[i])
	}
	a.Components = l.list
	return true
}

// component looks up whoever makes a package.
func (r *Resolver) component(c *graph.Component) {
	e := ecosystem.Ecosystem(c.Ecosystem)
	if !e.Valid() {
		e = ecosystem.Binary // of a distribution: the program has the same maker
	}
	rec, ok := r.kb.Made(e, c.Name)
	if !ok {
		return
	}
	c.Capability = rec.Capability
	if rec.Maker != nil {
		c.Maker = r.makerOfPackage(rec.Maker)
	}
}

// makerOfPackage is the maker of a package as an entity.
func (r *Resolver) makerOfPackage(m *kb.Maker) *graph.Operator {
	said := m.Standing(r.at)
	if m.Entity == "" {
		return &graph.Operator{Entity: graph.EntityID(m.Name), Name: m.Name, Seat: m.Country, Confidence: said}
	}
	o := *r.operator(m.Entity)
	o.Attributed(said)
	return &o
}

// unnamed are the default indexes from which the packages come, where nothing
// near them names another. Of each ecosystem one manifest of a folder says so.
func (r *Resolver) unnamed(l *components, used *indexBook) []graph.Target {
	var out []graph.Target
	dir := path.Dir(l.first.File)
	for i := range l.list {
		e := l.list[i].Ecosystem
		host := used.defaults(r)[e]
		if i > 0 && l.list[i-1].Ecosystem == e || host == "" || used.covers(e, host, dir) {
			continue
		}
		used.said[e+"\x00"+dir] = true
		t := graph.Target{Purpose: "index", Name: host, Origin: l.first}
		t.Places, t.Operator = r.host(host, host)
		out = append(out, t)
	}
	return out
}

// An indexBook knows from where packages are fetched, in which folders.
type indexBook struct {
	dirs  map[string][]string // by ecosystem, or host: folders of files that fetch from somewhere
	said  map[string]bool     // ecosystem and folder: it was said already
	hosts map[string]string
}

// indexes collects them. A flow whose ecosystem is not known is known by its host.
func indexes(f *graph.Facts) *indexBook {
	b := &indexBook{dirs: map[string][]string{}, said: map[string]bool{}}
	for i := range f.Flows {
		fl := &f.Flows[i]
		if fl.Purpose != "registry" {
			continue
		}
		dir := path.Dir(fl.Origin.File)
		if fl.Ecosystem != "" {
			b.dirs[fl.Ecosystem] = append(b.dirs[fl.Ecosystem], dir)
		}
		if host := hostOf(string(fl.To)); host != "" {
			b.dirs[host] = append(b.dirs[host], dir)
		}
	}
	return b
}

func (b *indexBook) defaults(r *Resolver) map[string]string {
	if b.hosts == nil {
		b.hosts = r.kb.Defaults()
	}
	return b.hosts
}

// covers reports whether it is said elsewhere from where packages of the ecosystem
// come: by a file of the same folder, of one above, or of one below.
func (b *indexBook) covers(ecosystem, host, dir string) bool {
	if b.said[ecosystem+"\x00"+dir] {
		return true
	}
	near := func(other string) bool { return below(dir, other) || below(other, dir) }
	return slices.ContainsFunc(b.dirs[ecosystem], near) || slices.ContainsFunc(b.dirs[host], near)
}

// below reports whether a folder is another one, or lies in it.
func below(dir, other string) bool {
	return other == "." && !strings.HasPrefix(dir, "/") || dir == other || strings.HasPrefix(dir, other+"/")
}
