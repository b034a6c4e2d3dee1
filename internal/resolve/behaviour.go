package resolve

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// behaviourPurpose is why a flow exists that a package makes by itself.
var behaviourPurpose = map[string]string{
	"telemetry": "telemetry", "update-check": "update", "default-download": "update", "mandated-service": "data",
	"licence-check": "licence", "remote-switch": "licence",
	"tunnel": "tunnel", "asset": "update", "external-ip-check": "telemetry",
}

// Behaviours are the flows that packages make by themselves: what is on by
// default in the version that was found, or in one that may have been, and that
// the environment does not turn off. The environment is that of what holds the
// package, as far as the facts show it; where they do not, what is on by default
// is on. Packages that only build or test are not asked: they run elsewhere.
//
// Where it cannot be told whether a package does it, one flow is left that leads
// to nobody knows where, and says why.
func (r *Resolver) Behaviours(f *graph.Facts) []graph.Flow {
	type flowKey struct {
		root, from, to, purpose, unknown string
	}
	var out []graph.Flow
	seen := map[flowKey]bool{}
	set := environments(f)
	for i := range f.Packages {
		p := &f.Packages[i]
		if p.Dev {
			continue
		}
		known, ok := r.known(p)
		if !ok {
			continue
		}
		for j := range known.Does {
			for _, f := range r.behaviour(p, &known, &known.Does[j], set[p.In]) {
				k := flowKey{f.Root, string(f.From), string(f.To), f.Purpose, f.Unknown}
				if !seen[k] {
					seen[k] = true
					out = append(out, f)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b graph.Flow) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Unknown, b.Unknown))
	})
	return out
}

// environments are those of the assets that hold packages and say theirs.
func environments(f *graph.Facts) map[graph.Address]map[string]any {
	out := map[graph.Address]map[string]any{}
	for i := range f.Packages {
		out[f.Packages[i].In] = nil
	}
	for i := range f.Assets {
		a := &f.Assets[i]
		if set, holds := out[a.Address]; !holds || set != nil {
			continue
		}
		set := map[string]any{}
		for _, rd := range a.Attrs.Read("env") {
			if m, ok := rd.Value.(map[string]any); ok {
				maps.Copy(set, m)
			}
		}
		out[a.Address] = set
	}
	return out
}

// known is the record of a package that was found.
func (r *Resolver) known(p *graph.Package) (kb.Package, bool) {
	e := ecosystem.Ecosystem(p.Ecosystem)
	name := p.Name
	if e == ecosystem.OCI {
		if image, ok := imageOf(p.Name, ecosystem.Reference{Ecosystem: e, Name: p.Name}); ok {
			name = image.familiar
		}
	}
	if !e.Valid() {
		return kb.Package{}, false
	}
	return r.kb.Known(e, name)
}

// behaviour is what one way of reaching out comes to.
func (r *Resolver) behaviour(p *graph.Package, known *kb.Package, b *kb.Behaviour, env map[string]any) []graph.Flow {
	named := p.Ecosystem + ":" + p.Name
	if p.Version != "" {
		named += " " + p.Version
	}
	flow := graph.Flow{From: holder(p), State: graph.Planned, Purpose: behaviourPurpose[b.Kind], Root: p.Root, Origin: p.Origin, Via: "the package " + named + " by itself: " + kb.Behaviours[b.Kind]}
	perhaps := func(why string) []graph.Flow {
		flow.Unknown = named + " may reach out (" + b.Kind + "): " + why
		return []graph.Flow{flow}
	}
	switch does, why := r.does(known, b, &setup{version: p.Version, env: env}); {
	case why != "":
		return perhaps(why)
	case !does:
		return nil
	}
	if len(b.Off) > 0 {
		var ways []string
		for _, s := range b.Off {
			ways = append(ways, s.String())
		}
		flow.Via += "; off by " + strings.Join(ways, ", or ")
	}
	hosts := b.Destinations()
	if len(hosts) == 0 {
		return perhaps("where it goes is not known")
	}
	var out []graph.Flow
	for _, h := range hosts {
		f := flow
		f.To = graph.Address(h)
		out = append(out, f)
	}
	return out
}

// holder is what has the package: an image, or of a folder the file in it that
// names the package, whatever way the folder was named.
func holder(p *graph.Package) graph.Address {
	if string(p.In) == p.Root {
		return graph.Address(path.Base(p.Origin.File))
	}
	return p.In
}
