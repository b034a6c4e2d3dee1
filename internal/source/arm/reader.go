package arm

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A reader reads attributes whatever their letter case, as Resource Manager does.
type reader struct {
	node *tree.Node
	file string
}

func (r *reader) Read(path string) []graph.Reading { return r.read(r.node, path, nil) }

func (r *reader) read(n *tree.Node, path string, out []graph.Reading) []graph.Reading {
	switch {
	case n == nil:
		return out
	case n.Kind == tree.Hole || path == "":
		return append(out, n.Reading(r.file))
	case n.Kind == tree.List:
		for _, it := range n.Items {
			out = r.read(it, path, out)
		}
	case n.Kind == tree.Object:
		for name, rest := path, ""; ; {
			if v := get(n, name); v != nil {
				return r.read(v, rest, out)
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
