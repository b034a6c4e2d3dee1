package pulumi

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// call is what a function (fn::name) comes to.
func (m *machine) call(name string, arg *tree.Node, line, depth int) *tree.Node {
	switch name {
	case "secret":
		return hole(line, "it is a secret")
	case "invoke":
		what := arg.Get("function").Str()
		if what == "" {
			what = "a function"
		}
		return hole(line, what+" is asked when the program runs", m.refsIn(arg, depth)...)
	}
	v := m.eval(arg, depth)
	if v == nil {
		return hole(line, "fn::"+name+" has no argument")
	}
	switch name {
	case "toJSON":
		return toJSON(v, line)
	case "join":
		return join(v, line)
	case "select":
		if len(v.Items) == 2 {
			i, err := strconv.Atoi(v.Items[0].Text)
			if list := v.Items[1]; err == nil && list.Kind == tree.List && i >= 0 && i < len(list.Items) {
				return list.Items[i]
			}
		}
	case "split":
		if len(v.Items) == 2 {
			sep, ok1 := plainText(v.Items[0])
			text, ok2 := plainText(v.Items[1])
			if ok1 && ok2 && len(text) < 1<<16 {
				out := &tree.Node{Kind: tree.List, Line: line, Refs: v.Refs}
				for part := range strings.SplitSeq(text, sep) {
					out.Items = append(out.Items, &tree.Node{Kind: tree.String, Line: line, Text: part})
				}
				return out
			}
		}
	case "toBase64":
		if text, ok := plainText(v); ok {
			return &tree.Node{Kind: tree.String, Line: line, Text: base64.StdEncoding.EncodeToString([]byte(text)), Refs: v.Refs}
		}
	case "fromBase64":
		if text, ok := plainText(v); ok {
			if out, err := base64.StdEncoding.DecodeString(text); err == nil {
				return &tree.Node{Kind: tree.String, Line: line, Text: string(out), Refs: v.Refs}
			}
		}
	}
	return hole(line, "fn::"+name+" is not evaluated", allRefs(v)...)
}

// toJSON is the text of a value, or the value where parts of it are not known.
func toJSON(v *tree.Node, line int) *tree.Node {
	if refs := allRefs(v); isHoled(v) {
		c := *v
		c.Refs = refs
		return &c
	}
	b, err := json.Marshal(v.Plain())
	if err != nil {
		return hole(line, "it cannot be written as JSON")
	}
	return &tree.Node{Kind: tree.String, Line: line, Text: string(b), Refs: allRefs(v)}
}

func join(v *tree.Node, line int) *tree.Node {
	if len(v.Items) == 2 && v.Items[1].Kind == tree.List {
		sep, ok := plainText(v.Items[0])
		var parts []string
		for _, it := range v.Items[1].Items {
			text, known := plainText(it)
			ok = ok && known
			parts = append(parts, text)
		}
		if ok {
			return &tree.Node{Kind: tree.String, Line: line, Text: strings.Join(parts, sep), Refs: allRefs(v)}
		}
	}
	return hole(line, "it is joined from what is not known", allRefs(v)...)
}

func isHoled(n *tree.Node) bool {
	if n == nil || n.Kind == tree.Hole {
		return n != nil
	}
	for _, it := range n.Items {
		if isHoled(it) {
			return true
		}
	}
	for _, f := range n.Fields {
		if isHoled(f.Value) {
			return true
		}
	}
	return false
}

// allRefs are the assets that any part of a value was computed from.
func allRefs(n *tree.Node) []graph.Address {
	var out []graph.Address
	var walk func(n *tree.Node)
	walk = func(n *tree.Node) {
		if n == nil {
			return
		}
		out = append(out, n.Refs...)
		for _, it := range n.Items {
			walk(it)
		}
		for _, f := range n.Fields {
			walk(f.Value)
		}
	}
	walk(n)
	return sorted(out)
}

// refsIn are the assets that an expression names.
func (m *machine) refsIn(n *tree.Node, depth int) []graph.Address {
	return allRefs(m.eval(n.Get("arguments"), depth))
}
