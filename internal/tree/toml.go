package tree

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML reads a document. Dates and times are texts.
func TOML(src []byte) (*Node, error) {
	r := &tomlReader{src: src, line: 1}
	r.p.Reset(src)
	root := &Node{Kind: Object, Line: 1}
	at := root
	for r.p.NextExpression() {
		e := r.p.Expression()
		var err error
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			at, err = r.table(root, e)
		case unstable.KeyValue:
			err = r.keyValue(at, e, 0)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.p.Error(); err != nil {
		var bad *unstable.ParserError
		if errors.As(err, &bad) && len(bad.Highlight) > 0 {
			r.lineOf(r.p.Range(bad.Highlight))
		}
		return nil, &Error{r.line, fmt.Sprintf("this is not valid TOML: %v", err)}
	}
	return root, nil
}

type tomlReader struct {
	src      []byte
	p        unstable.Parser
	line, at int // the line of the offset at
	nodes    int
}

// lineOf is the line on which a part of the source begins. Parts come in order,
// but for those of the parser's own making, which have the line before.
func (r *tomlReader) lineOf(at unstable.Range) int {
	if off := int(at.Offset); off >= r.at && off <= len(r.src) && at.Length > 0 {
		r.line += bytes.Count(r.src[r.at:off], []byte{'\n'})
		r.at = off
	}
	return r.line
}

// table opens the table of a header: [a.b], or a new element of [[a.b]].
func (r *tomlReader) table(root *Node, e *unstable.Node) (*Node, error) {
	n := root
	for keys := e.Key(); keys.Next(); {
		k := keys.Node()
		line := r.lineOf(k.Raw)
		next := n.field(string(k.Data))
		switch last := keys.IsLast(); {
		case next == nil && last && e.Kind == unstable.ArrayTable:
			element := &Node{Kind: Object, Line: line}
			n.Fields = append(n.Fields, Field{string(k.Data), line, &Node{Kind: List, Line: line, Items: []*Node{element}}})
			n = element
		case next == nil:
			next = &Node{Kind: Object, Line: line}
			n.Fields = append(n.Fields, Field{string(k.Data), line, next})
			n = next
		case next.Kind == List && last && e.Kind == unstable.ArrayTable:
			element := &Node{Kind: Object, Line: line}
			next.Items = append(next.Items, element)
			n = element
		case next.Kind == List && len(next.Items) > 0 && next.Items[len(next.Items)-1].Kind == Object:
			n = next.Items[len(next.Items)-1]
		case next.Kind == Object:
			n = next
		default:
			return nil, &Error{line, fmt.Sprintf("%s is a value and cannot be a table", k.Data)}
		}
		if r.nodes++; r.nodes > maxNodes {
			return nil, &Error{line, fmt.Sprintf("the document has more than %d values: split it", maxNodes)}
		}
	}
	return n, nil
}

func (r *tomlReader) keyValue(n *Node, e *unstable.Node, depth int) error {
	for keys := e.Key(); keys.Next(); {
		k := keys.Node()
		name, line := string(k.Data), r.lineOf(k.Raw)
		if keys.IsLast() {
			v, err := r.value(e.Value(), depth)
			if err != nil {
				return err
			}
			if v.Kind != List && v.Kind != Object {
				v.Line = line
			}
			n.Fields = append(n.Fields, Field{name, line, v})
			return nil
		}
		next := n.field(name)
		if next == nil {
			next = &Node{Kind: Object, Line: line}
			n.Fields = append(n.Fields, Field{name, line, next})
		}
		if next.Kind != Object {
			return &Error{line, name + " is a value and cannot have members"}
		}
		n = next
	}
	return nil
}

func (r *tomlReader) value(e *unstable.Node, depth int) (*Node, error) {
	n := &Node{Line: r.lineOf(e.Raw), Text: string(e.Data)}
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		return nil, &Error{n.Line, "the document has too many values, or is nested too deep"}
	}
	switch e.Kind {
	case unstable.Bool:
		n.Kind = Bool
	case unstable.Integer, unstable.Float:
		n.Kind = Number
	case unstable.Array:
		n.Kind, n.Text = List, ""
		for it := e.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			v, err := r.value(it.Node(), depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, v)
		}
	case unstable.InlineTable:
		n.Kind, n.Text = Object, ""
		for it := e.Children(); it.Next(); {
			if it.Node().Kind != unstable.KeyValue {
				continue
			}
			if err := r.keyValue(n, it.Node(), depth+1); err != nil {
				return nil, err
			}
		}
	default:
		n.Kind = String
	}
	return n, nil
}
