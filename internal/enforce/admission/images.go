package admission

import (
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// images refuses images of other registries, and those by tag. A volume may be an
// image too.
func images(b *bounds.Bounds, in *inside) Policy {
	p := Policy{
		Name: "images", About: []string{"No container, init container, ephemeral container or volume is an image of a registry that the perimeter does not name."},
		Holds: []graph.RuleID{"MDL-004", "SCM-001"}, Resources: workloads(), Conditions: []Named{changed}, Inside: in.lists("registries"),
		Variables: []Named{pods, groups,
			{"images", `variables.groups.map(g, g.filter(c, has(c.image) && c.image != '').map(c, c.image)) +
variables.pods.map(p, has(p.volumes) ? p.volumes.filter(v, has(v.image) && has(v.image.reference)).map(v, v.image.reference) : [])`},
			// A first part with a dot, a port or a capital is a host, as everybody who
			// pulls reads it (github.com/distribution/reference); else it is Docker's.
			{"strangers", `variables.images.map(list, list.filter(i,
  !(i.matches('^([^/]*[.:A-Z][^/]*|localhost)/') ? [i.split('/')[0].lowerAscii()] : ['docker.io']).exists(host,
    variables.inside.registries.exists(r, host == r || host.split(':')[0] == r || host.split(':')[0].endsWith('.' + r)))).join(' ')).filter(t, t != '')`},
		},
		Validations: []Validation{refusal("variables.strangers", "images of registries that the perimeter does not name (SCM-001, MDL-004)")},
	}
	if Confidential(b) {
		p.About = append(p.About, "None is named by a tag, which can be moved: the data is confidential or secret.")
		p.Holds = append(p.Holds, "SCM-002")
		p.Variables = append(p.Variables, Named{"movable", `variables.images.map(list, list.filter(i, !i.matches('@sha256:[0-9a-f]{64}$')).join(' ')).filter(t, t != '')`})
		p.Validations = append(p.Validations, refusal("variables.movable", "images that are not named by digest, name@sha256:… (SCM-002)"))
	}
	return p
}

// refusal refuses whatever stands in a list, and words it.
func refusal(list, what string) Validation {
	return Validation{Expression: CEL(list + ".size() == 0"), Message: what, MessageExpression: CEL("'" + what + ": ' + " + list + ".join(' ')")}
}
