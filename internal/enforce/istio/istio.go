// Package istio writes what closes a mesh of Istio: hosts that nobody registered
// are refused, allowed hosts leave by one egress gateway, and traffic stays within
// regions inside when a place fails.
//
// Objects: Istio's reference of networking.istio.io/v1, security.istio.io/v1 and
// MeshConfig.
package istio

import (
	"embed"
	"slices"
	"strings"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target istio.
var Target = enforce.Target{
	Name:  "istio",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Istio: a closed mesh, an egress gateway for allowed hosts, localities"

var holds = []graph.RuleID{"EGR-001", "EGR-002", "EGR-004", "EGR-007", "ENC-002", "LOC-015"}

//go:embed *.tmpl
var texts embed.FS

var templates = template.Must(template.ParseFS(texts, "*.tmpl"))

func write(b *bounds.Bounds) ([]enforce.File, error) {
	hosts, err := enforce.Named(b)
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Hosts": hosts, "Spread": spread(b), "Inside": b.Limits.Places.String(), "Digest": b.Perimeter.Digest, "Services": enforce.ServiceDoor(b, "mesh", "istio-system")}
	return enforce.Templates(templates, enforce.Header(b, title, holds...), data)
}

// A share says where traffic from a region goes.
type share struct {
	From string
	To   []weight
}

type weight struct {
	Region string
	Of100  int
}

// most is how many regions traffic is spread over; with more, each keeps its own.
const most = 50

// spread keeps traffic in its region as long as that is healthy, and in regions
// inside of the same cloud otherwise: what has no weight gets nothing. The field
// failover would only say which region comes first.
func spread(b *bounds.Bounds) []share {
	var out []share
	for i := range b.Clouds {
		codes := slices.DeleteFunc(b.Clouds[i].Codes(), func(code string) bool { return ambiguous(b, code) })
		for _, from := range codes {
			to := []weight{{from, 100}}
			for _, other := range codes {
				if other != from && len(codes) <= most {
					to[0].Of100--
					to = append(to, weight{other, 1})
				}
			}
			out = append(out, share{from, to})
		}
	}
	slices.SortFunc(out, func(a, b share) int { return strings.Compare(a.From, b.From) })
	return slices.CompactFunc(out, func(a, b share) bool { return a.From == b.From })
}

// ambiguous reports whether nodes that say the code may be elsewhere: eu-west-3 is
// Paris at one cloud and Amsterdam at another, eu-west-2 Paris and London. A label
// of a node takes no slash.
func ambiguous(b *bounds.Bounds, code string) bool {
	var seen *bounds.Region
	for i := range b.Clouds {
		for j := range b.Clouds[i].Regions {
			switch r := &b.Clouds[i].Regions[j]; {
			case !strings.EqualFold(r.Code, code):
			case !r.Inside || seen != nil && !slices.Equal(r.Countries, seen.Countries):
				return true
			default:
				seen = r
			}
		}
	}
	return strings.Contains(code, "/")
}
