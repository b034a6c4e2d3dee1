package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// whereImageOrHost answers for container images, else for hosts: the registry
// of an image is no other answer.
func (r *Resolver) whereImageOrHost(query string) []Answer {
	if image, ok := r.whereImage(query); ok {
		return []Answer{image}
	}
	return r.whereHost(query)
}

// whereHost answers for hosts and URLs that are known.
func (r *Resolver) whereHost(query string) []Answer {
	host := hostOf(query)
	if _, isAddress := hostAddress(host); isAddress || !strings.Contains(host, ".") {
		return nil
	}
	m, ok := r.kb.Host(host)
	if !ok {
		return nil
	}
	a := Answer{Kind: "host", Name: host, Provider: m.Provider}
	if m.Endpoint.Kind != "" {
		a.kinds = []graph.Kind{m.Endpoint.Kind}
	}
	a.Places, a.Operator = r.Host(host)
	for i := range a.Places {
		a.Because = append(a.Because, a.Places[i].Because...)
	}
	a.Because = slices.Concat(a.Because, a.Operator.Because)
	return []Answer{a}
}
