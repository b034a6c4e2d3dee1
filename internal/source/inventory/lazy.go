package inventory

import (
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A lazy reader parses its resource when somebody asks. shape makes of the
// resource what attributes are read from.
type lazy struct {
	in    *inventory
	item  item
	shape func(*tree.Node) *tree.Node
	folds bool // whether letter case does not matter
}

func (l *lazy) Read(path string) []graph.Reading {
	n := l.in.cache.get(l)
	if n == nil {
		return nil
	}
	return l.read(n, path, nil)
}

// A cache holds the resources that were asked for last: whoever resolves an
// asset reads many attributes of it one after the other.
type cache struct {
	mu    sync.Mutex
	slots [64]struct {
		of   *lazy
		node *tree.Node
	}
}

func (c *cache) get(l *lazy) *tree.Node {
	slot := &c.slots[l.item.from%len(c.slots)]
	c.mu.Lock()
	of, n := slot.of, slot.node
	c.mu.Unlock()
	if of == l {
		return n
	}
	n, err := l.in.node(l.item)
	if err != nil {
		return nil // it was valid when the file was read
	}
	n = l.shape(n)
	c.mu.Lock()
	slot.of, slot.node = l, n
	c.mu.Unlock()
	return n
}

// read reads attributes as [tree.Node.Reader] does. A star is every member of an
// object: some of the inventories keep lists by name.
func (l *lazy) read(n *tree.Node, path string, out []graph.Reading) []graph.Reading {
	switch {
	case n == nil:
		return out
	case n.Kind == tree.Hole || path == "":
		return append(out, n.Reading(l.in.file))
	case n.Kind == tree.List:
		for _, it := range n.Items {
			out = l.read(it, path, out)
		}
	case n.Kind == tree.Object && strings.HasPrefix(path, "*."):
		for i := range n.Fields {
			out = l.read(n.Fields[i].Value, path[2:], out)
		}
	case n.Kind == tree.Object:
		for name, rest := path, ""; ; {
			for i := range n.Fields {
				if f := &n.Fields[i]; f.Name == name || l.folds && strings.EqualFold(f.Name, name) {
					return l.read(f.Value, rest, out)
				}
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

func fold(s string) string { return strings.ToLower(s) }

// in a region: the configuration that a provider's types are read with.
type region graph.Reading

func (r region) Read(path string) []graph.Reading {
	if path != "region" {
		return nil
	}
	return []graph.Reading{graph.Reading(r)}
}

func (in *inventory) provider(source, code string, line int) *graph.Provider {
	at := graph.Origin{File: in.file, Line: line}
	rd := graph.Reading{Value: code, Origin: at}
	if code == "" {
		rd = graph.Reading{Unknown: "the inventory does not say in which region it is", Origin: at}
	}
	return &graph.Provider{Source: source, Attrs: region(rd), Origin: at}
}

// unlike gives addresses that are taken a number.
func unlike(taken map[graph.Address]bool, a graph.Address) graph.Address {
	base := a
	for i := 2; taken[a]; i++ {
		a = base + graph.Address("#"+number(i))
	}
	taken[a] = true
	return a
}
