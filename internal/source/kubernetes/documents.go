package kubernetes

import (
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxText bounds a text within an object that is read as a document of its own.
const maxText = 4 << 20

// documentsIn are the documents that the values of a ConfigMap hold. What is neither YAML with members nor
// JSON is left as the list of its lines.
func documentsIn(o *object) (docs, lines []*tree.Node) {
	var texts []*tree.Node
	switch o.typ() {
	case "ConfigMap":
		for _, f := range o.node.Get("data").Members() {
			texts = append(texts, f.Value)
		}
	case "Secret":
		return nil, nil
	default:
		o.open()
		return nil, nil
	}
	for _, t := range texts {
		if t.Kind != tree.String || len(t.Text) > maxText || !strings.Contains(t.Text, "\n") && !strings.HasPrefix(t.Text, "{") {
			continue
		}
		found := embedded(t.Text)
		for _, d := range found {
			move(d, o.file, t.Line)
			docs = append(docs, d)
		}
		if found == nil {
			lines = append(lines, linesOf(t, o.file)...)
		}
	}
	return docs, lines
}

// open puts the object that a text right below spec holds in the place of the text.
func (o *object) open() {
	spec := o.node.Get("spec").Members()
	for i := range spec {
		t := spec[i].Value
		if t.Kind != tree.String || len(t.Text) > maxText || !strings.Contains(t.Text, "\n") {
			continue
		}
		if found := embedded(t.Text); len(found) == 1 {
			move(found[0], o.file, t.Line)
			spec[i].Value = found[0]
		}
	}
}

// embedded are the objects in a text; nil when it is none.
func embedded(text string) []*tree.Node {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		if n, err := tree.JSON([]byte(text)); err == nil && n.Kind == tree.Object {
			return []*tree.Node{n}
		}
		return nil
	}
	docs, err := tree.YAML([]byte(text))
	if err != nil {
		return nil
	}
	var out []*tree.Node
	for _, d := range docs {
		if d.Kind == tree.Object && len(d.Fields) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// move makes the lines of a document that stands in a text those of the file. A
// text in JSON stands on one line.
func move(n *tree.Node, file string, line int) {
	if filepath.Ext(file) == ".json" {
		n.Line = line
	} else {
		n.Line += line
	}
	for _, it := range n.Items {
		move(it, file, line)
	}
	for i := range n.Fields {
		n.Fields[i].Line = n.Line
		move(n.Fields[i].Value, file, line)
	}
}

// linesOf are the lines of a text that say something.
func linesOf(t *tree.Node, file string) []*tree.Node {
	var out []*tree.Node
	i := 0
	for l := range strings.Lines(t.Text) {
		i++
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' || l[0] == ';' {
			continue
		}
		n := &tree.Node{Kind: tree.String, Text: l, Line: t.Line + i}
		if filepath.Ext(file) == ".json" {
			n.Line = t.Line
		}
		out = append(out, member("text", n))
	}
	return out
}
