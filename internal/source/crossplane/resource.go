package crossplane

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A resource is what becomes an asset.
type resource struct {
	*object
	at      graph.Address
	root    string
	owner   graph.Address // the composite that it is of; "" for one that somebody wrote
	partial string
}

// assemble turns objects into assets.
func (r *reading) assemble() {
	r.findRoots()
	for _, o := range r.managed {
		r.resources = append(r.resources, &resource{object: o, root: r.roots[o.file]})
	}
	r.address(r.managed, r.resources)
	for _, o := range r.composites {
		r.facts.Blocks++
		r.expand(o, r.roots[o.file], graph.Address(join(o.kind(), o.namespace(), o.name())), 0)
	}
	for _, c := range r.compositions {
		if !c.used {
			r.alone(c, r.roots[c.file])
		}
	}
	names := newRegister(r.resources)
	for _, res := range r.resources {
		r.facts.Assets = append(r.facts.Assets, r.asset(res, names))
	}
	r.unique()
	slices.SortStableFunc(r.facts.Assets, func(a, b graph.Asset) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Address, b.Address))
	})
}

func join(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "/")
}

// address names what somebody wrote: by kind, and by kind and group where two
// kinds of one name meet.
func (r *reading) address(objects []*object, resources []*resource) {
	type short struct {
		root, address string
	}
	groups := map[short][]string{}
	of := func(res *resource) short {
		return short{res.root, join(res.kind(), res.namespace(), cmp.Or(res.name(), res.node.Get("metadata", "generateName").Str()+"*"))}
	}
	for _, res := range resources {
		if s := of(res); !slices.Contains(groups[s], res.group()) {
			groups[s] = append(groups[s], res.group())
		}
	}
	for _, res := range resources {
		s := of(res)
		res.at = graph.Address(s.address)
		if len(groups[s]) > 1 {
			res.at = graph.Address(strings.Replace(s.address, "/", "."+res.group()+"/", 1))
		}
	}
}

// unique tells assets of one address in one root apart by their files: nothing
// says which of them is meant.
func (r *reading) unique() {
	type key struct {
		root string
		at   graph.Address
	}
	seen, count := map[key]bool{}, map[key]int{}
	for i := range r.facts.Assets {
		a := &r.facts.Assets[i]
		first := key{a.Root, a.Address}
		for seen[key{a.Root, a.Address}] {
			count[first]++
			a.Address = graph.Address(string(first.at) + "#" + itoa(count[first]+1))
		}
		seen[key{a.Root, a.Address}] = true
		a.Group = string(a.Address)
	}
}

// compose takes a resource that a composition makes.
func (r *reading) compose(c *composed) {
	o := &object{c.x.composition.file, c.node}
	switch {
	case o.kind() == "" || o.group() == "" || o.kind() == "ProviderConfig" || strings.HasSuffix(o.group(), "protection.crossplane.io") || o.kind() == "Usage":
		// it makes nothing of its own
	case isManaged(o) || r.definitionOf(o.group(), o.kind()) == nil:
		r.resources = append(r.resources, &resource{object: o, at: c.at, root: c.x.root, owner: c.x.at, partial: c.x.partial})
	default:
		r.expand(o, c.x.root, c.at, c.x.depth+1)
	}
}

// module stands for what a function of a composition makes.
func (r *reading) module(x *expansion, name string, line int, why string) {
	r.part(x.root, x.at+graph.Address("/"+name), x.composition.file, line, why)
}

// unread stands for a composite that nothing in the tree makes.
func (r *reading) unread(o *object, root string, at graph.Address, why string) {
	r.part(root, at, o.file, o.node.Line, why)
}

func (r *reading) part(root string, at graph.Address, file string, line int, why string) {
	r.facts.Assets = append(r.facts.Assets, graph.Asset{Address: at, Language: "crossplane", Type: "module", Root: root, Attrs: graph.NoAttrs, Partial: why,
		Group: string(at), Origin: graph.Origin{File: file, Line: line}})
}

func (r *reading) asset(res *resource, names *register) graph.Asset {
	r.facts.Blocks++
	if isConnector(res.object) {
		return r.connected(res, names)
	}
	spec := res.node.Get("spec")
	attrs := &tree.Node{Kind: tree.Object, Line: res.node.Line}
	for _, from := range []*tree.Node{spec.Get("forProvider"), spec.Get("initProvider")} {
		for _, f := range from.Members() {
			if attrs.Get(f.Name) == nil {
				attrs.Fields = append(attrs.Fields, f)
			}
		}
	}
	if spec.Get("forProvider") == nil {
		attrs = res.node
	} else if attrs.Get("externalName") == nil {
		set(attrs, "externalName", externalName(res))
	}
	attrs = r.filled(attrs, res, names)
	if manifest := attrs.Get("manifest"); manifest.Get("kind").Str() != "" && strings.HasPrefix(res.group(), "kubernetes.") {
		return r.manifest(res, manifest)
	}
	return graph.Asset{Address: res.at, Language: "crossplane", Type: res.group() + "/" + res.kind(), Root: res.root, Provider: r.provider(res),
		Attrs: attrs.ReaderOf(res.file, r.from), Partial: res.partial, Origin: graph.Origin{File: res.file, Line: res.node.Line}}
}

// manifest is the object of a cluster that an Object makes.
func (r *reading) manifest(res *resource, n *tree.Node) graph.Asset {
	typ := n.Get("kind").Str()
	if group := groupOf(n.Get("apiVersion").Str()); group != "" {
		typ += "." + group
	}
	origin := graph.Origin{File: res.file, Line: n.Line}
	return graph.Asset{Address: res.at, Language: "kubernetes", Type: typ, Root: res.root, Attrs: n.ReaderOf(res.file, r.from), Partial: res.partial, Origin: origin,
		Provider: &graph.Provider{Source: "kubernetes", Attrs: unknowable{"the cluster is the one of a ProviderConfig", origin}}}
}

// connected is a resource of Config Connector. Its labels are those of the cloud.
func (r *reading) connected(res *resource, names *register) graph.Asset {
	meta, spec := res.node.Get("metadata"), res.node.Get("spec")
	attrs := &tree.Node{Kind: tree.Object, Line: res.node.Line}
	attrs.Fields = append(attrs.Fields, spec.Members()...)
	name := spec.Get("resourceID")
	if name == nil {
		name = meta.Get("name")
	}
	if name != nil {
		set(attrs, "externalName", name)
	}
	if labels := meta.Get("labels"); labels != nil && attrs.Get("labels") == nil {
		set(attrs, "labels", labels)
	}
	config := &tree.Node{Kind: tree.Object, Line: res.node.Line}
	if project := meta.Get("annotations", connector+"/project-id"); project != nil {
		set(config, "project", project)
	}
	return graph.Asset{Address: res.at, Language: "config-connector", Type: res.group() + "/" + res.kind(), Root: res.root, Partial: res.partial,
		Provider: &graph.Provider{Source: connector, Attrs: config.Reader(res.file)},
		Attrs:    r.filled(attrs, res, names).ReaderOf(res.file, r.from), Origin: graph.Origin{File: res.file, Line: res.node.Line}}
}

// externalName is what the cloud calls the resource.
func externalName(res *resource) *tree.Node {
	meta := res.node.Get("metadata")
	for _, n := range []*tree.Node{meta.Get("annotations", "crossplane.io/external-name"), meta.Get("name")} {
		if n != nil && n.Kind != tree.Null {
			return n
		}
	}
	return tree.NewHole("its name is made when it is created", res.node.Line)
}
