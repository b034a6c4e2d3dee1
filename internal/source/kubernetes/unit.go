package kubernetes

import (
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A unit is what is evaluated together: the objects of one root, and the nodes
// of the cluster that they run in.
type unit struct {
	objects []*object
	byKind  map[string][]*object
	nodes   []*object
}

func newUnit(r *reader, root string) *unit {
	u := &unit{objects: r.objects[root], byKind: map[string][]*object{}}
	for _, o := range u.objects {
		u.byKind[o.typ()] = append(u.byKind[o.typ()], o)
	}
	u.nodes = r.nodesOf(root)
	for _, o := range u.objects {
		u.evaluate(o)
	}
	for _, o := range u.objects {
		o.pods = podsIn(o)
	}
	u.selectAll()
	for _, o := range u.objects {
		u.complete(o)
	}
	return u
}

// nodesOf are the nodes that were read in a folder, or in the nearest one above
// it: a dump of a cluster's nodes speaks for the folders below it.
func (r *reader) nodesOf(root string) []*object {
	for dir := root; ; dir = filepath.Dir(dir) {
		var out []*object
		for _, o := range r.objects[dir] {
			if o.typ() == "Node" {
				out = append(out, o)
			}
		}
		if len(out) > 0 {
			return out
		}
		if dir == "." || dir == filepath.Dir(dir) {
			if r.o.Nodes != nil {
				return r.o.Nodes.objects
			}
			return nil
		}
	}
}

func (u *unit) nodeOrigin() graph.Origin {
	if len(u.nodes) == 0 {
		return graph.Origin{}
	}
	return graph.Origin{File: u.nodes[0].file, Line: u.nodes[0].line}
}

// complete puts what was evaluated beside what stands in the object.
func (u *unit) complete(o *object) {
	add := func(name string, items []*tree.Node) {
		if len(items) > 0 {
			o.node.Fields = append(o.node.Fields, tree.Field{Name: name, Line: o.line, Value: &tree.Node{Kind: tree.List, Line: o.line, Items: items}})
		}
	}
	var containers []*tree.Node
	each(o.node, func(n *tree.Node) {
		if isContainer(n) {
			containers = append(containers, n)
		}
	})
	add("pods", o.pods)
	add("containers", containers)
	var selected []*tree.Node
	for _, s := range o.selects {
		selected = append(selected, member("asset", &tree.Node{Kind: tree.String, Line: o.line, Text: string(s.address), Refs: []graph.Address{s.address}}))
	}
	add("selects", selected)
	if labels := u.namespaceLabels(o); labels != nil {
		o.node.Fields = append(o.node.Fields, tree.Field{Name: "namespace", Line: o.line, Value: member("labels", labels)})
	}
	docs, lines := documentsIn(o)
	add("documents", docs)
	add("lines", lines)
}

// namespaceLabels are those of the namespace that an object is in, where it was read.
func (u *unit) namespaceLabels(o *object) *tree.Node {
	if o.namespace == "" {
		return nil
	}
	for _, ns := range u.byKind["Namespace"] {
		if ns.name == o.namespace {
			return ns.node.Get("metadata", "labels")
		}
	}
	return nil
}

// member is an object with one member, so that a path crosses a list of them.
func member(name string, v *tree.Node) *tree.Node {
	return &tree.Node{Kind: tree.Object, Line: v.Line, Fields: []tree.Field{{Name: name, Line: v.Line, Value: v}}}
}

// each calls f for every object node, outer ones first.
func each(n *tree.Node, f func(*tree.Node)) {
	switch n.Kind {
	case tree.List:
		for _, it := range n.Items {
			each(it, f)
		}
	case tree.Object:
		f(n)
		for i := range n.Fields {
			each(n.Fields[i].Value, f)
		}
	}
}
