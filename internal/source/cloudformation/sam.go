package cloudformation

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// properties are the worked-out properties of a resource, with what the Globals
// of SAM give to all of its kind.
func (e *scope) properties(res *tree.Node) *tree.Node {
	props := res.Get("Properties")
	if kind, ok := strings.CutPrefix(res.Get("Type").Str(), "AWS::Serverless::"); ok {
		props = merged(e.doc.Get("Globals", kind), props)
	}
	if props == nil {
		return &tree.Node{Kind: tree.Object, Line: res.Line}
	}
	v := e.eval(props, 0)
	if v == removed {
		return &tree.Node{Kind: tree.Object, Line: res.Line}
	}
	return v
}

// merged lays what is written over what is global, as SAM does: objects member
// by member, lists one after the other, and of all else what is written.
func merged(global, own *tree.Node) *tree.Node {
	switch {
	case global == nil:
		return own
	case own == nil:
		return global
	}
	if g, _ := intrinsic(global); g != "" {
		return own
	}
	if o, _ := intrinsic(own); o != "" {
		return own
	}
	switch {
	case global.Kind == tree.Object && own.Kind == tree.Object:
		out := &tree.Node{Kind: tree.Object, Line: own.Line}
		for _, f := range own.Fields {
			f.Value = merged(global.Get(f.Name), f.Value)
			out.Fields = append(out.Fields, f)
		}
		for _, f := range global.Fields {
			if own.Get(f.Name) == nil {
				out.Fields = append(out.Fields, f)
			}
		}
		return out
	case global.Kind == tree.List && own.Kind == tree.List:
		out := &tree.Node{Kind: tree.List, Line: own.Line}
		out.Items = append(append(out.Items, global.Items...), own.Items...)
		return out
	}
	return own
}
