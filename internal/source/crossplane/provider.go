package crossplane

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type configKey struct{ source, name, root string }

// sourceOf is the group of a provider by that of one of its resources: the
// first label is the service. Providers of namespaced resources have an m, some
// older ones a jet.
func sourceOf(group string) string {
	labels := strings.Split(group, ".")
	least := 3
	if n := len(labels) - 3; n > 0 && (labels[n] == "m" || labels[n] == "jet") {
		least = 4
	}
	if len(labels) > least {
		return strings.Join(labels[1:], ".")
	}
	return group
}

// provider is the configuration that a resource names.
func (r *reading) provider(res *resource) *graph.Provider {
	source := sourceOf(res.group())
	ref := res.node.Get("spec", "providerConfigRef", "name")
	name := cmp.Or(plainText(ref), res.node.Get("spec", "providerRef", "name").Str(), "default")
	if ref != nil && plainText(ref) == "" && ref.Text != "" {
		return &graph.Provider{Source: source, Alias: "?", Attrs: unknowable{ref.Text, graph.Origin{File: res.file, Line: ref.Line}}}
	}
	key := configKey{source, name, res.root}
	if p := r.configs[key]; p != nil {
		return p
	}
	p := &graph.Provider{Source: source, Alias: alias(name),
		Attrs: unknowable{"the ProviderConfig " + name + " is not in this tree", graph.Origin{File: res.file, Line: res.node.Line}}}
	for _, o := range r.providers {
		if o.group() == source && o.name() == name {
			p.Attrs, p.Origin = o.node.Get("spec").Reader(o.file), graph.Origin{File: o.file, Line: o.node.Line}
			break
		}
	}
	r.configs[key] = p
	return p
}

// alias is "" for the configuration that nobody has to name.
func alias(name string) string {
	if name == "default" {
		return ""
	}
	return name
}

// An unknowable reader answers every question in the same way.
type unknowable struct {
	why string
	at  graph.Origin
}

// Read implements [graph.Reader].
func (u unknowable) Read(string) []graph.Reading {
	return []graph.Reading{{Unknown: u.why, Origin: u.at}}
}
