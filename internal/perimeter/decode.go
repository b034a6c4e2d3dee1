package perimeter

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A decoder fills the types of this package from YAML nodes. It is our own,
// because the one of the library stops being strict where it matters: it
// loses lines, accepts empty values, and knows no closed lists.
type decoder struct {
	file  string
	lines map[string]int
	errs  Errors
}

// A place is where the decoder is: the path for people, and the type and key
// ("Class.gdpr") by which words.go knows the field.
type place struct{ path, field string }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if len(d.errs) >= maxErrors {
		return
	}
	d.errs = append(d.errs, Error{d.file, n.Line, fmt.Sprintf(format, args...)})
}

func (d *decoder) decode(root *yaml.Node, p *Perimeter) {
	d.value(root, reflect.ValueOf(p).Elem(), place{})
}

// value reads n into v.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at place) {
	if at.path != "" {
		d.lines[at.path] = n.Line
	}
	if n.ShortTag() == "!!null" {
		d.fail(n, "%s is empty: give it a value, or leave the key out for the default", at)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), at)
	case reflect.Struct:
		d.object(n, v, at)
	case reflect.Map:
		d.dictionary(n, v, at)
	case reflect.Slice:
		d.list(n, v, at)
	case reflect.Int:
		d.number(n, v, at)
	case reflect.Bool:
		if n.ShortTag() != "!!bool" {
			d.fail(n, "%s must be true or false, and is %s", at, what(n))
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	default:
		d.text(n, v, at)
	}
}

// String returns the path as messages show it.
func (p place) String() string {
	if p.path == "" {
		return "the perimeter"
	}
	return p.path
}

func (p place) step(name string) string {
	if p.path == "" {
		return name
	}
	return p.path + "." + name
}

// keys calls f for every key of a mapping, once.
func (d *decoder) keys(n *yaml.Node, at place, f func(key, value *yaml.Node)) bool {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping (key: value), and is %s", at, what(n))
		return false
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			d.fail(k, "a key of %s is %s: keys are plain text", at, what(k))
			continue
		}
		if first, ok := seen[k.Value]; ok {
			d.fail(k, "the key %s stands twice in %s, first on line %d: join the two", show(k.Value), at, first)
			continue
		}
		seen[k.Value] = k.Line
		f(k, n.Content[i+1])
	}
	return true
}

// object reads a struct: unknown keys are errors, and so is the absence of a
// key without omitempty.
func (d *decoder) object(n *yaml.Node, v reflect.Value, at place) {
	fields, known := fieldsOf(v.Type())
	written := map[string]bool{}
	ok := d.keys(n, at, func(k, val *yaml.Node) {
		f, ok := fields[k.Value]
		if !ok {
			d.fail(k, "%s: unknown key %s%s", at, show(k.Value), suggest(k.Value, known))
			return
		}
		written[k.Value] = true
		d.value(val, v.FieldByIndex(f.Index), place{at.step(k.Value), v.Type().Name() + "." + k.Value})
		d.lines[at.step(k.Value)] = k.Line
	})
	if !ok {
		return
	}
	for _, name := range known {
		if required(fields[name]) && !written[name] {
			d.fail(n, "%s: the key %q is missing", at, name)
		}
	}
	if o := v.FieldByName("Origin"); o.IsValid() {
		o.Set(reflect.ValueOf(graph.Origin{File: d.file, Line: n.Line}))
	}
}

// fieldsOf returns the fields of a struct by key, and the keys in order.
func fieldsOf(t reflect.Type) (map[string]reflect.StructField, []string) {
	fields := map[string]reflect.StructField{}
	var known []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if f.IsExported() && name != "-" {
			fields[name] = f
			known = append(known, name)
		}
	}
	return fields, known
}

func required(f reflect.StructField) bool {
	return !strings.Contains(f.Tag.Get("yaml"), ",omitempty")
}

