package crossplane

import (
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A step is one part of a field path: a name, an index, or every element.
type step struct {
	name  string
	index int // with name ""
	every bool
}

// maxSteps and maxIndex bound what a path can build.
const (
	maxSteps = 64
	maxIndex = 1_000
)

// parsePath parses a field path: spec.subnets[0].cidr, metadata.labels[a.b/c],
// spec.list[*].
func parsePath(text string) ([]step, bool) {
	var out []step
	for text != "" && len(out) < maxSteps {
		if text[0] == '.' {
			text = text[1:]
			continue
		}
		if text[0] != '[' {
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			out = append(out, step{name: text[:end]})
			text = text[end:]
			continue
		}
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return nil, false
		}
		inner := text[1:end]
		text = text[end+1:]
		n, err := strconv.Atoi(inner)
		switch {
		case inner == "*":
			out = append(out, step{every: true})
		case err == nil && n >= 0 && n <= maxIndex:
			out = append(out, step{index: n})
		case inner == "":
			return nil, false
		default:
			out = append(out, step{name: strings.Trim(inner, `'"`)})
		}
	}
	return out, len(out) > 0 && text == ""
}

func spell(path []step) string {
	var b strings.Builder
	for i, s := range path {
		switch {
		case s.every:
			b.WriteString("[*]")
		case s.name == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case strings.ContainsAny(s.name, "./"):
			b.WriteString("[" + s.name + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// find follows a path; nil where it leads nowhere, the hole that it meets.
func find(n *tree.Node, path []step) *tree.Node {
	for _, s := range path {
		switch {
		case n == nil:
			return nil
		case n.Kind == tree.Hole:
			return n
		case s.every:
			return nil
		case s.name != "":
			n = n.Get(s.name)
		case n.Kind == tree.List && s.index < len(n.Items):
			n = n.Items[s.index]
		default:
			return nil
		}
	}
	return n
}

// put sets what stands at a path, and makes what is missing on the way. Every
// element of a list is set where the path says so.
func put(n *tree.Node, path []step, v *tree.Node) {
	if len(path) == 0 || n == nil {
		return
	}
	s, last := path[0], len(path) == 1
	if s.every {
		for i := range n.Items {
			if last {
				n.Items[i] = v
			} else {
				put(n.Items[i], path[1:], v)
			}
		}
		return
	}
	if s.name == "" {
		if n.Kind != tree.List {
			*n = tree.Node{Kind: tree.List, Line: n.Line}
		}
		for len(n.Items) <= s.index {
			n.Items = append(n.Items, &tree.Node{Line: v.Line})
		}
		if last {
			n.Items[s.index] = v
		} else {
			put(n.Items[s.index], path[1:], v)
		}
		return
	}
	if n.Kind != tree.Object {
		*n = tree.Node{Kind: tree.Object, Line: n.Line}
	}
	child := n.Get(s.name)
	if child == nil || last {
		if !last {
			child = &tree.Node{Line: v.Line}
		} else {
			child = v
		}
		set(n, s.name, child)
	}
	if !last {
		put(child, path[1:], v)
	}
}

// set sets a field of an object.
func set(n *tree.Node, name string, v *tree.Node) {
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			n.Fields[i].Value = v
			return
		}
	}
	n.Fields = append(n.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
}

// clone copies a tree, so that patches do not reach where it came from. What is
// known of where a value came from stays known.
func (r *reading) clone(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Items, c.Fields = nil, nil
	for _, it := range n.Items {
		c.Items = append(c.Items, r.clone(it))
	}
	for _, f := range n.Fields {
		c.Fields = append(c.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: r.clone(f.Value)})
	}
	if file, ok := r.from[n]; ok {
		r.from[&c] = file
	}
	return &c
}

// came notes the file of a value that stands in what another file says.
func (r *reading) came(n *tree.Node, file string) {
	if _, known := r.from[n]; !known {
		r.from[n] = file
	}
}
