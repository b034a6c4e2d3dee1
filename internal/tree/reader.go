package tree

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Reader reads attributes below n, as the file that it stands in is called.
// Lists on the way are crossed element by element. A name may hold dots, as
// labels do: of several ways to cut a path the longest name counts.
func (n *Node) Reader(file string) graph.Reader {
	if n == nil {
		return graph.NoAttrs
	}
	return &reader{node: n, file: file}
}

// ReaderOf is [Node.Reader] for a tree that was put together from several files:
// from names those of the nodes at which another file begins.
func (n *Node) ReaderOf(file string, from map[*Node]string) graph.Reader {
	if n == nil {
		return graph.NoAttrs
	}
	return &reader{n, file, from}
}

type reader struct {
	node *Node
	file string
	from map[*Node]string
}

func (r *reader) Read(path string) []graph.Reading {
	return r.read(r.node, r.file, path, nil)
}

func (r *reader) read(n *Node, file, path string, out []graph.Reading) []graph.Reading {
	if other, ok := r.from[n]; ok {
		file = other
	}
	switch {
	case n == nil:
		return out
	case n.Kind == Hole || path == "":
		return append(out, n.Reading(file))
	case n.Kind == List:
		for _, it := range n.Items {
			out = r.read(it, file, path, out)
		}
	case n.Kind == Object:
		for name, rest := path, ""; ; {
			if v := n.field(name); v != nil {
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

// Reading is the node as an attribute reads.
func (n *Node) Reading(file string) graph.Reading {
	rd := graph.Reading{Refs: n.Refs, Origin: graph.Origin{File: file, Line: n.Line}}
	switch n.Kind {
	case Null:
		rd.Null = true
	case Hole:
		rd.Unknown, rd.Part = n.Text, n.pieces()
	default:
		value := n.Plain()
		if why, ok := n.holed(); ok {
			rd.Unknown, rd.Part = why, value
		} else {
			rd.Value = value
		}
	}
	return rd
}
