package pulumi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Bounds of an evaluation: how deep values nest, and how many there are.
const (
	deepest = 200
	most    = 1_000_000
	largest = 200_000 // values in one, and bytes of one text
)

func isTrue(n *tree.Node) bool { return n != nil && n.Kind == tree.Bool && n.Text == "true" }

// eval is what an expression comes to. What is not known is a hole.
func (m *machine) eval(n *tree.Node, depth int) *tree.Node {
	if n == nil {
		return nil
	}
	if m.values++; depth > deepest || m.values > most {
		return hole(n.Line, "the program is too large to be evaluated")
	}
	switch n.Kind {
	case tree.String:
		return m.interpolate(n, depth)
	case tree.List:
		out := &tree.Node{Kind: tree.List, Line: n.Line}
		for _, it := range n.Items {
			v := m.eval(it, depth+1)
			out.Items = append(out.Items, v)
			out.Refs = append(out.Refs, v.Refs...)
		}
		out.Refs = sorted(out.Refs)
		return m.bounded(out)
	case tree.Object:
		if len(n.Fields) == 1 && strings.HasPrefix(n.Fields[0].Name, "fn::") {
			return m.call(n.Fields[0].Name[4:], n.Fields[0].Value, n.Line, depth+1)
		}
		out := &tree.Node{Kind: tree.Object, Line: n.Line}
		for _, f := range n.Fields {
			out.Fields = append(out.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: m.eval(f.Value, depth+1)})
		}
		return m.bounded(out)
	}
	return n
}

// bounded refuses values that name each other until they are larger than any
// document. Values are shared, so that only what walks through them would notice.
func (m *machine) bounded(n *tree.Node) *tree.Node {
	size := 1
	for _, it := range n.Items {
		size += max(1, m.sizes[it])
	}
	for _, f := range n.Fields {
		size += max(1, m.sizes[f.Value])
	}
	if size > largest {
		return hole(n.Line, "the value is too large to be evaluated")
	}
	m.sizes[n] = size
	return n
}

