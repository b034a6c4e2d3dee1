package crossplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A definition (CompositeResourceDefinition) says which objects are composites
// and what may stand in them.
type definition struct {
	*object
	group, kind, claim string
	preferred          string // the composition that is taken when none is named
	enforced           string
}

func newDefinition(o *object) *definition {
	spec := o.node.Get("spec")
	d := &definition{object: o, group: spec.Get("group").Str(), kind: spec.Get("names", "kind").Str(), claim: spec.Get("claimNames", "kind").Str(),
		preferred: spec.Get("defaultCompositionRef", "name").Str(), enforced: spec.Get("enforcedCompositionRef", "name").Str()}
	if d.group == "" || d.kind == "" {
		return nil
	}
	return d
}

// schema is that of a field, with the version that objects of apiVersion have.
func (d *definition) schema(apiVersion string, path []step) *tree.Node {
	if d == nil || d.object == nil {
		return nil
	}
	_, version, _ := strings.Cut(apiVersion, "/")
	versions := d.node.Get("spec", "versions").Elements()
	i := slices.IndexFunc(versions, func(v *tree.Node) bool { return v.Get("name").Str() == version })
	if i < 0 && len(versions) > 0 {
		i = 0
	}
	if i < 0 {
		return nil
	}
	at := versions[i].Get("schema", "openAPIV3Schema")
	for _, s := range path {
		if s.name == "" {
			at = at.Get("items")
			continue
		}
		next := at.Get("properties", s.name)
		if next == nil {
			next = at.Get("additionalProperties")
		}
		if at = next; at == nil {
			return nil
		}
	}
	return at
}

// fallback is the value that a field has when nobody writes it: its default,
// also as a part of the default of an object around it.
func (d *definition) fallback(apiVersion string, path []step) *tree.Node {
	for i := len(path); i > 0; i-- {
		if v := d.schema(apiVersion, path[:i]).Get("default"); v != nil {
			return find(v, path[i:])
		}
	}
	return nil
}

// open says of a field that only a claim will write what is known of it.
func (d *definition) open(apiVersion string, path []step) string {
	text := fmt.Sprintf("a claim of %s says %s", d.kind, spell(path))
	schema := d.schema(apiVersion, path)
	var known []string
	if v := d.fallback(apiVersion, path); v != nil && v.Text != "" {
		known = append(known, "its default is "+v.Text)
	}
	var words []string
	for _, e := range schema.Get("enum").Elements() {
		words = append(words, e.Text)
	}
	if len(words) > 0 && len(words) <= 12 {
		known = append(known, "it is one of "+strings.Join(words, ", "))
	}
	if len(known) > 0 {
		text += " (" + strings.Join(known, "; ") + ")"
	}
	return text
}
