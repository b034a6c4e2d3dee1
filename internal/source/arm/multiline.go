package arm

import (
	"bytes"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// multiline reads a template whose texts span lines, which Resource Manager
// takes and JSON does not.
func multiline(src []byte) (*tree.Node, error) {
	var out bytes.Buffer
	lines := []int{0, 1} // by line of what is read, the line of the file
	line, quoted := 1, false
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case c == '\n' && quoted:
			line++
			out.WriteString(`\n`)
			continue
		case c == '\n':
			line++
			lines = append(lines, line)
		case c < ' ' && quoted:
			out.WriteByte(' ')
			continue
		case c == '\\' && quoted && i+1 < len(src):
			out.WriteByte(c)
			i++
			c = src[i]
		case c == '"':
			quoted = !quoted
		}
		out.WriteByte(c)
	}
	doc, err := tree.JSON(out.Bytes())
	if err != nil {
		return nil, err
	}
	relined(doc, lines)
	return doc, nil
}

func relined(n *tree.Node, lines []int) {
	if n.Line < len(lines) {
		n.Line = lines[n.Line]
	}
	for _, it := range n.Items {
		relined(it, lines)
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if f.Line < len(lines) {
			f.Line = lines[f.Line]
		}
		relined(f.Value, lines)
	}
}
