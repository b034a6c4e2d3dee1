package arm

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A scope evaluates what stands in a resource of a deployment. A hole keeps in
// Tag how what is not known is spelled.
type scope struct {
	*deployment
	res *resource // for its loops; nil where there are none
}

// removed is a value that is not there.
var removed = &tree.Node{}

// body is the resource with its values worked out, without the resources that
// stand within it, and with the name of the resource that it belongs to.
func (s *scope) body() *tree.Node {
	n := s.res.node
	out := &tree.Node{Kind: tree.Object, Line: n.Line}
	for _, f := range n.Fields {
		switch strings.ToLower(f.Name) {
		case "resources", "copy", "condition", "dependson", "apiversion", "comments", "parent":
			continue
		case "name":
			out.Fields = append(out.Fields, tree.Field{Name: "name", Line: f.Line, Value: s.res.name})
			continue
		case "properties":
			if deploys(s.res.typ) {
				f.Value = only(f.Value, "templateLink")
			}
		}
		if v := s.eval(f.Value, 0); v != removed {
			out.Fields = append(out.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: v})
		}
	}
	parent := s.res.parent
	if parent == nil {
		parent = s.scoped(n)
	}
	if parent != nil {
		out.Fields = append(out.Fields, tree.Field{Name: "parent", Line: n.Line, Value: hole(n.Line, "the id of "+string(parent.address)+" is known after it was deployed", "", parent.address)})
	}
	return out
}

// scoped is the resource that an extension names in its scope.
func (s *scope) scoped(n *tree.Node) *resource {
	v := get(n, "scope")
	if v == nil {
		return nil
	}
	got := s.eval(v, 0)
	if len(got.Refs) != 1 {
		return nil
	}
	for at := s.deployment; at != nil; at = at.above {
		for _, res := range at.resources {
			if res.address == got.Refs[0] {
				return res
			}
		}
	}
	return nil
}

func only(n *tree.Node, name string) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: n.Line}
	if v := get(n, name); v != nil {
		out.Fields = []tree.Field{{Name: name, Line: v.Line, Value: v}}
	}
	return out
}

// eval works a value out. The result is never nil; it may be removed.
func (s *scope) eval(n *tree.Node, depth int) *tree.Node {
	if n == nil {
		return removed
	}
	if s.run.values++; s.run.values > maxValues || depth > maxNested {
		return hole(n.Line, "the template says too much to be worked out: split it", "{…}")
	}
	switch n.Kind {
	case tree.String:
		return s.text(n, depth)
	case tree.List:
		out := &tree.Node{Kind: tree.List, Line: n.Line, Items: make([]*tree.Node, 0, len(n.Items))}
		for _, it := range n.Items {
			if v := s.eval(it, depth+1); v != removed {
				out.Items = append(out.Items, v)
				out.Refs = append(out.Refs, v.Refs...)
			}
		}
		out.Refs = unique(out.Refs)
		return out
	case tree.Object:
		out := &tree.Node{Kind: tree.Object, Line: n.Line, Fields: make([]tree.Field, 0, len(n.Fields))}
		for _, f := range n.Fields {
			if strings.EqualFold(f.Name, "copy") && f.Value.Kind == tree.List {
				s.copies(out, f.Value, depth)
				continue
			}
			name := f.Name
			if strings.HasPrefix(name, "[") && !strings.HasPrefix(name, "[[") {
				k := s.text(&tree.Node{Kind: tree.String, Line: f.Line, Text: name}, depth)
				name = spelling(k)
			}
			if v := s.eval(f.Value, depth+1); v != removed {
				out.Fields = append(out.Fields, tree.Field{Name: name, Line: f.Line, Value: v})
				out.Refs = append(out.Refs, v.Refs...)
			}
		}
		out.Refs = unique(out.Refs)
		return out
	}
	return n
}

// copies makes the lists that a loop over a property describes.
func (s *scope) copies(out, loops *tree.Node, depth int) {
	for _, l := range loops.Items {
		name := get(l, "name").Str()
		count := s.eval(get(l, "count"), depth+1)
		times, err := strconv.Atoi(count.Text)
		if name == "" || get(l, "input") == nil {
			continue
		}
		if count.Kind != tree.Number || err != nil || times > maxCopies {
			out.Fields = append(out.Fields, tree.Field{Name: name, Line: l.Line, Value: hole(l.Line, "how often it is copied is not known: "+why(count), "{"+name+"}")})
			continue
		}
		list := &tree.Node{Kind: tree.List, Line: l.Line}
		for i := range max(times, 0) {
			var index map[string]int
			if s.res != nil {
				index = s.res.index
			}
			in := &scope{deployment: s.deployment, res: &resource{index: with(index, name, i)}}
			delete(in.res.index, "") // copyIndex() without a name is the loop over the resource
			if old, ok := index[""]; ok {
				in.res.index[""] = old
			}
			if v := in.eval(get(l, "input"), depth+1); v != removed {
				list.Items = append(list.Items, v)
				list.Refs = append(list.Refs, v.Refs...)
			}
		}
		list.Refs = unique(list.Refs)
		out.Fields = append(out.Fields, tree.Field{Name: name, Line: l.Line, Value: list})
	}
}

// text works a text out, which may be an expression.
func (s *scope) text(n *tree.Node, depth int) *tree.Node {
	t := n.Text
	if !strings.HasPrefix(t, "[") || !strings.HasSuffix(t, "]") {
		return n
	}
	if strings.HasPrefix(t, "[[") {
		return tree.NewText(t[1:], n.Line)
	}
	x, err := parse(t[1 : len(t)-1])
	if err != nil {
		return hole(n.Line, "the expression cannot be read: "+err.Error(), "{"+t[1:len(t)-1]+"}")
	}
	v := s.call(x, n.Line, depth+1)
	if v == removed {
		return v
	}
	return at(v, n.Line)
}

func hole(line int, why, spelled string, refs ...graph.Address) *tree.Node {
	return &tree.Node{Kind: tree.Hole, Line: line, Text: why, Tag: spelled, Refs: refs}
}

func number(line, i int) *tree.Node {
	return &tree.Node{Kind: tree.Number, Line: line, Text: strconv.Itoa(i)}
}

func boolean(line int, b bool) *tree.Node {
	return &tree.Node{Kind: tree.Bool, Line: line, Text: strconv.FormatBool(b)}
}

// at is a value with the line where it is used.
func at(v *tree.Node, line int) *tree.Node {
	c := *v
	c.Line = line
	return &c
}

// spelling is a value as a part of a name: itself, or how what is not known is
// written.
func spelling(n *tree.Node) string {
	switch {
	case n.Kind == tree.Hole && n.Tag != "":
		return n.Tag
	case n.Kind == tree.String, n.Kind == tree.Number, n.Kind == tree.Bool:
		return n.Text
	}
	return "{…}"
}

// why says why a value is not known, or that it is something else than asked for.
func why(n *tree.Node) string {
	if text := inner(n); text != "" {
		return text
	}
	return "it has a form that is not understood"
}

// inner is why something within a value is not known; "" when all is.
func inner(n *tree.Node) string {
	if n.Kind == tree.Hole {
		return n.Text
	}
	for _, it := range n.Items {
		if text := inner(it); text != "" {
			return text
		}
	}
	for i := range n.Fields {
		if text := inner(n.Fields[i].Value); text != "" {
			return text
		}
	}
	return ""
}

func unique(as []graph.Address) []graph.Address {
	if len(as) == 0 {
		return nil
	}
	slices.Sort(as)
	return slices.Compact(as)
}
