package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A binding is one of the perimeter with its compiled pattern.
type binding struct {
	match perimeter.Pattern
	spec  perimeter.Binding
}

func perimeterMatch(pattern, address string) bool { return perimeter.Match(pattern, address) }

// classTags and systemTags are the tags and labels that bind like a binding.
var (
	classTags  = []string{"data_class", "data-class", "dataclass", "bailiwick/data"}
	systemTags = []string{"bailiwick/system", "ai_system", "ai-system"}
)

// bind gives the asset its classes and its system: from every binding of the
// perimeter that matches and from its tags; an asset that nothing binds gets
// the classes that the perimeter says.
func (r *Resolver) bind(a *Asset) {
	for i := range r.bindings {
		b := &r.bindings[i]
		if !b.match.Match(string(a.Address)) {
			continue
		}
		a.Classes = append(a.Classes, b.spec.Data...)
		if b.spec.System != "" && a.System == "" {
			a.System = b.spec.System
		}
	}
	for _, tag := range classTags {
		for _, id := range strings.FieldsFunc(a.Tags[tag], func(c rune) bool { return c == ',' || c == ' ' || c == '+' || c == ':' }) {
			if r.book.Has(graph.ClassID(id)) {
				a.Classes = append(a.Classes, graph.ClassID(id))
			}
		}
	}
	for _, tag := range systemTags {
		if _, ok := r.p.Spec.Systems[a.Tags[tag]]; ok && a.System == "" {
			a.System = a.Tags[tag]
		}
	}
	if len(a.Classes) > 0 {
		a.Bound = true
		slices.Sort(a.Classes)
		a.Classes = slices.Compact(a.Classes)
		return
	}
	a.Classes = r.book.Unbound()
}

// tags reads tags and labels, as far as they are known. Keys are lower-case.
func (n *node) tags() map[string]string {
	if n.dialect == nil {
		return nil
	}
	var out map[string]string
	put := func(k, v string) {
		if out == nil {
			out = map[string]string{}
		}
		if k = strings.ToLower(k); out[k] == "" {
			out[k] = v
		}
	}
	for _, attr := range n.dialect.Tags {
		for _, rd := range n.fact.Attrs.Read(attr) {
			switch x := rd.Value.(type) {
			case map[string]any:
				for k, v := range x {
					if s, ok := v.(string); ok {
						put(k, s)
					}
				}
			case []any: // Scaleway: a list of "key=value"
				for _, e := range x {
					if s, ok := e.(string); ok {
						k, v, _ := strings.Cut(s, "=")
						put(k, v)
					}
				}
			}
			if rd.Unknown == "" {
				continue
			}
			// Of a map with unknown parts the tags that matter may still be known.
			for _, key := range append(slices.Clone(classTags), systemTags...) {
				for _, one := range n.fact.Attrs.Read(attr + "." + key) {
					if s, ok := one.Value.(string); ok {
						put(key, s)
					}
				}
			}
		}
	}
	return out
}
