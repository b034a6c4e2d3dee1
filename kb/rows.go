package kb

import (
	"errors"

	"go.yaml.in/yaml/v3"
)

// A record is anything that carries facts.
type record[T any] interface {
	*T
	facts(func(f *Fact, nested bool))
}

// list reads a file of a header and one list of records.
func list[T any, P record[T]](file string, data []byte, key string, into *[]row[T]) error {
	root, err := parseYAML(file, data)
	if err != nil {
		return err
	}
	items := take(root, key)
	var h header
	if err := decodeNode(file, root, &h, key); err != nil {
		return err
	}
	if err := h.check(file); err != nil {
		return err
	}
	if items == nil || items.Kind != yaml.SequenceNode || len(items.Content) == 0 {
		return &Error{file, 0, "expected a list of records under " + key + ":"}
	}
	var errs []error
	for _, n := range items.Content {
		r := row[T]{File: file, Line: n.Line}
		if err := decodeNode(file, n, &r.V); err != nil {
			errs = append(errs, err)
			continue
		}
		if region, ok := any(&r.V).(*Region); ok {
			region.inherit(&h)
		} else if h.Partition != "" {
			return &Error{file, 0, "partition: belongs into regions.yaml only"}
		}
		errs = append(errs, h.complete(r.errorf, P(&r.V).facts)...)
		*into = append(*into, r)
	}
	return errors.Join(errs...)
}

// one reads a file that is one record, with a header beside its keys.
func one[T any, P record[T]](file string, data []byte, into *[]row[T]) error {
	var f struct {
		header `yaml:",inline"`
		V      T `yaml:",inline"`
	}
	if _, err := decodeStrict(file, data, &f); err != nil {
		return err
	}
	if err := f.check(file); err != nil {
		return err
	}
	if f.Partition != "" {
		return &Error{file, 0, "partition: belongs into regions.yaml only"}
	}
	r := row[T]{V: f.V, File: file, Line: 1}
	errs := f.complete(r.errorf, P(&r.V).facts)
	*into = append(*into, r)
	return errors.Join(errs...)
}

// take removes a key from a mapping and returns its value.
func take(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			v := n.Content[i+1]
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
			return v
		}
	}
	return nil
}
