package arm

import (
	"encoding/base64"
	"reflect"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// glue puts texts together. When one is not known, neither is the whole; it keeps
// how it is spelled.
func (s *scope) glue(line int, parts []*tree.Node) *tree.Node { return glue(line, parts) }

func glue(line int, parts []*tree.Node) *tree.Node {
	var b strings.Builder
	unknown := ""
	for _, p := range parts {
		if b.Len() > maxText {
			return hole(line, "the text is too long to be worked out", "{…}")
		}
		b.WriteString(spelling(p))
		if unknown == "" && p.Kind != tree.String && p.Kind != tree.Number && p.Kind != tree.Bool {
			unknown = why(p)
		}
	}
	if unknown != "" {
		return hole(line, unknown, b.String(), refsOf(parts)...)
	}
	return tree.NewText(b.String(), line, refsOf(parts)...)
}

// pure works out the functions that need nothing but their arguments; nil for
// all others, and where an argument is not known.
func pure(x *expression, args []*tree.Node, line int) *tree.Node {
	switch x.name {
	case "true", "false":
		return boolean(line, x.name == "true")
	case "null":
		return &tree.Node{Kind: tree.Null, Line: line}
	case "concat":
		if len(args) > 0 && args[0].Kind == tree.List {
			return joined(args, line)
		}
		return glue(line, args)
	case "format":
		return format(args, line)
	case "createarray", "array":
		if x.name == "array" && len(args) == 1 && args[0].Kind == tree.List {
			return args[0]
		}
		return &tree.Node{Kind: tree.List, Line: line, Items: args, Refs: refsOf(args)}
	case "createobject":
		return object(args, line)
	case "union":
		return union(args, line)
	case "coalesce":
		for _, a := range args {
			if a.Kind != tree.Null {
				return a
			}
		}
		return &tree.Node{Kind: tree.Null, Line: line}
	case "tryget":
		if len(args) == 2 && args[0].Kind == tree.Object && args[1].Kind == tree.String {
			if v := get(args[0], args[1].Text); v != nil {
				return v
			}
			return &tree.Node{Kind: tree.Null, Line: line}
		}
		return nil
	case "not":
		if len(args) == 1 && args[0].Kind == tree.Bool {
			return boolean(line, args[0].Text != "true")
		}
		return nil
	}
	for _, a := range args {
		if inner(a) != "" {
			return nil
		}
	}
	return known(x.name, args, line)
}

// joined is concat of lists.
func joined(args []*tree.Node, line int) *tree.Node {
	out := &tree.Node{Kind: tree.List, Line: line, Refs: refsOf(args)}
	for _, a := range args {
		if a.Kind != tree.List {
			return nil
		}
		out.Items = append(out.Items, a.Items...)
	}
	return out
}

// format is format('{0}-{1}', a, b).
func format(args []*tree.Node, line int) *tree.Node {
	if len(args) == 0 || args[0].Kind != tree.String {
		return nil
	}
	var parts []*tree.Node
	rest := args[0].Text
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '}')
		if j < 0 {
			break
		}
		which, _, _ := strings.Cut(rest[i+1:i+j], ":")
		k, err := strconv.Atoi(which)
		if err != nil || k < 0 || k+1 >= len(args) {
			return nil
		}
		parts = append(parts, tree.NewText(rest[:i], line), args[k+1])
		rest = rest[i+j+1:]
	}
	return glue(line, append(parts, tree.NewText(rest, line)))
}

func object(args []*tree.Node, line int) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: line, Refs: refsOf(args)}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i].Kind != tree.String {
			return nil
		}
		out.Fields = append(out.Fields, tree.Field{Name: args[i].Text, Line: line, Value: args[i+1]})
	}
	return out
}

// union is of lists all elements, of objects all members, of which the last counts.
func union(args []*tree.Node, line int) *tree.Node {
	if len(args) > 0 && args[0].Kind == tree.List {
		return joined(args, line)
	}
	out := &tree.Node{Kind: tree.Object, Line: line, Refs: refsOf(args)}
	for _, a := range args {
		if a.Kind != tree.Object {
			return nil
		}
		for _, f := range a.Fields {
			replaced := false
			for i := range out.Fields {
				if strings.EqualFold(out.Fields[i].Name, f.Name) {
					out.Fields[i], replaced = f, true
				}
			}
			if !replaced {
				out.Fields = append(out.Fields, f)
			}
		}
	}
	return out
}

