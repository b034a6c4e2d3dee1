package code

import (
	"slices"
	"strings"
)

// key is a name in a scope; place is where an assignment to it stands.
type key struct {
	name  string
	block int
}

// resolve reads the values, and gives names what they stand for.
func (p *parser) resolve() {
	f := p.file
	p.keys = map[key][]int{}
	for i := range f.Assigns {
		a := &f.Assigns[i]
		a.Value = p.eval(p.values[i].from, p.values[i].to, 0)
		if a.Value.Kind == Result && p.module(a.Value.Call) {
			a.Value = Value{Kind: Other, Line: a.Value.Line} // the name is that of an import
		}
		k := key{a.Name, a.Block}
		if own, _, _ := p.own(a.Name); own {
			k.block = p.class(a.Block)
		}
		p.keys[k] = append(p.keys[k], i)
		for _, v := range append([]Value{a.Value}, alternatives(a.Value)...) {
			if v.Kind == Result && f.Calls[v.Call].Assigned == "" {
				f.Calls[v.Call].Assigned = a.Name
			}
		}
	}
	p.give()
	for i := range p.sites {
		p.name(i)
		p.above(i)
	}
	for i := range f.Assigns {
		f.Assigns[i].Value = p.settle(f.Assigns[i].Value, f.Assigns[i].Block, p.places[i], 0)
	}
	for i := range p.sites {
		p.arguments(i)
	}
	for i := range f.Blocks {
		b := &f.Blocks[i]
		for _, list := range [][]Value{b.Decorators, b.Heads} {
			for j, v := range list {
				list[j] = p.settle(p.eval(v.Call, v.size, 0), b.Within, v.Call, 0)
			}
		}
	}
}

// module reports whether a call is require("p") or import("p").
func (p *parser) module(call int) bool {
	parts := p.sites[call].parts
	return p.file.Language == LangJavaScript && len(parts) == 1 && (parts[0] == "require" || parts[0] == "import")
}

func alternatives(v Value) []Value {
	if v.Kind == Any {
		return v.Items
	}
	return nil
}

// own reports whether a name belongs to the object whose method it is in.
func (p *parser) own(name string) (bool, string, string) {
	first, rest, dotted := strings.Cut(name, ".")
	return dotted && (first == "self" || first == "this" || first == "cls"), first, rest
}

// class is the innermost class around a block.
func (p *parser) class(block int) int {
	for block >= 0 && p.file.Blocks[block].Kind != "class" {
		block = p.file.Blocks[block].Within
	}
	return block
}

// name says what a call calls.
func (p *parser) name(i int) {
	s, c := &p.sites[i], &p.file.Calls[i]
	if s.on >= 0 || s.literal || len(s.parts) == 0 {
		c.Name = strings.Join(s.parts, ".")
		if s.on >= 0 && c.Name != "" {
			c.Name = "." + c.Name
		}
		return
	}
	c.Name, c.On = p.behind(s.parts, c.Block, s.head)
	if c.On == i {
		c.On = -1
	}
}

// behind is what a dotted name stands for: a name, or what follows the result
// of a call.
func (p *parser) behind(parts []string, block, at int) (string, int) {
	name := strings.Join(parts, ".")
	for range 4 {
		as, rest := p.look(name, block, at)
		if len(as) == 0 {
			break
		}
		next := ""
		for _, v := range as {
			for _, v := range append([]Value{v}, alternatives(v)...) {
				if v.Kind == Result {
					return prefixed(rest), v.Call
				}
				if v.Kind == Name && next == "" {
					next = v.Text
				}
			}
		}
		if next == "" || next == name {
			break
		}
		name, at = next+prefixed(rest), -1
	}
	return p.imported(name), -1
}

func prefixed(rest string) string {
	if rest == "" {
		return ""
	}
	return "." + rest
}

// imported replaces the first part of a name by what it was imported as.
func (p *parser) imported(name string) string {
	first, rest, _ := strings.Cut(name, ".")
	if full, ok := p.short[first]; ok {
		return full + prefixed(rest)
	}
	return name
}

// maxCandidates is how many assignments of one name are looked at.
const maxCandidates = 4

