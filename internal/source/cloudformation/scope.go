package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A scope evaluates what stands in a resource of a stack.
type scope struct {
	*stack
	vars map[string]*tree.Node
}

// Bounds of what one root is evaluated to: a template may name a large mapping
// very often.
const (
	maxValues = 3_000_000
	maxNested = 200
	maxText   = 1 << 20
)

// removed is what AWS::NoValue is: the property is not there.
var removed = &tree.Node{}

// eval works a value out. The result is never nil; it may be removed.
func (e *scope) eval(n *tree.Node, depth int) *tree.Node {
	if n == nil {
		return removed
	}
	if e.run.values++; e.run.values > maxValues || depth > maxNested {
		return tree.NewHole("the template says too much to be worked out: split it", n.Line)
	}
	if name, arg := intrinsic(n); name != "" {
		if f := find(name); f != nil {
			return f(e, n, arg, depth+1)
		}
		return tree.NewHole("what "+name+" gives is not known", n.Line)
	}
	switch n.Kind {
	case tree.String:
		if strings.Contains(n.Text, "{{resolve:") {
			return tree.NewHole("it is looked up when the stack is deployed ({{resolve:…}})", n.Line)
		}
	case tree.List:
		out := &tree.Node{Kind: tree.List, Line: n.Line, Items: make([]*tree.Node, 0, len(n.Items))}
		for _, it := range n.Items {
			if v := e.eval(it, depth+1); v != removed {
				out.Items = append(out.Items, v)
				out.Refs = append(out.Refs, v.Refs...)
			}
		}
		out.Refs = unique(out.Refs)
		return out
	case tree.Object:
		return e.object(n, depth)
	}
	return n
}

func (e *scope) object(n *tree.Node, depth int) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: n.Line, Fields: make([]tree.Field, 0, len(n.Fields))}
	for _, f := range n.Fields {
		switch {
		case strings.HasPrefix(f.Name, "Fn::"): // a loop or a transform makes members of this object
			return tree.NewHole("what "+f.Name+" makes here is not worked out", f.Line)
		default:
			if v := e.eval(f.Value, depth+1); v != removed {
				out.Fields = append(out.Fields, tree.Field{Name: substitute(f.Name, e.vars), Line: f.Line, Value: v})
				out.Refs = append(out.Refs, v.Refs...)
			}
		}
	}
	out.Refs = unique(out.Refs)
	return out
}

// intrinsic is the name of the function that a value is, with what it is given:
// !Sub x, {"Fn::Sub": x}. "" when it is none.
func intrinsic(n *tree.Node) (string, *tree.Node) {
	if n.Tag != "" && n.Kind != tree.Hole {
		arg := *n
		arg.Tag = ""
		name := strings.TrimPrefix(n.Tag, "!")
		if name == "Ref" || name == "Condition" {
			return name, &arg
		}
		return "Fn::" + name, &arg
	}
	if n.Kind == tree.Object && len(n.Fields) == 1 {
		f := &n.Fields[0]
		if f.Name == "Ref" && (f.Value.Kind == tree.String || f.Value.Kind == tree.Object) || strings.HasPrefix(f.Name, "Fn::") && !strings.HasPrefix(f.Name, "Fn::ForEach::") {
			return f.Name, f.Value
		}
	}
	return "", nil
}

// why says why a value is not known, or what it is instead of what is asked for.
func why(n *tree.Node) string {
	if n.Kind == tree.Hole {
		return n.Text
	}
	if text := inner(n); text != "" {
		return text
	}
	return "it has a form that is not understood"
}

// inner is why something within a value is not known; "" when all is.
func inner(n *tree.Node) string {
	switch n.Kind {
	case tree.Hole:
		return n.Text
	case tree.List:
		for _, it := range n.Items {
			if text := inner(it); text != "" {
				return text
			}
		}
	case tree.Object:
		for i := range n.Fields {
			if text := inner(n.Fields[i].Value); text != "" {
				return text
			}
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

// lookup is what a name stands for: a variable of a loop, a pseudo parameter, a
// parameter, or a resource, which has no value before it is made.
func (e *scope) lookup(name string, line int) *tree.Node {
	name = substitute(name, e.vars)
	if v := e.vars[name]; v != nil {
		return at(v, line)
	}
	if strings.HasPrefix(name, "AWS::") {
		return e.pseudoParameter(name, line)
	}
	if v := e.parameters[name]; v != nil {
		return at(v, line)
	}
	if res := e.resources[name]; res != nil {
		return tree.NewHole(fmt.Sprintf("what %s is called is known after it was deployed", e.path+name), line, e.address(name))
	}
	return tree.NewHole(fmt.Sprintf("%s is neither a parameter nor a resource of this template", name), line)
}

// at is a value with the line where it is used.
func at(v *tree.Node, line int) *tree.Node {
	c := *v
	c.Line = line
	return &c
}

func lineOf(n *tree.Node) int {
	if n == nil {
		return 1
	}
	return n.Line
}
