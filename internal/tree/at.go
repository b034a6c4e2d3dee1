package tree

import (
	"regexp"
	"strings"
)

// At is a copy of the node and all below it that stands at one line: of what a
// document takes from another file, the line that takes it.
func (n *Node) At(line int) *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Line, c.Items, c.Fields = line, make([]*Node, len(n.Items)), make([]Field, len(n.Fields))
	for i, it := range n.Items {
		c.Items[i] = it.At(line)
	}
	for i, f := range n.Fields {
		c.Fields[i] = Field{f.Name, line, f.Value.At(line)}
	}
	return &c
}

// Lines are the lines of a YAML document's text.
type Lines []string

// LinesOf takes a text apart.
func LinesOf(src []byte) Lines { return strings.Split(string(src), "\n") }

var blockStart = regexp.MustCompile(`\|[-+0-9]*[ \t]*(#.*)?\r?$`)

// Literal reports whether the text of n is a block whose lines are those of the
// document, the first of them on the line after n. Of quoted and folded text
// only the first line is known.
func (ls Lines) Literal(n *Node) bool {
	return n != nil && n.Kind == String && n.Line >= 1 && n.Line <= len(ls) && strings.Contains(n.Text, "\n") && blockStart.MatchString(ls[n.Line-1])
}
