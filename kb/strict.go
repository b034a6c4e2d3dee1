package kb

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A row is a record with the place it was read from.
type row[T any] struct {
	V    T
	File string
	Line int
}

func (r *row[T]) UnmarshalYAML(n *yaml.Node) error {
	r.Line = n.Line
	return n.Decode(&r.V)
}

func (r row[T]) inner() reflect.Type { return reflect.TypeFor[T]() }

func (r row[T]) errorf(format string, args ...any) error {
	return &Error{r.File, r.Line, fmt.Sprintf(format, args...)}
}

// decodeStrict decodes one YAML document. Unknown keys, wrong types, and keys
// that are written twice are errors that name the line.
func decodeStrict(file string, data []byte, into any) (*yaml.Node, error) {
	root, err := parseYAML(file, data)
	if err != nil {
		return nil, err
	}
	return root, decodeNode(file, root, into)
}

// parseYAML returns the root mapping of a document.
func parseYAML(file string, data []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, yamlError(file, err)
	}
	if len(doc.Content) == 0 {
		return nil, &Error{file, 0, "the file is empty; delete it or write a record"}
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, &Error{file, doc.Content[0].Line, "a file of the knowledge base is a mapping of keys; see docs/spec/kb.md"}
	}
	return doc.Content[0], nil
}

// decodeNode decodes a mapping; also names further keys that the caller reads
// elsewhere, for suggestions.
func decodeNode(file string, n *yaml.Node, into any, also ...string) error {
	if errs := unknownKeys(file, n, reflect.TypeOf(into).Elem(), also...); len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err := n.Decode(into); err != nil {
		return yamlError(file, err)
	}
	return nil
}

// yamlError turns the library's messages ("yaml: line 3: …") into ours.
func yamlError(file string, err error) error {
	texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var te *yaml.TypeError
	if errors.As(err, &te) {
		texts = te.Errors
	}
	var errs []error
	for _, text := range texts {
		line := 0
		if _, e := fmt.Sscanf(text, "line %d:", &line); e == nil {
			_, text, _ = strings.Cut(text, ": ")
		}
		errs = append(errs, &Error{file, line, text})
	}
	return errors.Join(errs...)
}

var innerType = reflect.TypeFor[interface{ inner() reflect.Type }]()

// unknownKeys walks a document beside the type it is decoded into.
func unknownKeys(file string, n *yaml.Node, t reflect.Type, also ...string) []error {
	if t.Implements(innerType) {
		t = reflect.Zero(t).Interface().(interface{ inner() reflect.Type }).inner()
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	var errs []error
	switch t.Kind() {
	case reflect.Pointer:
		return unknownKeys(file, n, t.Elem(), also...)
	case reflect.Slice:
		if n.Kind == yaml.SequenceNode {
			for _, c := range n.Content {
				errs = append(errs, unknownKeys(file, c, t.Elem())...)
			}
		}
	case reflect.Map:
		if n.Kind == yaml.MappingNode {
			for i := 1; i < len(n.Content); i += 2 {
				errs = append(errs, unknownKeys(file, n.Content[i], t.Elem())...)
			}
		}
	case reflect.Struct:
		if n.Kind != yaml.MappingNode {
			break
		}
		known := map[string]reflect.Type{}
		names := also
		keysOf(t, known, &names)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Tag == "!!merge" {
				errs = append(errs, unknownKeys(file, n.Content[i+1], t, also...)...)
			} else if ft, ok := known[key.Value]; ok {
				errs = append(errs, unknownKeys(file, n.Content[i+1], ft)...)
			} else {
				errs = append(errs, &Error{file, key.Line, fmt.Sprintf("unknown key %q%s", key.Value, didYouMean(key.Value, names))})
			}
		}
	}
	return errs
}

// keysOf collects the keys that a struct is written with.
func keysOf(t reflect.Type, known map[string]reflect.Type, names *[]string) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			ft := f.Type
			if ft.Implements(innerType) {
				ft = reflect.Zero(ft).Interface().(interface{ inner() reflect.Type }).inner()
			}
			keysOf(ft, known, names)
		case name != "" && name != "-":
			known[name] = f.Type
			*names = append(*names, name)
		}
	}
}
