package tree

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// NewObject is an object without fields, for sources that put together what an
// asset says of itself.
func NewObject(line int) *Node { return &Node{Kind: Object, Line: line} }

// NewText is a string that is known; refs are the assets that it was computed
// from, sorted.
func NewText(s string, line int, refs ...graph.Address) *Node {
	return &Node{Kind: String, Text: s, Line: line, Refs: refs}
}

// NewHole is a value that is not known, and why; refs are the assets that it
// would be computed from, sorted.
func NewHole(why string, line int, refs ...graph.Address) *Node {
	return &Node{Kind: Hole, Text: why, Line: line, Refs: refs}
}

// Put adds a field to an object. A name that is there already becomes a list.
// What is nil is left out.
func (n *Node) Put(name string, v *Node) {
	if v == nil {
		return
	}
	for i := range n.Fields {
		if f := &n.Fields[i]; f.Name == name {
			if f.Value.Kind != List {
				f.Value = &Node{Kind: List, Line: f.Value.Line, Items: []*Node{f.Value}}
			}
			f.Value.Items = append(f.Value.Items, v)
			return
		}
	}
	n.Fields = append(n.Fields, Field{Name: name, Line: v.Line, Value: v})
}
