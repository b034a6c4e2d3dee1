// Package tree reads YAML and JSON documents into trees that know their lines.
// Sources whose files are such documents share it: a tree is what a
// [graph.Reader] of theirs reads from.
//
// Documents come from people and machines that nobody trusts: depth, aliases
// and size are bounded, and what is beyond a bound is an error, never a part of
// the document that silently is not there.
package tree

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Kind is the form of a node.
type Kind byte

// The kinds. A Hole is a value that is not known, such as what a template would
// put there.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
	Hole
)

// A Node is one value of a document. Methods may be called on nil, which is
// what is not there.
type Node struct {
	Kind   Kind
	Line   int     // 1-based
	Text   string  // of a String, Number or Bool; of a Hole why it is not known
	Tag    string  // a tag of the document's own language, such as !Sub; else ""
	Items  []*Node // of a List; of a Hole the pieces of the text that it is, where some are known
	Fields []Field
	Refs   []graph.Address // the assets that the value was computed from, sorted
}

// A Field is a member of an object.
type Field struct {
	Name  string
	Line  int
	Value *Node
}

// An Error says where a document is wrong.
type Error struct {
	Line    int // 0 when it is not known
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

// Fault takes apart what is wrong with a document: the line, 0 when it is not
// known, and what is wrong there.
func Fault(err error) (line int, message string) {
	var at *Error
	if errors.As(err, &at) {
		return at.Line, at.Message
	}
	return 0, err.Error()
}

// Bounds of one document. A deeper or larger one is refused: no file that a
// person or a tool writes for others to read comes near.
const (
	maxDepth = 1_000
	maxNodes = 10_000_000
)

// Get follows names through objects; nil where one is not there.
func (n *Node) Get(names ...string) *Node {
	for _, name := range names {
		if n = n.field(name); n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) field(name string) *Node {
	if n == nil || n.Kind != Object {
		return nil
	}
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			return n.Fields[i].Value
		}
	}
	return nil
}

// Str is the text of a string that is known; else "".
func (n *Node) Str() string {
	if n == nil || n.Kind != String {
		return ""
	}
	return n.Text
}

// Elements are the elements of a list; of anything else that is there, itself.
func (n *Node) Elements() []*Node {
	switch {
	case n == nil || n.Kind == Null:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Members are the fields of an object; none of anything else.
func (n *Node) Members() []Field {
	if n == nil || n.Kind != Object {
		return nil
	}
	return n.Fields
}

// Plain is the value as plain Go: nil, bool, float64, string, []any and
// map[string]any, with a [graph.Hole] for what is not known.
func (n *Node) Plain() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Bool:
		return n.Text == "true"
	case Number:
		f, err := strconv.ParseFloat(n.Text, 64)
		if err != nil {
			return n.Text // beyond float64, or a form of YAML's that Go does not have
		}
		return f
	case String:
		return n.Text
	case List:
		out := make([]any, len(n.Items))
		for i, it := range n.Items {
			out[i] = it.Plain()
		}
		return out
	case Object:
		out := make(map[string]any, len(n.Fields))
		for i := range n.Fields {
			out[n.Fields[i].Name] = n.Fields[i].Value.Plain()
		}
		return out
	case Hole:
		return graph.Hole{Unknown: n.Text, Refs: n.Refs}
	}
	return nil
}

// pieces are those of a text that is known in part; nil where nothing is.
func (n *Node) pieces() any {
	if len(n.Items) == 0 {
		return nil
	}
	out := make(graph.Pieces, len(n.Items))
	for i, it := range n.Items {
		out[i] = it.Plain()
	}
	return out
}

// holed reports whether something within the value is not known, and why.
func (n *Node) holed() (string, bool) {
	switch n.Kind {
	case Hole:
		return n.Text, true
	case List:
		for _, it := range n.Items {
			if why, ok := it.holed(); ok {
				return why, true
			}
		}
	case Object:
		for i := range n.Fields {
			if why, ok := n.Fields[i].Value.holed(); ok {
				return why, true
			}
		}
	}
	return "", false
}
