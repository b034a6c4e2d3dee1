package kubernetes

import (
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Nodes are nodes of a cluster that were read before the objects that run on them.
type Nodes struct{ objects []*object }

// ReadNodes reads the nodes among the objects of the files. They are read once and
// never changed, so that several readers may hold objects against them.
func ReadNodes(files []tree.File) *Nodes {
	r := newReader(Options{})
	for _, f := range files {
		r.text(f.Name, f.Data)
	}
	out := &Nodes{}
	for _, root := range sortedKeys(r.objects) {
		for _, o := range r.objects[root] {
			if o.typ() == "Node" {
				o.address = graph.Address(o.short())
				out.objects = append(out.objects, o)
			}
		}
	}
	return out
}

// Len is how many nodes there are.
func (n *Nodes) Len() int { return len(n.objects) }

// Runs reports whether an object has containers.
func Runs(n *tree.Node) bool { return len(podsIn(&object{node: n})) > 0 }
