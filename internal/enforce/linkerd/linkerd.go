// Package linkerd writes what closes a mesh of Linkerd: traffic out of the cluster
// is denied but for routes to allowed hosts, and workloads take connections of the
// mesh only.
//
// Objects: Linkerd's reference of EgressNetwork and of authorization policy (2.17
// and later), and Gateway API's TLSRoute.
package linkerd

import (
	"embed"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target linkerd.
var Target = enforce.Target{
	Name:  "linkerd",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Linkerd: a closed mesh, routes to allowed hosts, connections of the mesh only"

var holds = []graph.RuleID{"EGR-001", "EGR-002", "EGR-004", "EGR-007", "ENC-002"}

//go:embed *.tmpl
var texts embed.FS

var templates = template.Must(template.ParseFS(texts, "*.tmpl"))

func write(b *bounds.Bounds) ([]enforce.File, error) {
	hosts, err := enforce.Named(b)
	if err != nil {
		return nil, err
	}
	return enforce.Templates(templates, enforce.Header(b, title, holds...), map[string]any{"Hosts": hosts, "Digest": b.Perimeter.Digest, "Services": enforce.ServiceDoor(b, "linkerd", "linkerd")})
}
