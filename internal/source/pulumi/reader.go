package pulumi

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A reader reads attributes as [tree.Node.Reader] does, of values that come from
// several files: those of the program and those of the stack.
type reader struct {
	node *tree.Node
	file string
	from map[*tree.Node]string
}

// Read implements [graph.Reader].
func (r *reader) Read(path string) []graph.Reading {
	return r.read(r.node, r.file, path, nil)
}

func (r *reader) read(n *tree.Node, file, path string, out []graph.Reading) []graph.Reading {
	if f, ok := r.from[n]; ok {
		file = f
	}
	switch {
	case n == nil:
		return out
	case n.Kind == tree.Hole || path == "":
		return append(out, n.Reading(file))
	case n.Kind == tree.List:
		for _, it := range n.Items {
			out = r.read(it, file, path, out)
		}
	case n.Kind == tree.Object:
		for name, rest := path, ""; ; {
			if v := n.Get(name); v != nil {
				return r.read(v, file, rest, out)
			}
			i := strings.LastIndexByte(name, '.')
			if i < 0 {
				return out
			}
			name, rest = path[:i], path[i+1:]
		}
	}
	return out
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
