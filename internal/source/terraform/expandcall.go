package terraform

import (
	"strconv"

	"github.com/zclconf/go-cty/cty"
)

// A callExpansion is the same for a module call.
type callExpansion struct {
	call  *moduleCall
	m     *modInst
	state byte
	insts []*modInst
	coll  cty.Value
}

func (x *callExpansion) collection() cty.Value {
	if x.state == 1 {
		return unknown(x.m.root.cycle(x.m.within("module." + x.call.name)))
	}
	return x.coll
}

// expandCall expands a module call, once.
func (m *modInst) expandCall(c *moduleCall) *callExpansion {
	x := m.mods[c]
	if x == nil {
		x = &callExpansion{call: c, m: m}
		m.mods[c] = x
	}
	if x.state != 0 {
		return x
	}
	x.state = 1
	m.root.stack = append(m.root.stack, m.within("module."+c.name))
	var ks keySet
	cfg, why := m.root.moduleOf(m, c)
	m.root.apart(func() { ks = m.root.admit(m.scope.keysOf(c.count, c.forEach, c.enabled)) })
	m.root.stack = m.root.stack[:len(m.root.stack)-1]
	child := func(suffix string, s *scope) *modInst {
		in := newModInst(m.root, cfg)
		in.parent, in.call, in.outer, in.partial = m, c, s, m.partial
		in.path, in.plain = m.within("module."+c.name+suffix), join(m.plain, "module."+c.name)
		if cfg == nil {
			in.missing = in.path + " could not be read: " + why
		}
		x.insts = append(x.insts, in)
		return in
	}
	switch ks.kind {
	case "none":
		x.coll = cty.NullVal(cty.DynamicPseudoType)
	case "one":
		x.coll = placeholder(child("", m.scope))
	case "open":
		u := cty.UnknownVal(cty.String).RefineNotNull().Mark(cause(ks.why))
		in := child("[*]", &scope{m: m, key: u, val: unknown(ks.why), count: cty.UnknownVal(cty.Number).Mark(cause(ks.why))})
		in.star, in.partial = true, ks.why
		x.coll = placeholder(in)
	case "count":
		vals := make([]cty.Value, ks.n)
		for i := range ks.n {
			vals[i] = placeholder(child("["+strconv.Itoa(i)+"]", &scope{m: m, count: cty.NumberIntVal(int64(i))}))
		}
		x.coll = cty.TupleVal(vals)
	case "each":
		vals := make(map[string]cty.Value, ks.n)
		for i, k := range ks.keys {
			vals[k] = placeholder(child(keyText(k), &scope{m: m, key: cty.StringVal(k), val: ks.vals[i]}))
		}
		x.coll = cty.ObjectVal(vals)
	}
	x.state = 2
	return x
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