// look finds the values that a name was assigned, and what of the name is left.
// In the function itself the last one before counts, elsewhere several may.
func (p *parser) look(name string, block, at int) ([]Value, string) {
	own, _, tail := p.own(name)
	if own {
		class := p.class(block)
		field, rest, _ := strings.Cut(tail, ".")
		for _, k := range []key{{name[:len(name)-len(tail)] + field, class}, {field, class}} {
			if vs := p.before(k, -1, maxCandidates); len(vs) > 0 {
				return vs, rest
			}
		}
		return nil, ""
	}
	first, rest, _ := strings.Cut(name, ".")
	for b := block; ; b = p.file.Blocks[b].Within {
		n := maxCandidates
		if b == block {
			n = 1
		}
		if vs := p.before(key{first, b}, at, n); len(vs) > 0 {
			return vs, rest
		}
		if b < 0 {
			return nil, ""
		}
		if p.file.Blocks[b].Kind == "class" {
			if vs := p.before(key{"this." + first, b}, -1, maxCandidates); len(vs) > 0 {
				return vs, rest
			}
		}
	}
}

// before are the values of up to n assignments that stand before a token, the
// last one first; when none does and the scope is not the function's own, of
// those behind it.
func (p *parser) before(k key, at, n int) []Value {
	list := p.keys[k]
	if len(list) == 0 {
		return nil
	}
	end := len(list)
	if at >= 0 {
		end, _ = slices.BinarySearchFunc(list, at, func(i, at int) int { return p.places[i] - at })
		if end == 0 {
			if n == 1 {
				return nil
			}
			end = len(list)
		}
	}
	var out []Value
	for i := end - 1; i >= 0 && len(out) < n; i-- {
		out = append(out, p.file.Assigns[list[i]].Value)
	}
	return out
}

// arguments reads what stands between the brackets of a call.
func (p *parser) arguments(i int) {
	s, c := &p.sites[i], &p.file.Calls[i]
	p.split(s.open+1, min(s.close, len(p.tokens)), func(from, to int) {
		var arg Arg
		switch {
		case to-from > 2 && p.ident(from) && (p.is(from+1, "=") || p.is(from+1, ":") && (p.file.Language == LangCSharp || p.file.Language == LangGo)):
			arg.Name, from = p.tokens[from].text, from+2
		case to-from > 1 && (p.is(from, "*") || p.is(from, "**")) && p.syn.layout:
			arg.Name, from = p.tokens[from].text, from+1
		}
		arg.Value = p.settle(p.eval(from, to, 0), c.Block, from, 0)
		if arg.Value.Line == 0 && from < len(p.tokens) {
			arg.Value.Line = int(p.tokens[from].line)
		}
		c.Args = append(c.Args, arg)
	})
	if p.file.Language == LangCSharp && p.is(s.close+1, "{") && p.is(s.head-1, "new") {
		// new T(…) { A = b }
		v := p.settle(p.braced(s.close+2, max(int(p.tokens[s.close+1].match), s.close+2), 0, c.Line), c.Block, s.close, 0)
		for j, k := range v.Keys {
			c.Args = append(c.Args, Arg{Name: k, Value: v.Items[j]})
		}
	}
}

// settle gives the names in a value what they stand for.
func (p *parser) settle(v Value, block, at, depth int) Value {
	if depth > maxDepth {
		return Value{Kind: Other, Line: v.Line}
	}
	switch v.Kind {
	case Name:
		vs, rest := p.look(v.Text, block, at)
		if got, ok := p.stands(vs, rest, v.Line); ok {
			return got
		}
		v.Text = p.imported(v.Text)
	case concat:
		items := make([]Value, len(v.Items))
		for i, x := range v.Items {
			items[i] = p.settle(x, block, at, depth+1)
		}
		open := v.Open
		if v = joined(v.Line, items...); v.Kind == String {
			v.Open = v.Open || open
		}
	case List, Map, Any:
		for i, x := range v.Items {
			v.Items[i] = p.settle(x, block, at, depth+1)
		}
		v = measured(v)
	case Env:
		for i, x := range v.Items {
			v.Items[i] = p.settle(x, block, at, depth+1)
		}
	}
	return v
}

// stands is what a name with these values stands for.
func (p *parser) stands(vs []Value, rest string, line int) (Value, bool) {
	var known []Value
	for _, v := range vs {
		for rest != "" && v.Kind == Map {
			var first string
			if first, rest, _ = strings.Cut(rest, "."); true {
				var ok bool
				if v, ok = v.Key(first); !ok {
					return Value{}, false
				}
			}
		}
		if rest != "" || v.Kind == Other || v.Kind == Name || v.Kind == concat || v.Kind == pending || v.Kind == Number && len(vs) > 1 {
			continue
		}
		if !slices.ContainsFunc(known, func(k Value) bool {
			return k.Kind == v.Kind && k.Kind != List && k.Kind != Map && k.Text == v.Text && k.Call == v.Call
		}) {
			known = append(known, v)
		}
	}
	if len(known) == 0 {
		return Value{}, false
	}
	v := either(line, known...)
	v.Line = line
	return v, v.Kind != Other
}
