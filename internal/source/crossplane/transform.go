package crossplane

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// transformed applies transforms in their order. What is not known stays so;
// nil says that there is nothing to write.
func transformed(v *tree.Node, transforms []*tree.Node) *tree.Node {
	for _, t := range transforms {
		if v == nil || v.Kind == tree.Hole {
			return v
		}
		line := v.Line
		var ok bool
		switch t.Get("type").Str() {
		case "map":
			v, ok = mapped(v, t.Get("map"))
		case "match":
			v, ok = matched(v, t.Get("match"))
		case "math":
			v, ok = counted(v, t.Get("math"))
		case "string":
			v, ok = written(v, t.Get("string"))
		case "convert":
			v, ok = converted(v, t.Get("convert"))
		}
		if !ok {
			return tree.NewHole("it is transformed in a way that this cannot follow", line)
		}
	}
	return v
}

// mapped looks a text up. A value that is not in the map is an error at
// Crossplane: nothing becomes of the resource until somebody mends it.
func mapped(v, table *tree.Node) (*tree.Node, bool) {
	if table.Get("pairs") != nil {
		table = table.Get("pairs")
	}
	got := table.Get(plainText(v))
	if got == nil {
		return nil, false
	}
	return got, true
}

func matched(v, m *tree.Node) (*tree.Node, bool) {
	for _, p := range m.Get("patterns").Elements() {
		hit := false
		switch cmp.Or(p.Get("type").Str(), "literal") {
		case "literal":
			hit = plainText(v) == plainText(p.Get("literal"))
		case "regexp":
			re, err := regexp.Compile(p.Get("regexp").Str())
			if err != nil {
				return nil, false
			}
			hit = re.MatchString(plainText(v))
		}
		if hit {
			return p.Get("result"), true
		}
	}
	if m.Get("fallbackTo").Str() == "Input" {
		return v, true
	}
	return m.Get("fallbackValue"), m.Get("fallbackValue") != nil
}

func counted(v, m *tree.Node) (*tree.Node, bool) {
	n, err := strconv.ParseInt(plainText(v), 10, 64)
	if err != nil {
		return nil, false
	}
	kind := cmp.Or(m.Get("type").Str(), "Multiply")
	field := map[string]string{"Multiply": "multiply", "ClampMin": "clampMin", "ClampMax": "clampMax"}[kind]
	by, err := strconv.ParseInt(plainText(m.Get(field)), 10, 64)
	if err != nil {
		return nil, false
	}
	switch kind {
	case "Multiply":
		n *= by
	case "ClampMin":
		n = max(n, by)
	case "ClampMax":
		n = min(n, by)
	}
	return &tree.Node{Kind: tree.Number, Line: v.Line, Text: strconv.FormatInt(n, 10)}, true
}

func written(v, s *tree.Node) (*tree.Node, bool) {
	in := plainText(v)
	switch cmp.Or(s.Get("type").Str(), "Format") {
	case "Format":
		format := s.Get("fmt").Str()
		if format == "" {
			return nil, false
		}
		out, ok := formatted(format, scalar(v))
		return tree.NewText(out, v.Line), ok
	case "TrimPrefix":
		return tree.NewText(strings.TrimPrefix(in, s.Get("trim").Str()), v.Line), true
	case "TrimSuffix":
		return tree.NewText(strings.TrimSuffix(in, s.Get("trim").Str()), v.Line), true
	case "Replace":
		return tree.NewText(strings.ReplaceAll(in, s.Get("replace", "search").Str(), s.Get("replace", "replace").Str()), v.Line), true
	case "Join":
		var parts []string
		for _, it := range v.Items {
			if it.Kind == tree.Hole {
				return tree.NewHole(it.Text, v.Line), true
			}
			parts = append(parts, plainText(it))
		}
		return tree.NewText(strings.Join(parts, s.Get("join", "separator").Str()), v.Line), v.Kind == tree.List
	case "Regexp":
		re, err := regexp.Compile(s.Get("regexp", "match").Str())
		if err != nil {
			return nil, false
		}
		m := re.FindStringSubmatch(in)
		group, _ := strconv.Atoi(plainText(s.Get("regexp", "group")))
		if group < 0 || group >= len(m) {
			return nil, false
		}
		return tree.NewText(m[group], v.Line), true
	case "Convert":
		switch s.Get("convert").Str() {
		case "ToUpper":
			return tree.NewText(strings.ToUpper(in), v.Line), true
		case "ToLower":
			return tree.NewText(strings.ToLower(in), v.Line), true
		case "ToBase64":
			return tree.NewText(base64.StdEncoding.EncodeToString([]byte(in)), v.Line), true
		case "FromBase64":
			out, err := base64.StdEncoding.DecodeString(in)
			return tree.NewText(string(out), v.Line), err == nil
		}
	}
	return nil, false
}

func converted(v, c *tree.Node) (*tree.Node, bool) {
	out := *v
	switch c.Get("toType").Str() {
	case "string":
		out.Kind, out.Text = tree.String, plainText(v)
		return &out, v.Kind != tree.List && v.Kind != tree.Object
	case "int", "int64", "float64":
		if _, err := strconv.ParseFloat(v.Text, 64); err != nil {
			return nil, false
		}
		out.Kind = tree.Number
		return &out, true
	case "bool":
		b, err := strconv.ParseBool(v.Text)
		out.Kind, out.Text = tree.Bool, strconv.FormatBool(b)
		return &out, err == nil
	case "array", "object":
		return &out, v.Kind == tree.List || v.Kind == tree.Object
	}
	return nil, false
}

// plainText is a scalar as text.
func plainText(n *tree.Node) string {
	if n == nil {
		return ""
	}
	switch n.Kind {
	case tree.String, tree.Number, tree.Bool:
		return n.Text
	}
	return ""
}