func sorted(refs []graph.Address) []graph.Address {
	if len(refs) == 0 {
		return nil
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// reference is the name in a text that is one reference to something whole.
func reference(text string) string {
	if name, ok := strings.CutPrefix(text, "${"); ok {
		if name, ok = strings.CutSuffix(name, "}"); ok && !strings.ContainsAny(name, "${}.[") {
			return name
		}
	}
	return ""
}

// interpolate replaces what stands in ${…}. A text that is one reference is
// what that is.
func (m *machine) interpolate(n *tree.Node, depth int) *tree.Node {
	text := n.Text
	if !strings.Contains(text, "${") && !strings.Contains(text, "$$") {
		return n
	}
	var b strings.Builder
	var why string
	var refs []graph.Address
	for rest := text; rest != ""; {
		i := strings.Index(rest, "$")
		if i < 0 || i+1 >= len(rest) {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		switch rest[i+1] {
		case '$':
			b.WriteByte('$')
			rest = rest[i+2:]
			continue
		case '{':
		default:
			b.WriteByte('$')
			rest = rest[i+1:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return hole(n.Line, "its expression cannot be read")
		}
		v := m.access(rest[i+2:i+end], n.Line, depth)
		if i == 0 && end == len(rest)-1 && rest == text {
			return v
		}
		refs = append(refs, v.Refs...)
		if s, ok := plainText(v); ok {
			b.WriteString(s)
		} else {
			why = holeText(v)
			b.WriteString(placeholder)
		}
		rest = rest[i+end+1:]
		if b.Len() > largest {
			return hole(n.Line, "the text is too long to be evaluated")
		}
	}
	refs = sorted(refs)
	if why == "" {
		return &tree.Node{Kind: tree.String, Line: n.Line, Text: b.String(), Refs: refs}
	}
	if doc := partOf(b.String(), why, refs, n.Line); doc != nil {
		return doc
	}
	return hole(n.Line, why, refs...)
}

// placeholder stands in a text for what is not known. No text has it: it is of
// the private use area.
const placeholder = "\uE0B6"

// partOf is a JSON text of which parts are not known, as a document with holes:
// what is known of a policy counts.
func partOf(text, why string, refs []graph.Address, line int) *tree.Node {
	if t := strings.TrimSpace(text); !strings.HasPrefix(t, "{") && !strings.HasPrefix(t, "[") {
		return nil
	}
	doc, err := tree.JSON([]byte(text))
	if err != nil {
		return nil
	}
	var pierce func(n *tree.Node)
	pierce = func(n *tree.Node) {
		n.Line = line
		if n.Kind == tree.String && strings.Contains(n.Text, placeholder) {
			*n = *hole(line, why, refs...)
		}
		for _, it := range n.Items {
			pierce(it)
		}
		for _, f := range n.Fields {
			pierce(f.Value)
		}
	}
	pierce(doc)
	doc.Refs = refs
	return doc
}

func holeText(v *tree.Node) string {
	if v.Kind == tree.Hole {
		return v.Text
	}
	return "it is a text of something that is none"
}

func plainText(v *tree.Node) (string, bool) {
	switch v.Kind {
	case tree.String, tree.Number, tree.Bool:
		return v.Text, true
	}
	return "", false
}

var segment = regexp.MustCompile(`^(?:\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6})\]|\["([^"\]]*)"\]|\.?\[?'([^'\]]*)'\]?)`)

// access is the value of a reference such as bucket.arn or zones[0].
func (m *machine) access(expr string, line, depth int) *tree.Node {
	expr = strings.TrimSpace(expr)
	var path []string
	for rest := expr; rest != ""; {
		s := segment.FindStringSubmatch(rest)
		if s == nil || s[0] == "" {
			return hole(line, "its expression cannot be read")
		}
		path = append(path, s[1]+s[2]+s[3]+s[4])
		rest = rest[len(s[0]):]
	}
	if len(path) == 0 {
		return hole(line, "its expression is empty")
	}
	name, rest := path[0], path[1:]
	if name == "pulumi" {
		return m.builtin(rest, line)
	}
	// The name of a resource may hold dots.
	for i := len(path); i > 0; i-- {
		if whole := strings.Join(path[:i], "."); m.resources[whole] != nil {
			return m.output(whole, path[i:], line)
		}
	}
	if v, ok := m.variables[name]; ok {
		return m.descend(m.variable(name, v, depth), rest, line)
	}
	if v := m.config(name); v != nil {
		return m.descend(v, rest, line)
	}
	return hole(line, "nothing in the program is called "+name)
}

func (m *machine) variable(name string, v *tree.Node, depth int) *tree.Node {
	if got := m.done[name]; got != nil {
		return got
	}
	if m.running[name] {
		return hole(v.Line, "the variable "+name+" depends on itself")
	}
	m.running[name] = true
	defer delete(m.running, name)
	got := m.eval(v, depth+1)
	m.done[name] = got
	return got
}

// output is a property of a resource: what it is given where that is the same,
// else known only when it exists.
func (m *machine) output(name string, path []string, line int) *tree.Node {
	at := m.address(name)
	later := hole(line, strings.Join(append([]string{string(at)}, path...), ".")+" is known when it exists", at)
	if len(path) == 0 || path[0] == "id" || path[0] == "arn" {
		return later
	}
	given := m.descend(m.properties(name), path, line)
	if given == nil || given.Kind == tree.Hole || given.Kind == tree.Null {
		return later
	}
	c := *given
	m.sizes[&c] = m.sizes[given]
	c.Refs = sorted(append(slices.Clone(given.Refs), at))
	if file, ok := m.from[given]; ok {
		m.from[&c] = file
	}
	return &c
}

func (m *machine) builtin(path []string, line int) *tree.Node {
	word := ""
	if len(path) == 1 {
		word = path[0]
	}
	switch {
	case word == "project" && m.name != "":
		return &tree.Node{Kind: tree.String, Line: line, Text: m.name}
	case word == "stack" && m.stack != nil:
		return &tree.Node{Kind: tree.String, Line: line, Text: m.stack.name}
	}
	return hole(line, "pulumi."+strings.Join(path, ".")+" is known when the program runs")
}

// descend follows a path in a value.
func (m *machine) descend(n *tree.Node, path []string, line int) *tree.Node {
	for _, p := range path {
		switch {
		case n == nil:
			return hole(line, "nothing stands there")
		case n.Kind == tree.Hole:
			return n
		case n.Kind == tree.List:
			i, err := strconv.Atoi(p)
			if err != nil || i >= len(n.Items) {
				return hole(line, "the list has no element "+p)
			}
			n = n.Items[i]
		default:
			n = n.Get(p)
		}
	}
	if n == nil {
		return hole(line, "nothing stands there")
	}
	return n
}
