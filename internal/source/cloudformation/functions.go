package cloudformation

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A function gives what an intrinsic function n with the argument arg gives.
type function func(e *scope, n, arg *tree.Node, depth int) *tree.Node

// find returns an intrinsic function; nil when it is not one that is understood.
func find(name string) function {
	switch name {
	case "Ref":
		return ref
	case "Condition":
		return condition
	case "Fn::GetAtt":
		return getAtt
	case "Fn::Sub":
		return sub
	case "Fn::Join":
		return join
	case "Fn::Split":
		return split
	case "Fn::Select":
		return pick
	case "Fn::FindInMap":
		return findInMap
	case "Fn::If":
		return choose
	case "Fn::ImportValue":
		return imported
	case "Fn::Base64":
		return encoded
	case "Fn::Length":
		return length
	case "Fn::ToJsonString":
		// The document stays one: whoever reads it takes objects and JSON text alike.
		return func(e *scope, _, arg *tree.Node, depth int) *tree.Node { return e.eval(arg, depth) }
	case "Fn::GetAZs":
		return never("which zones the region has for this account is not in the template")
	case "Fn::Cidr":
		return never("Fn::Cidr is not worked out")
	case "Fn::Transform":
		return never("a macro writes it when the stack is deployed")
	}
	return nil
}

// never is a function whose value nobody can tell.
func never(why string) function {
	return func(_ *scope, n, _ *tree.Node, _ int) *tree.Node { return tree.NewHole(why, n.Line) }
}

func ref(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	if name := e.name(arg, depth); name != "" {
		return e.lookup(name, n.Line)
	}
	return tree.NewHole("what Ref names is not known", n.Line)
}

func condition(e *scope, n, arg *tree.Node, _ int) *tree.Node {
	t := e.truth(arg.Str())
	if t.why != "" {
		return tree.NewHole(t.why, n.Line)
	}
	return &tree.Node{Kind: tree.Bool, Line: n.Line, Text: strconv.FormatBool(t.holds)}
}

func encoded(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	v := e.eval(arg, depth)
	if v.Kind != tree.String {
		out := tree.NewHole(why(v), n.Line, v.Refs...)
		out.Items = v.Items // whoever reads the text decodes it first
		if v.Kind != tree.Hole {
			out.Items = nil
		}
		return out
	}
	return e.text(n.Line, base64.StdEncoding.EncodeToString([]byte(v.Text)), v.Refs)
}

func length(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	v := e.eval(arg, depth)
	if v.Kind != tree.List {
		return tree.NewHole(why(v), n.Line, v.Refs...)
	}
	return &tree.Node{Kind: tree.Number, Line: n.Line, Text: strconv.Itoa(len(v.Items)), Refs: v.Refs}
}

// text is a text, unless it has become too long.
func (e *scope) text(line int, s string, refs []graph.Address) *tree.Node {
	if len(s) > maxText {
		return tree.NewHole("the text is too long to be worked out", line, refs...)
	}
	return tree.NewText(s, line, refs...)
}

// name is a name that is given as a text, or, with the language extensions, by a
// function.
func (e *scope) name(n *tree.Node, depth int) string {
	if n.Kind == tree.String {
		return n.Text
	}
	return e.eval(n, depth).Str()
}

// imported is what another stack exports.
func imported(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	v := e.eval(arg, depth)
	if v.Kind == tree.String {
		return tree.NewHole(fmt.Sprintf("another stack exports it as %s", v.Text), n.Line, v.Refs...)
	}
	return tree.NewHole("another stack exports it", n.Line, v.Refs...)
}

// getAtt is an attribute of a resource, which is known after it was made; of a
// nested stack that was read, its output.
func getAtt(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	var parts []string
	if arg.Kind == tree.List {
		for _, it := range arg.Items {
			v := e.eval(it, depth)
			if v.Kind == tree.Hole {
				return tree.NewHole(v.Text, n.Line, v.Refs...)
			}
			parts = append(parts, v.Text)
		}
	} else {
		parts = strings.SplitN(arg.Str(), ".", 2)
	}
	if len(parts) == 0 || parts[0] == "" {
		return tree.NewHole("what Fn::GetAtt names is not known", n.Line)
	}
	return e.attribute(parts[0], strings.Join(parts[1:], "."), n.Line)
}

