package resolve

import (
	"maps"
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

// classTags and systemTags are the tags and labels that bind like a binding.
var (
	classTags  = []string{"data_class", "data-class", "dataclass", "bailiwick/data", "bailiwick.dev/data"}
	systemTags = []string{"bailiwick/system", "bailiwick.dev/system", "ai_system", "ai-system"}
)

// bind gives the asset its classes and its system: from every binding of the
// perimeter that matches, or may match an instance of it, and from its tags; an
// asset that nothing binds gets the classes that the perimeter says.
func (r *Resolver) bind(a *Asset, open bool) {
	for i := range r.bindings {
		b := &r.bindings[i]
		if !b.match.Meets(string(a.Address)) {
			continue
		}
		r.used[i] = true
		a.Classes = append(a.Classes, b.spec.Data...)
		r.belongs(a, b.spec.System)
	}
	for _, tag := range classTags {
		for _, id := range strings.FieldsFunc(a.Tags[tag], func(c rune) bool { return c == ',' || c == ' ' || c == '+' || c == ':' || c == '.' }) {
			if !r.book.Has(graph.ClassID(id)) {
				open = true // it names a class, and nobody knows which is meant
				continue
			}
			a.Classes = append(a.Classes, graph.ClassID(id))
		}
	}
	for _, tag := range systemTags {
		r.belongs(a, a.Tags[tag])
	}
	if len(a.Classes) > 0 {
		a.Bound = true
		slices.Sort(a.Classes)
		a.Classes = slices.Compact(a.Classes)
		return
	}
	a.Classes = r.book.Unbound()
	if a.Tagged = open; open { // a tag binds it, and nobody knows to what
		a.Classes = r.book.Classes()
	}
}

// belongs makes the asset part of a system. Of several systems the one counts
// that the AI Act asks most of.
func (r *Resolver) belongs(a *Asset, system string) {
	s, ok := r.p.Spec.Systems[system]
	if !ok {
		return
	}
	if a.System == "" || perimeter.Rank("System.ai_act", s.AIAct) > perimeter.Rank("System.ai_act", r.p.Spec.Systems[a.System].AIAct) {
		a.System = system
	}
}

// tags reads tags and labels, as far as they are known: those of the asset,
// then what its provider configuration gives to every asset. Keys are
// lower-case; of two with one key the first counts.
func (n *node) tags() tags {
	t := tags{}
	if n.dialect == nil {
		return t
	}
	for _, attr := range n.dialect.Tags {
		t.read(n.fact.Attrs, attr)
	}
	if p := n.fact.Provider; p != nil {
		for _, attr := range n.dialect.ProviderTags {
			t.read(p.Attrs, attr)
		}
	}
	return t
}

// tags are those of one asset. open says that a tag which names data classes
// may be among them, with a value that is not known.
type tags struct {
	known map[string]string
	open  bool
}

func (t *tags) put(k, v string) {
	if t.known == nil {
		t.known = map[string]string{}
	}
	if k = strings.ToLower(k); t.known[k] == "" {
		t.known[k] = v
	}
}

// pair takes a tag that is an object with a key and a value, in any letter case.
func (t *tags) pair(x map[string]any) {
	var key string
	var value any
	for k, v := range x {
		switch strings.ToLower(k) {
		case "key":
			key, _ = v.(string)
		case "value":
			value = v
		}
	}
	switch v := value.(type) {
	case string:
		t.put(key, v)
	case graph.Hole:
		t.open = t.open || slices.Contains(classTags, strings.ToLower(key))
	}
}

func (t *tags) read(attrs graph.Reader, path string) {
	for _, rd := range attrs.Read(path) {
		switch x := rd.Value.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				if s, ok := x[k].(string); ok {
					t.put(k, s)
				}
			}
		case []any: // Scaleway: a list of "key=value"
			for _, e := range x {
				switch e := e.(type) {
				case string:
					k, v, _ := strings.Cut(e, "=")
					t.put(k, v)
				case map[string]any: // CloudFormation: a list of {Key, Value}
					t.pair(e)
				}
			}
		}
		if rd.Unknown == "" {
			continue
		}
		if list, ok := rd.Part.([]any); ok {
			for _, e := range list {
				switch e := e.(type) {
				case map[string]any:
					t.pair(e)
				case graph.Hole:
					t.open = true
				}
			}
			continue
		}
		// Of a map with unknown parts the tags that matter may still be known.
		for _, key := range append(slices.Clone(classTags), systemTags...) {
			for _, one := range attrs.Read(path + "." + key) {
				if s, ok := one.Value.(string); ok {
					t.put(key, s)
				}
				t.open = t.open || one.Unknown != "" && slices.Contains(classTags, key)
			}
		}
	}
}
