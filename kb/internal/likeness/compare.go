package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// A comparison finds what a dialect needs besides its form.
type comparison struct {
	like  *kb.Like
	other *kb.Dialect
	names *names

	modules map[string]map[string]bool
	types   map[string]string
	inert   []string
	attrs   map[string]map[string]bool
}

func newComparison(like *kb.Like, other *kb.Dialect, n *names) *comparison {
	plain := &kb.Like{Language: like.Language, Form: like.Form, Prefix: like.Prefix, Suffixes: like.Suffixes, Plural: like.Plural}
	c := &comparison{like: plain, other: other, names: n, modules: map[string]map[string]bool{}, types: map[string]string{}, attrs: map[string]map[string]bool{}}
	c.findModules()
	plain.Modules = map[string]string{}
	for m, words := range c.modules {
		plain.Modules[m] = strings.Join(slices.Sorted(maps.Keys(words)), "|")
	}
	for _, typ := range c.wrong() {
		there := n.types[typ]
		if _, inert := kb.FindEntry(other, there); inert {
			c.inert = append(c.inert, plain.Key(typ))
		} else {
			c.types[plain.Key(typ)] = there
		}
	}
	c.findAttrs()
	return c
}

// wrong are the types that the convention does not find, or finds wrong.
func (c *comparison) wrong() []string {
	var out []string
	for _, typ := range slices.Sorted(maps.Keys(c.names.types)) {
		want, inert := kb.FindEntry(c.other, c.names.types[typ])
		found, foundInert, ok := kb.FindLike(c.like, c.other, typ)
		got := ""
		if ok && !foundInert {
			got, _ = kb.FindEntry(c.other, found)
		}
		if inert && foundInert || !inert && want == got {
			continue
		}
		out = append(out, typ)
	}
	return out
}

// findModules takes a module's other name where two types or more need it.
func (c *comparison) findModules() {
	form := regexp.MustCompile(c.like.Form)
	count := map[string]map[string]int{}
	for _, typ := range c.wrong() {
		m := form.FindStringSubmatch(typ)
		if m == nil || form.SubexpIndex("module") < 0 {
			continue
		}
		module, name := m[form.SubexpIndex("module")], m[form.SubexpIndex("name")]
		there, ok := strings.CutPrefix(c.names.types[typ], c.like.Prefix)
		if module == "" || !ok {
			continue
		}
		if word, ok := strings.CutSuffix(there, "_"+kb.Snake(name)); ok {
			if count[module] == nil {
				count[module] = map[string]int{}
			}
			count[module][word]++
		}
	}
	for module, words := range count {
		for word, n := range words {
			if n >= 2 {
				if c.modules[module] == nil {
					c.modules[module] = map[string]bool{}
				}
				c.modules[module][word] = true
			}
		}
	}
}

// word is a name within a path that a dialect reads.
var word = regexp.MustCompile(`[a-z][a-z0-9_]*`)

// findAttrs takes attributes that the other dialect reads and that are called
// otherwise than the convention says.
func (c *comparison) findAttrs() {
	read := map[string]bool{}
	if b, err := json.Marshal(c.other); err == nil {
		for _, w := range word.FindAllString(string(b), -1) {
			read[w] = true
		}
	}
	for typ, attrs := range c.names.attrs {
		if strings.Contains(typ, "/get") {
			continue
		}
		for here, there := range attrs {
			if read[there] && !slices.Contains(c.like.Names(there), here) {
				if c.attrs[there] == nil {
					c.attrs[there] = map[string]bool{}
				}
				c.attrs[there][here] = true
			}
		}
	}
}

func (c *comparison) write(w io.Writer) error {
	n := len(c.names.types)
	fmt.Fprintf(w, "# %d types; without what follows %d of them would be found wrong or not at all.\n", n, len(c.types)+len(c.inert))
	print := func(key string, m map[string]string) {
		if len(m) == 0 {
			return
		}
		fmt.Fprintf(w, "  %s:\n", key)
		for _, k := range slices.Sorted(maps.Keys(m)) {
			fmt.Fprintf(w, "    %s: %s\n", k, m[k])
		}
	}
	print("modules", c.like.Modules)
	print("types", c.types)
	attrs := map[string]string{}
	for there, here := range c.attrs {
		attrs[there] = strings.Join(slices.Sorted(maps.Keys(here)), "|")
	}
	print("attrs", attrs)
	if len(c.inert) > 0 {
		fmt.Fprintf(w, "  inert: [%s]\n", strings.Join(c.inert, ", "))
	}
	return nil
}
