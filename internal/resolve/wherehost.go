package resolve

import (
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
	a.because()
	return []Answer{a}
}
