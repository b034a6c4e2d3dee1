package cloudformation

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A writer puts a text together from parts that may not be known.
type writer struct {
	text    strings.Builder
	unknown string // the first reason why the text is not known
	refs    []graph.Address
	literal bool       // something besides pseudo parameters stands in it
	only    *tree.Node // the last unknown pseudo parameter
	pieces  []*tree.Node
}

func (w *writer) lit(s string) {
	if s != "" {
		w.literal = true
		w.add(s)
	}
}

func (w *writer) add(s string) {
	if w.text.Len() <= maxText {
		w.text.WriteString(s)
		w.pieces = append(w.pieces, tree.NewText(s, 0))
	}
}

// value adds a part that was worked out.
func (w *writer) value(v *tree.Node) {
	w.refs = append(w.refs, v.Refs...)
	switch {
	case v == removed:
	case v.Kind == tree.Hole && v.Tag != "":
		w.add(v.Tag)
		w.only = v
	case v.Kind == tree.String, v.Kind == tree.Number, v.Kind == tree.Bool:
		w.lit(v.Text)
	default:
		w.unknown = cmp.Or(w.unknown, why(v))
		w.pieces = append(w.pieces, tree.NewHole(why(v), 0))
	}
}

// done is the text. One that is a pseudo parameter and nothing else is that one.
func (w *writer) done(line int) *tree.Node {
	refs := unique(w.refs)
	switch {
	case w.unknown != "":
		out := tree.NewHole(w.unknown, line, refs...)
		if w.literal {
			out.Items = w.pieces
		}
		return out
	case w.only != nil && !w.literal:
		return at(w.only, line)
	case w.text.Len() > maxText:
		return tree.NewHole("the text is too long to be worked out", line, refs...)
	}
	return tree.NewText(w.text.String(), line, refs...)
}

// sub is Fn::Sub: a text with ${Name}, ${Resource.Attribute} and ${!Literal}, and
// perhaps variables of its own.
func sub(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) == 0 || len(args) > 2 || args[0].Kind != tree.String {
		return tree.NewHole("Fn::Sub takes a text", n.Line)
	}
	var own map[string]*tree.Node
	if len(args) == 2 {
		own = map[string]*tree.Node{}
		for _, f := range args[1].Members() {
			own[f.Name] = e.eval(f.Value, depth)
		}
	}
	if strings.Contains(args[0].Text, "{{resolve:") {
		return tree.NewHole("it is looked up when the stack is deployed ({{resolve:…}})", n.Line)
	}
	w := &writer{}
	rest := args[0].Text
	for {
		i := strings.Index(rest, "${")
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '}')
		if j < 0 {
			break
		}
		w.lit(rest[:i])
		name := strings.TrimSpace(rest[i+2 : i+j])
		rest = rest[i+j+1:]
		switch {
		case strings.HasPrefix(name, "!"):
			w.lit("${" + name[1:] + "}")
		case own[name] != nil:
			w.value(own[name])
		case strings.Contains(name, "."):
			id, attr, _ := strings.Cut(name, ".")
			w.value(e.attribute(id, attr, n.Line))
		default:
			w.value(e.lookup(name, n.Line))
		}
	}
	w.lit(rest)
	return w.done(n.Line)
}

// join is Fn::Join: [delimiter, [values]].
func join(e *scope, n, arg *tree.Node, depth int) *tree.Node {
	args := arg.Elements()
	if len(args) != 2 {
		return tree.NewHole("Fn::Join takes a delimiter and a list", n.Line)
	}
	list := e.eval(args[1], depth)
	if list.Kind != tree.List {
		return tree.NewHole(why(list), n.Line, list.Refs...)
	}
	w := &writer{}
	for i, v := range list.Items {
		if i > 0 {
			w.lit(args[0].Str())
		}
		w.value(v)
	}
	return w.done(n.Line)
}
