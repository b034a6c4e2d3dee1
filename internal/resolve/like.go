package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A likener shows assets whose types are those of another language as assets of
// that language, so that nothing else needs to know of it. See
// docs/decisions/0010-types-of-another-language.md.
type likener struct {
	kb        *kb.KB
	types     map[likeKey]*kb.Likeness // nil for a type that is none of another language
	providers map[likeKey]*graph.Provider
}

type likeKey struct {
	language, source, name string
	provider               *graph.Provider
}

// as returns the asset as one of the language whose type it has, and what that
// type means; the asset itself and nil when its type is of its own language.
func (l *likener) as(a *graph.Asset) (*graph.Asset, *kb.TypeMatch) {
	if a.Type == "module" {
		return a, nil // it has no type of any language
	}
	key := likeKey{language: a.Language, name: a.Type}
	if a.Provider != nil {
		key.source = a.Provider.Source
	}
	got, seen := l.types[key]
	if !seen {
		if found, ok := l.kb.Likened(key.language, key.source, key.name); ok {
			got = &found
		}
		l.types[key] = got
	}
	if got == nil {
		return a, nil
	}
	like := *a
	like.Language, like.Type = got.Like.Language, got.Type
	like.Attrs = reader(a.Attrs, got)
	if a.Provider != nil {
		like.Provider = l.provider(a.Provider, got)
	}
	return &like, &got.Match
}

// provider is one for each configuration: assets of one share it.
func (l *likener) provider(p *graph.Provider, as *kb.Likeness) *graph.Provider {
	key := likeKey{language: as.Like.Language, name: as.Like.Form, provider: p}
	if got := l.providers[key]; got != nil {
		return got
	}
	q := *p
	if as.Match.Dialect != nil && len(as.Match.Dialect.Sources) > 0 {
		q.Source = as.Match.Dialect.Sources[0]
	}
	q.Attrs = &renamed{below: p.Attrs, like: as.Like}
	l.providers[key] = &q
	return &q
}

func reader(attrs graph.Reader, as *kb.Likeness) graph.Reader {
	r := &renamed{below: attrs, like: as.Like}
	if d := as.Match.Dialect; d != nil {
		r.maps = append(r.maps, d.Tags...)
	}
	if t := as.Match.Type; t != nil {
		r.names = t.Names
		for _, e := range t.Env {
			if e.Name == "" {
				r.maps = append(r.maps, e.Attr)
			}
		}
	}
	return r
}

// renamed reads attributes by the names that they have in the other language.
type renamed struct {
	below graph.Reader
	like  *kb.Like
	maps  []string // attributes whose keys are names that somebody gave
	names []string // attributes that name the asset
}

// Read implements [graph.Reader]. It finds one segment after the other, since
// each may have other names.
func (r *renamed) Read(path string) []graph.Reading {
	at := ""
	var rds []graph.Reading
	for rest := path; rest != ""; {
		segment, after, _ := strings.Cut(rest, ".")
		if after != "" && slices.Contains(r.like.Flat, segment) && len(r.below.Read(join(at, segment))) == 0 {
			rest = after
			continue
		}
		rds = nil
		for _, name := range r.like.Names(segment) {
			next := join(at, name)
			if rds = r.below.Read(next); len(rds) > 0 {
				at = next
				break
			}
		}
		if len(rds) == 0 && at != "" && after != "" { // a key may hold dots
			rds, after = r.below.Read(join(at, rest)), ""
		}
		if len(rds) == 0 {
			break
		}
		rest = after
	}
	if len(rds) == 0 && r.like.Named != "" && slices.Contains(r.names, path) {
		rds = r.below.Read(r.like.Named)
	}
	if slices.Contains(r.maps, path) {
		return rds
	}
	for i := range rds {
		rds[i].Value, rds[i].Part = r.like.Respell(rds[i].Value), r.like.Respell(rds[i].Part)
	}
	return rds
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
