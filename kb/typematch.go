package kb

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A TypeMatch is what a dialect says of one resource type.
type TypeMatch struct {
	Provider graph.ProviderID
	Dialect  *Dialect
	Type     *Type // nil when Inert
	Inert    bool
}

// A dialect answers for types in time that does not grow with their number.
type dialect struct {
	exact    map[string]TypeMatch
	prefixes []prefixMatch // longest first
	record   *Dialect

	foldOnce sync.Once // see like.go
	folded   *foldedIndex
}

type prefixMatch struct {
	prefix string
	match  TypeMatch
}

func newDialect(id graph.ProviderID, d *Dialect) *dialect {
	x := &dialect{exact: make(map[string]TypeMatch, len(d.Types)+len(d.Inert)), record: d}
	put := func(name string, m TypeMatch) {
		name = foldValue(name)
		if prefix, ok := strings.CutSuffix(name, "*"); ok {
			x.prefixes = append(x.prefixes, prefixMatch{prefix, m})
		} else {
			x.exact[name] = m
		}
	}
	for name, t := range d.Types {
		put(name, TypeMatch{Provider: id, Dialect: d, Type: t})
	}
	for _, name := range d.Inert {
		put(name, TypeMatch{Provider: id, Dialect: d, Inert: true})
	}
	slices.SortFunc(x.prefixes, func(a, b prefixMatch) int {
		return cmp.Or(cmp.Compare(len(b.prefix), len(a.prefix)), cmp.Compare(a.prefix, b.prefix))
	})
	return x
}

// lookup returns the most specific entry, and how much of the name it fixes.
func (x *dialect) lookup(typ string) (TypeMatch, int) {
	if strings.IndexByte(typ, '/') >= 0 {
		typ = strings.ToLower(typ)
	}
	if m, ok := x.exact[typ]; ok {
		return m, len(typ) + 1
	}
	for _, p := range x.prefixes {
		if strings.HasPrefix(typ, p.prefix) {
			return p.match, len(p.prefix)
		}
	}
	return TypeMatch{}, -1
}

// foldValue gives the value in the name of an entry "TYPE VALUE" one letter case:
// providers accept any. So do they of a type with a slash, Microsoft.Web/sites.
func foldValue(name string) string {
	if strings.IndexByte(name, '/') >= 0 {
		return strings.ToLower(name)
	}
	if typ, value, ok := strings.Cut(name, " "); ok {
		return typ + " " + strings.ToLower(value)
	}
	return name
}

// TypeBy returns what a type means whose meaning the value of an attribute
// decides ([Type.By]); false when the dialect does not know the value. m is what
// the dialect says of the type itself.
func (k *KB) TypeBy(language string, m TypeMatch, typ, value string) (TypeMatch, bool) {
	got, fixed := k.dialect(m.Provider, language).lookup(foldValue(typ + " " + value))
	return got, fixed > len(typ)+1
}

// Type returns what a resource type means in a language ("terraform"). Source
// is the plugin address whose type it is ("hashicorp/aws"). With source "" all
// dialects of the language are asked; so are they for state backends
// ("backend.s3"), which belong to no plugin. The most specific name wins over
// one that ends in *.
func (k *KB) Type(language, source, typ string) (TypeMatch, bool) {
	ix := k.index.Languages[language]
	if ix == nil {
		return TypeMatch{}, false
	}
	ids, more := ix.Sources[source], []graph.ProviderID(nil)
	if source == "" || strings.HasPrefix(typ, "backend.") {
		ids, more = ix.Heads[head(typ)], ix.Heads[anyHead]
	}
	best, fixed := TypeMatch{}, -1
	for _, some := range [2][]graph.ProviderID{ids, more} {
		for _, id := range some {
			if m, n := k.dialect(id, language).lookup(typ); n > fixed {
				best, fixed = m, n
			}
		}
	}
	return best, fixed >= 0
}

// anyHead is where the index keeps prefixes that are shorter than a head.
const anyHead = "*"

// head is the part of a type by which the index finds its dialects: aws of
// aws_s3_bucket, AWS of AWS::S3::Bucket, Microsoft of Microsoft.Web/sites; all of
// a type that is one word.
func head(typ string) string {
	i := strings.IndexAny(typ, "_:./ ")
	switch {
	case i < 0:
		return typ
	case strings.IndexByte(typ, '/') >= 0:
		return strings.ToLower(typ[:i])
	}
	return typ[:i]
}

// headOf is the head under which a name of a dialect, or a prefix, is kept.
func headOf(name string) string {
	if strings.HasSuffix(name, "*") && head(name) == name {
		return anyHead
	}
	return head(name)
}

// Languages are those that some dialect is written for, sorted.
func (k *KB) Languages() []string { return slices.Sorted(maps.Keys(k.index.Languages)) }

// Dialect returns the dialect of a provider in a language.
func (k *KB) Dialect(id graph.ProviderID, language string) (*Dialect, bool) {
	if _, known := k.providers[id]; !known {
		return nil, false
	}
	d := k.dialect(id, language)
	if d == nil {
		return nil, false
	}
	return d.record, true
}
