package tree

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
