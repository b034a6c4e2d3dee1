package cloudformation

import (
	"fmt"
	"reflect"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A truth is whether a condition holds, or why that is not known.
type truth struct {
	holds bool
	why   string
}

// truth works a condition of the template out, once.
func (s *stack) truth(name string) truth {
	if t := s.truths[name]; t != nil {
		return *t
	}
	unknown := func(format string, args ...any) truth { return truth{why: fmt.Sprintf(format, args...)} }
	n := s.doc.Get("Conditions", name)
	if n == nil {
		return unknown("there is no condition %q in this template", name)
	}
	s.truths[name] = &truth{why: fmt.Sprintf("the condition %s asks for itself", name)}
	t := (&scope{stack: s}).holds(n, 0)
	if t.why != "" {
		t.why = fmt.Sprintf("whether %s holds is not known: %s", name, t.why)
	}
	s.truths[name] = &t
	return t
}

// holds works out what stands in a condition.
func (e *scope) holds(n *tree.Node, depth int) truth {
	if depth > maxNested {
		return truth{why: "the conditions are nested too deep"}
	}
	name, arg := intrinsic(n)
	if name == "" && n.Get("Condition").Str() != "" {
		name, arg = "Condition", n.Get("Condition")
	}
	parts := arg.Elements()
	switch {
	case name == "Condition":
		return e.truth(arg.Str())
	case name == "Fn::Equals" && len(parts) == 2:
		a, b := e.eval(parts[0], depth), e.eval(parts[1], depth)
		for _, v := range []*tree.Node{a, b} {
			if text := inner(v); text != "" {
				return truth{why: text}
			}
		}
		return truth{holds: same(a, b)}
	case name == "Fn::Not" && len(parts) == 1:
		t := e.holds(parts[0], depth+1)
		t.holds = !t.holds && t.why == ""
		return t
	case name == "Fn::And", name == "Fn::Or":
		return e.several(parts, name == "Fn::Or", depth)
	case n.Kind == tree.Bool:
		return truth{holds: n.Text == "true"}
	}
	return truth{why: "it is written in a form that is not understood"}
}

// several is Fn::Or, or Fn::And: one that decides is enough, known or not what
// the others are.
func (e *scope) several(parts []*tree.Node, decides bool, depth int) truth {
	unknown := ""
	for _, p := range parts {
		switch t := e.holds(p, depth+1); {
		case t.why != "":
			unknown = t.why
		case t.holds == decides:
			return truth{holds: decides}
		}
	}
	return truth{holds: !decides && unknown == "", why: unknown}
}

// same compares two values; numbers and texts that read alike are the same, as
// every parameter is a text.
func same(a, b *tree.Node) bool {
	if a.Kind == tree.Hole || b.Kind == tree.Hole {
		return false
	}
	if a.Kind != tree.List && a.Kind != tree.Object && b.Kind != tree.List && b.Kind != tree.Object {
		return a.Text == b.Text
	}
	return inner(a) == "" && inner(b) == "" && reflect.DeepEqual(a.Plain(), b.Plain())
}
