package tfplan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A scope is where an expression stands.
type scope struct {
	modules []step // the module instance
	key     string // the instance key of the resource, "" for none
	forEach span   // its for_each, for each.value
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// blocksOf returns the nested blocks that an expression stands for; ok is
// false for an expression proper.
func (p *plan) blocksOf(s span) (blocks []span, ok bool) {
	switch p.doc.kind(s) {
	case '[':
		return p.doc.items(s), true
	case '{':
		ms := p.doc.members(s)
		if len(ms) == 0 {
			return nil, false // an expression without references and constant
		}
		for _, m := range ms {
			if k := p.doc.kind(m.val); m.name == "constant_value" || m.name == "references" && k == '[' && p.textsOnly(m.val) {
				return nil, false
			}
		}
		return []span{s}, true
	}
	return nil, false
}

// textsOnly tells a list of references from a nested block of that name.
func (p *plan) textsOnly(s span) bool {
	for _, it := range p.doc.items(s) {
		if p.doc.kind(it) != '"' {
			return false
		}
	}
	return true
}

// references returns what an expression, or everything inside blocks, refers
// to. The tool writes a.b.c, then a.b, for one reference: only the longest
// remains.
func (p *plan) references(s span) []string {
	all := map[string]bool{}
	p.collect(s, all, 0)
	sorted := sortedKeys(all)
	var out []string
	for _, r := range sorted {
		if !begins(sorted, r+".") && !begins(sorted, r+"[") {
			out = append(out, r)
		}
	}
	return out
}

// begins reports whether one of the sorted texts begins with prefix.
func begins(sorted []string, prefix string) bool {
	i, _ := slices.BinarySearch(sorted, prefix)
	return i < len(sorted) && strings.HasPrefix(sorted[i], prefix)
}

func (p *plan) collect(s span, into map[string]bool, depth int) {
	if depth > maxDepth {
		return
	}
	if blocks, ok := p.blocksOf(s); ok {
		for _, b := range blocks {
			for _, m := range p.doc.members(b) {
				p.collect(m.val, into, depth+1)
			}
		}
		return
	}
	for _, it := range p.doc.items(p.doc.get(s, "references")) {
		into[p.doc.text(it)] = true
	}
}

// A result is the value of an expression, or why there is none.
type result struct {
	value any
	why   string
}

func unknown(format string, args ...any) result { return result{why: fmt.Sprintf(format, args...)} }

// eval is the value of an expression: a constant, or the variable that is all
// it refers to.
func (p *plan) eval(s span, sc scope, depth int) result {
	if m, ok := find(p.doc.members(s), "constant_value"); ok {
		return result{value: p.doc.plain(m.val)}
	}
	refs := p.references(s)
	if len(refs) == 1 && depth < maxDepth {
		if name, ok := strings.CutPrefix(refs[0], "var."); ok {
			name, rest, _ := strings.Cut(name, ".")
			if v := p.variable(name, sc, depth+1); v.why != "" || rest == "" && !strings.Contains(name, "[") {
				return v
			} else if obj, ok := v.value.(map[string]any); ok && obj[rest] != nil {
				return result{value: obj[rest]}
			}
		}
	}
	if len(refs) == 0 {
		return unknown("the plan does not show how this is computed")
	}
	return unknown("this is computed from %s, and the plan does not show how", strings.Join(refs, ", "))
}

// variable is the value of a variable in a module instance.
func (p *plan) variable(name string, sc scope, depth int) result {
	d := p.doc
	m := p.modules[bare(sc.modules)]
	if m == nil {
		return unknown("the plan does not show var.%s", name)
	}
	decl, _ := find(m.variables, name)
	if d.isTrue(d.get(decl.val, "sensitive")) {
		return unknown("var.%s is sensitive and is not looked at", name)
	}
	var v result
	if len(sc.modules) == 0 {
		if given, ok := find(p.variables, name); ok {
			v.value = d.plain(d.get(given.val, "value"))
		} else {
			v.value = d.plain(d.get(decl.val, "default"))
		}
	} else if ex, up := p.argument(name, sc); !ex.none() {
		if v = p.eval(ex, up, depth); v.why != "" {
			return v
		}
	} else {
		v.value = d.plain(d.get(decl.val, "default"))
	}
	if v.value == nil {
		return unknown("var.%s has no value in the plan", name)
	}
	return v
}

// argument is what the call of a module instance passes for a variable, and
// where that expression stands.
func (p *plan) argument(name string, sc scope) (span, scope) {
	n := len(sc.modules) - 1
	outer := p.modules[bare(sc.modules[:n])]
	if outer == nil || outer.calls[sc.modules[n].name] == nil {
		return span{}, scope{}
	}
	c := outer.calls[sc.modules[n].name]
	ex, _ := find(c.expressions, name)
	return ex.val, scope{modules: sc.modules[:n], key: sc.modules[n].key, forEach: c.forEach}
}

// refsOf returns the assets that an expression refers to, directly or through
// variables and outputs, sorted.
func (p *plan) refsOf(s span, sc scope) []graph.Address {
	t := &tracer{plan: p, seen: map[string]bool{}, found: map[graph.Address]bool{}}
	t.expression(s, sc)
	return slices.Sorted(maps.Keys(t.found))
}
