package admission

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// inside are the lists of the perimeter that expressions read. What is not known to
// be inside is in none of them.
type inside struct {
	registries []string // hosts, from spec.stack.registries
	hosts      []string // names and addresses that the perimeter's flows lead to
	regions    []string // as topology.kubernetes.io/region has them
	nodes      []string // "scheme region", where a node's providerID tells the provider
	settled    []string // regions that mean a place inside whoever's they are
	classes    []string // data that may be here
}

func (in *inside) lists(names ...string) map[string][]string {
	all := map[string][]string{"registries": in.registries, "hosts": in.hosts, "regions": in.regions, "nodes": in.nodes, "settled": in.settled, "classes": in.classes}
	out := map[string][]string{}
	for _, n := range names {
		out[n] = all[n]
	}
	return out
}

var (
	hostForm  = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)
	portEnd   = regexp.MustCompile(`:[0-9]{1,5}$`)
	labelForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`)
)

func insideOf(b *bounds.Bounds) (*inside, error) {
	in := &inside{hosts: []string{}, registries: []string{}, classes: []string{}}
	for _, r := range b.Registries {
		h := strings.ToLower(r)
		if !hostForm.MatchString(portEnd.ReplaceAllString(h, "")) {
			return nil, &enforce.Unmet{Clause: fmt.Sprintf("spec.stack.registries (%q)", r), Why: "it is no name of a host, and images are compared by the host of their registry; write the host alone"}
		}
		in.registries = append(in.registries, h)
	}
	for _, c := range b.Classes {
		if !labelForm.MatchString(string(c)) {
			return nil, &enforce.Unmet{Clause: fmt.Sprintf("spec.data (%q)", c), Why: "a label of a namespace holds letters, digits, - and _ only; name the class so"}
		}
		in.classes = append(in.classes, string(c))
	}
	in.hosts = append(in.hosts, Hosts(b)...)
	in.regions, in.nodes, in.settled = regions(b)
	for _, l := range []*[]string{&in.registries, &in.classes} {
		*l = sorted(*l)
	}
	return in, nil
}

// Hosts are the names, some for all below them (*.example), and the addresses that
// the perimeter's flows lead to. What is no host, such as a flow to a store of the
// own tree, nothing in a cluster could name.
func Hosts(b *bounds.Bounds) []string {
	var out []string
	for _, h := range b.Hosts {
		if a, err := netip.ParseAddr(h.Name); err == nil && a.Zone() == "" {
			out = append(out, a.String())
		} else if d, ok := enforce.Hostname(portEnd.ReplaceAllString(h.Name, "")); ok {
			out = append(out, d.String())
		}
	}
	return sorted(out)
}

// schemes are how nodes name their provider in spec.providerID, where it is one
// alone. Others, such as openstack, are of many.
var schemes = map[graph.ProviderID]string{"aws": "aws", "google": "gce", "azurerm": "azure", "digitalocean": "digitalocean", "hcloud": "hcloud",
	"scaleway": "scaleway", "exoscale": "exoscale", "linode": "linode", "vultr": "vultr", "upcloud": "upcloud", "ibm": "ibm"}

// regions sorts the codes of regions: a code may be inside at one provider and
// outside at another, and a pair of scheme and code too, in two partitions.
func regions(b *bounds.Bounds) (all, nodes, settled []string) {
	in, out := map[string]bool{}, map[string]bool{}
	for i := range b.Clouds {
		c := &b.Clouds[i]
		for j := range c.Regions {
			r := &c.Regions[j]
			if r.Kind != "region" || !labelForm.MatchString(r.Code) {
				continue
			}
			to := out
			if c.Open() && r.Inside {
				to = in
			}
			to[r.Code] = true
			if s := schemes[c.Provider]; s != "" {
				to[s+" "+r.Code] = true
			}
		}
	}
	all, nodes, settled = []string{}, []string{}, []string{}
	for key := range in {
		_, code, pair := strings.Cut(key, " ")
		switch {
		case out[key]:
		case pair:
			nodes, all = append(nodes, key), append(all, code)
		default:
			settled, all = append(settled, key), append(all, key)
		}
	}
	return sorted(all), sorted(nodes), sorted(settled)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