// dictionary reads a map from names that the user chose.
func (d *decoder) dictionary(n *yaml.Node, v reflect.Value, at place) {
	v.Set(reflect.MakeMap(v.Type()))
	ok := d.keys(n, at, func(k, val *yaml.Node) {
		if !nameForm(k.Value) {
			d.fail(k, "%s: %s is no name: use letters, digits, - and _, at most %d", at, show(k.Value), maxName)
			return
		}
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(val, e, place{at.step(k.Value), ""})
		d.lines[at.step(k.Value)] = k.Line
		if o := e.FieldByName("Origin"); o.IsValid() {
			o.Set(reflect.ValueOf(graph.Origin{File: d.file, Line: k.Line}))
		}
		v.SetMapIndex(reflect.ValueOf(k.Value).Convert(v.Type().Key()), e)
	})
	if ok && v.Len() == 0 && len(n.Content) == 0 {
		d.fail(n, "%s is empty: fill it in, or leave the key out for the default", at)
	}
}

// maxName bounds the name of a class or system.
const maxName = 64

// nameForm reports whether s can name a class or a system: what labels of
// other systems can carry, and no host or address looks like.
func nameForm(s string) bool {
	for _, r := range s {
		if !(r == '-' || r == '_' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))) {
			return false
		}
	}
	return s != "" && len(s) <= maxName && s[0] != '-' && s[0] != '_'
}

// list reads a slice. [Names] may be written as one text.
func (d *decoder) list(n *yaml.Node, v reflect.Value, at place) {
	items := n.Content
	if n.Kind == yaml.ScalarNode && v.Type() == reflect.TypeFor[Names]() {
		items = []*yaml.Node{n}
	} else if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s must be a list, and is %s: write [%s]", at, what(n), example(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	seen := map[string]bool{}
	for i, it := range items {
		d.value(it, v.Index(i), place{fmt.Sprintf("%s[%d]", at.path, i), at.field})
		if it.Kind != yaml.ScalarNode {
			continue
		}
		if seen[it.Value] {
			d.fail(it, "%s names %s twice: remove one", at, show(it.Value))
		}
		seen[it.Value] = true
	}
}

func example(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && len(n.Value) <= maxShown {
		return n.Value
	}
	return "…"
}

func (d *decoder) number(n *yaml.Node, v reflect.Value, at place) {
	i, err := strconv.Atoi(n.Value)
	r := ranges[at.field]
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < r[0] || i > r[1] {
		d.fail(n, "%s must be a whole number from %d to %d", at, r[0], r[1])
		return
	}
	v.SetInt(int64(i))
}

// text reads a string and holds it against the closed list or form of its key.
func (d *decoder) text(n *yaml.Node, v reflect.Value, at place) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "%s must be text, and is %s", at, what(n))
		return
	}
	s := n.Value
	switch tag := n.ShortTag(); {
	case tag != "!!str" && tag != "!!timestamp":
		d.fail(n, "%s must be text, and is %s: put it in quotes if it is meant", at, what(n))
	case strings.TrimSpace(s) == "":
		d.fail(n, "%s is empty: give it a value, or leave the key out for the default", at)
	case strings.TrimSpace(s) != s && !strings.Contains(s, "\n"):
		d.fail(n, "%s begins or ends with a space: remove it", at)
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		d.fail(n, "%s holds control characters: remove them", at)
	default:
		d.word(n, s, at)
	}
	v.SetString(strings.TrimSpace(s))
}

// word holds a text against what words.go says about its key.
func (d *decoder) word(n *yaml.Node, s string, at place) {
	if known, ok := closed[at.field]; ok {
		for _, k := range known {
			if s == k {
				return
			}
		}
		d.fail(n, "%s: %s is not known%s", at, show(s), suggest(s, known))
		return
	}
	if f := formats[at.field]; f != nil {
		if err := f(s); err != nil {
			d.fail(n, "%s: %v", at, err)
		}
	}
}

// what names the kind of a node for a message.
func what(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return "the truth value " + n.Value
	case "!!null":
		return "empty"
	}
	return "the text " + show(n.Value)
}
