package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxResources bounds what loops make of one template; CloudFormation allows 500.
const maxResources = 20_000

// expand takes the entries of Resources, and those that Fn::ForEach makes.
func (s *stack) expand(n *tree.Node, vars map[string]*tree.Node, group string) {
	for _, f := range n.Members() {
		if strings.HasPrefix(f.Name, "Fn::ForEach::") {
			s.loop(f, vars)
			continue
		}
		if f.Name == "Fn::Transform" {
			continue // see macros
		}
		if len(s.order) >= maxResources {
			s.once(f.Line, fmt.Sprintf("the template has more than %d resources: split it", maxResources))
			return
		}
		res := &resource{id: substitute(f.Name, vars), node: f.Value, line: f.Line, vars: vars, group: group}
		if s.resources[res.id] != nil {
			s.once(f.Line, fmt.Sprintf("a loop makes the resource %s twice", res.id))
			continue
		}
		s.resources[res.id] = res
		s.order = append(s.order, res)
	}
}

// once says a problem that loops meet again and again.
func (s *stack) once(line int, text string) {
	if !s.said[text] {
		s.said[text] = true
		s.run.problem(s.file, line, text)
	}
}

// loop expands Fn::ForEach::Name: [Identifier, [values], {Key: body}]. Over
// values that are not known it leaves one resource that stands for all.
func (s *stack) loop(f tree.Field, vars map[string]*tree.Node) {
	parts := f.Value.Elements()
	if f.Value.Kind != tree.List || len(parts) != 3 || parts[0].Str() == "" || parts[2].Kind != tree.Object || len(vars) > 8 {
		s.run.problem(s.file, f.Line, f.Name+" is not [identifier, [values], {key: resource}]")
		return
	}
	name, group := parts[0].Str(), f.Name
	over := (&scope{stack: s, vars: vars}).eval(parts[1], 0)
	before := len(s.order)
	if over.Kind != tree.List {
		s.expand(parts[2], with(vars, name, tree.NewHole(f.Name+" runs over something that is not known: "+why(over), f.Line)), group)
	}
	for _, v := range over.Items {
		if over.Kind == tree.List {
			s.expand(parts[2], with(vars, name, v), group)
		}
	}
	for _, res := range s.order[before:] {
		if v := res.vars[name]; v != nil && v.Kind == tree.Hole {
			res.partial = why(v)
		}
	}
}

func with(vars map[string]*tree.Node, name string, v *tree.Node) map[string]*tree.Node {
	out := make(map[string]*tree.Node, len(vars)+1)
	maps.Copy(out, vars)
	out[name] = v
	return out
}

// substitute puts the variables of loops into a key. &{X} takes letters and
// digits only.
func substitute(key string, vars map[string]*tree.Node) string {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		v := vars[name]
		if v.Kind == tree.Hole || v.Text == "" {
			continue
		}
		key = strings.ReplaceAll(key, "${"+name+"}", v.Text)
		key = strings.ReplaceAll(key, "&{"+name+"}", alphanumeric(v.Text))
	}
	return key
}

func alphanumeric(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return -1
	}, s)
}
