package resolve

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// quiet makes the setting that the software of the containers, as far as it is
// known to report by itself, is kept from it; ok is false where nothing is known.
func (n *node) quiet() (s graph.Setting, ok bool) {
	s = graph.Setting{Value: true, Origin: n.fact.Origin}
	n.sides(func(side *node) {
		for i := range side.typ.Runs {
			side.running(&side.typ.Runs[i], func(p *kb.Package, is *setup, at graph.Origin) {
				for j := range p.Does {
					b := &p.Does[j]
					purpose := behaviourPurpose[b.Kind]
					if purpose != "telemetry" && purpose != "update" {
						continue
					}
					ok = true
					switch does, why := n.g.r.does(p, b, is); {
					case does:
						s = graph.Setting{Value: false, Origin: at}
					case why != "" && s.Value == true:
						s = graph.Setting{Unknown: why, Origin: at}
					}
				}
			})
		}
	})
	return s, ok
}

// doings are the destinations of what the software of the containers does by
// itself and nothing switches off.
func (n *node) doings(side *node, spec *kb.RunSpec) []graph.Target {
	var out []graph.Target
	side.running(spec, func(p *kb.Package, is *setup, at graph.Origin) {
		out = append(out, n.g.r.reaching(p, is, at)...)
	})
	return out
}

// running calls f for every container whose image the knowledge base knows.
func (n *node) running(spec *kb.RunSpec, f func(p *kb.Package, is *setup, at graph.Origin)) {
	for _, at := range n.fact.Attrs.Read(spec.Attr) {
		for _, x := range entries(at, "") {
			fields, ok := x.(map[string]any)
			if !ok {
				continue
			}
			image, _ := fields[spec.Image].(string)
			p, version, ok := n.g.r.software(image)
			if !ok {
				continue
			}
			args, _ := fields[spec.Args].(string)
			f(&p, &setup{version, environmentOf(fields[spec.Env]), args}, at.Origin)
		}
	}
}

// software is the record of what an image holds.
func (r *Resolver) software(image string) (p kb.Package, version string, ok bool) {
	if image == "" {
		return p, "", false
	}
	im, ok := imageOf(image, ecosystem.Reference{Ecosystem: ecosystem.OCI, Name: image})
	if !ok {
		return p, "", false
	}
	name := im.familiar
	if p, ok = r.kb.Known(ecosystem.OCI, name); !ok {
		return p, "", false
	}
	tag, _, _ := strings.Cut(im.full, "@")
	if i := strings.LastIndexByte(tag, ':'); i > strings.LastIndexByte(tag, '/') {
		version = strings.TrimPrefix(tag[i+1:], "v")
	}
	return p, version, true
}

// environmentOf is a list of name and value as a map; what is not known is a hole.
func environmentOf(x any) map[string]any {
	out := map[string]any{}
	list, _ := x.([]any)
	for _, e := range list {
		if fields, ok := e.(map[string]any); ok {
			if name, ok := fields["name"].(string); ok {
				out[name] = fields["value"]
			} else if h, ok := fields["name"].(graph.Hole); ok {
				out[""] = h // any variable may be among them
			}
		}
	}
	return out
}

// reaching are the destinations of what software does by itself as it is set up.
func (r *Resolver) reaching(p *kb.Package, is *setup, at graph.Origin) []graph.Target {
	var out []graph.Target
	for i := range p.Does {
		b := &p.Does[i]
		purpose := behaviourPurpose[b.Kind]
		does, why := r.does(p, b, is)
		if purpose == "" || !does && why == "" {
			continue
		}
		for _, host := range b.Destinations() {
			t := graph.Target{Purpose: purpose, Name: host, Origin: at, Unknown: why}
			if why == "" {
				t.Places, t.Operator = r.host(host, host)
			}
			out = append(out, t)
		}
		if len(b.Destinations()) == 0 {
			out = append(out, graph.Target{Purpose: purpose, Origin: at, Unknown: cmp.Or(why, fmt.Sprintf("where %s sends its %s, is not known", p.Name, b.Kind))})
		}
	}
	return out
}