func (e *scope) attribute(id, attr string, line int) *tree.Node {
	id = substitute(id, e.vars)
	res := e.resources[id]
	if res == nil {
		return tree.NewHole(fmt.Sprintf("there is no resource %s in this template", id), line)
	}
	if name, ok := strings.CutPrefix(attr, "Outputs."); ok && res.child != nil {
		return at(res.child.output(name), line)
	}
	return tree.NewHole(fmt.Sprintf("%s of %s is known after it was deployed", attr, e.path+id), line, e.address(id))
}

// output is the value of an output of the stack.
func (s *stack) output(name string) *tree.Node {
	if v := s.outputs[name]; v != nil {
		return v
	}
	s.outputs[name] = tree.NewHole(fmt.Sprintf("the output %s of %s names itself", name, s.path), 1)
	v := s.doc.Get("Outputs", name, "Value")
	if v == nil {
		s.outputs[name] = tree.NewHole(fmt.Sprintf("%s has no output %s", strings.TrimSuffix(s.path, "/"), name), 1)
	} else if v = (&scope{stack: s}).eval(v, 0); v != removed {
		s.outputs[name] = v
	}
	return s.outputs[name]
}

// pick is Fn::Select: [index, list].
func pick(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) != 2 {
		return tree.NewHole("Fn::Select takes an index and a list", n.Line)
	}
	index, list := e.eval(args[0], depth), e.eval(args[1], depth)
	i, err := strconv.Atoi(index.Text)
	switch {
	case index.Kind == tree.Hole || err != nil:
		return tree.NewHole(why(index), n.Line, list.Refs...)
	case list.Kind != tree.List:
		return tree.NewHole(why(list), n.Line, list.Refs...)
	case i < 0 || i >= len(list.Items):
		return tree.NewHole("Fn::Select picks beyond the end of the list", n.Line)
	}
	return at(list.Items[i], n.Line)
}

// split is Fn::Split: [delimiter, text].
func split(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) != 2 || args[0].Str() == "" {
		return tree.NewHole("Fn::Split takes a delimiter and a text", n.Line)
	}
	v := e.eval(args[1], depth)
	if v.Kind != tree.String {
		return tree.NewHole(why(v), n.Line, v.Refs...)
	}
	out := &tree.Node{Kind: tree.List, Line: n.Line}
	for part := range strings.SplitSeq(v.Text, args[0].Str()) {
		out.Items = append(out.Items, tree.NewText(part, n.Line, v.Refs...))
	}
	return out
}

// findInMap is Fn::FindInMap: [map, key, key] and perhaps {DefaultValue: x}.
func findInMap(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) < 3 {
		return tree.NewHole("Fn::FindInMap takes a map and two keys", n.Line)
	}
	found := e.doc.Get("Mappings")
	for _, a := range args[:3] {
		key := e.eval(a, depth)
		if key.Kind == tree.Hole || key.Text == "" {
			return tree.NewHole(why(key), n.Line, key.Refs...)
		}
		if found = found.Get(key.Text); found == nil {
			if len(args) > 3 && args[3].Get("DefaultValue") != nil {
				return e.eval(args[3].Get("DefaultValue"), depth)
			}
			return tree.NewHole(fmt.Sprintf("the mapping has no key %s", key.Text), n.Line)
		}
	}
	return e.eval(found, depth)
}

// choose is Fn::If: [condition, then, else]. Where the condition is not known,
// and both come to the same, that is it.
func choose(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) != 3 {
		return tree.NewHole("Fn::If takes a condition and two values", n.Line)
	}
	t := e.truth(args[0].Str())
	if t.why == "" {
		if t.holds {
			return e.eval(args[1], depth)
		}
		return e.eval(args[2], depth)
	}
	a, b := e.eval(args[1], depth), e.eval(args[2], depth)
	if a != removed && b != removed && same(a, b) {
		return a
	}
	return tree.NewHole(t.why, n.Line, unique(slices.Concat(a.Refs, b.Refs))...)
}