// known works out functions of arguments that are all known.
func known(name string, args []*tree.Node, line int) *tree.Node {
	str := func(i int) string {
		if i < len(args) {
			return args[i].Text
		}
		return ""
	}
	num := func(i int) int {
		n, _ := strconv.Atoi(str(i))
		return n
	}
	said := func(s string) *tree.Node { return tree.NewText(s, line, refsOf(args)...) }
	if len(args) == 0 {
		return nil
	}
	first := args[0]
	switch name {
	case "tolower":
		return said(strings.ToLower(str(0)))
	case "toupper":
		return said(strings.ToUpper(str(0)))
	case "trim":
		return said(strings.TrimSpace(str(0)))
	case "string":
		if first.Kind == tree.List || first.Kind == tree.Object {
			return first // a document stays one
		}
		return said(str(0))
	case "int":
		return &tree.Node{Kind: tree.Number, Line: line, Text: str(0)}
	case "bool":
		return boolean(line, strings.EqualFold(str(0), "true") || str(0) == "1")
	case "json":
		if doc, err := tree.JSON([]byte(str(0))); err == nil {
			return doc
		}
		return nil
	case "base64":
		return said(base64.StdEncoding.EncodeToString([]byte(str(0))))
	case "uri":
		return said(strings.TrimSuffix(str(0), "/") + "/" + strings.TrimPrefix(str(1), "/"))
	case "replace":
		return said(strings.ReplaceAll(str(0), str(1), str(2)))
	case "equals":
		return boolean(line, same(first, args))
	case "greater", "less", "greaterorequals", "lessorequals":
		return boolean(line, name == "greater" && num(0) > num(1) || name == "less" && num(0) < num(1) || name == "greaterorequals" && num(0) >= num(1) || name == "lessorequals" && num(0) <= num(1))
	case "startswith":
		return boolean(line, strings.HasPrefix(strings.ToLower(str(0)), strings.ToLower(str(1))))
	case "endswith":
		return boolean(line, strings.HasSuffix(strings.ToLower(str(0)), strings.ToLower(str(1))))
	case "empty":
		return boolean(line, first.Kind == tree.Null || first.Text == "" && len(first.Items)+len(first.Fields) == 0)
	case "contains":
		return boolean(line, contains(first, str(1)))
	case "length":
		if first.Kind == tree.String {
			return number(line, len([]rune(first.Text)))
		}
		return number(line, len(first.Items)+len(first.Fields))
	case "add", "sub", "mul", "div", "mod":
		return arithmetic(name, num(0), num(1), line)
	case "range":
		out := &tree.Node{Kind: tree.List, Line: line}
		for i := range min(max(num(1), 0), maxCopies) {
			out.Items = append(out.Items, number(line, num(0)+i))
		}
		return out
	}
	return part(name, args, line)
}

// part takes a part of a text or of a list.
func part(name string, args []*tree.Node, line int) *tree.Node {
	first := args[0]
	runes := []rune(first.Text)
	n := len(first.Items)
	if first.Kind == tree.String {
		n = len(runes)
	}
	cut := func(from, to int) *tree.Node {
		from, to = min(max(from, 0), n), min(max(to, 0), n)
		if to < from {
			to = from
		}
		if first.Kind == tree.String {
			return tree.NewText(string(runes[from:to]), line, first.Refs...)
		}
		return &tree.Node{Kind: tree.List, Line: line, Items: first.Items[from:to], Refs: first.Refs}
	}
	second, third := 0, n
	if len(args) > 1 {
		second, _ = strconv.Atoi(args[1].Text)
	}
	if len(args) > 2 {
		third, _ = strconv.Atoi(args[2].Text)
	}
	switch name {
	case "substring":
		return cut(second, second+third)
	case "take":
		return cut(0, second)
	case "skip":
		return cut(second, n)
	case "first", "last":
		i := 0
		if name == "last" {
			i = n - 1
		}
		if n == 0 || first.Kind == tree.String {
			return cut(i, i+1)
		}
		return first.Items[i]
	case "split":
		if len(args) < 2 || args[1].Kind != tree.String || args[1].Text == "" {
			return nil
		}
		out := &tree.Node{Kind: tree.List, Line: line, Refs: first.Refs}
		for p := range strings.SplitSeq(first.Text, args[1].Text) {
			out.Items = append(out.Items, tree.NewText(p, line, first.Refs...))
		}
		return out
	case "join":
		parts := make([]string, len(first.Items))
		for i, it := range first.Items {
			parts[i] = it.Text
		}
		if len(args) < 2 {
			return nil
		}
		return tree.NewText(strings.Join(parts, args[1].Text), line, first.Refs...)
	}
	return nil
}

func same(first *tree.Node, args []*tree.Node) bool {
	if len(args) != 2 {
		return false
	}
	if first.Kind == tree.String && args[1].Kind == tree.String {
		return first.Text == args[1].Text
	}
	return reflect.DeepEqual(first.Plain(), args[1].Plain())
}

func contains(n *tree.Node, what string) bool {
	switch n.Kind {
	case tree.String:
		return strings.Contains(strings.ToLower(n.Text), strings.ToLower(what))
	case tree.Object:
		return get(n, what) != nil
	}
	for _, it := range n.Items {
		if it.Text == what {
			return true
		}
	}
	return false
}

func arithmetic(name string, a, b, line int) *tree.Node {
	switch {
	case name == "add":
		return number(line, a+b)
	case name == "sub":
		return number(line, a-b)
	case name == "mul":
		return number(line, a*b)
	case b == 0:
		return nil
	case name == "div":
		return number(line, a/b)
	}
	return number(line, a%b)
}
