package terraform

import (
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An expansion is what count or for_each of a block comes to: one set of keys,
// made once. Its collection is the value of the block's name in expressions:
// placeholders, so that a reference to one instance costs the same whether
// there are two or twenty thousand.
type expansion struct {
	res   *resource
	m     *modInst
	state byte // 0 not yet, 1 running, 2 done
	insts []*instance
	coll  cty.Value
}

// An instance is one instance of a resource, data or ephemeral block.
type instance struct {
	x        *expansion
	suffix   string // ["key"], [0], [*] or empty
	key, val cty.Value
	count    cty.Value
	partial  string
	memo     map[string]*memo
	provider *graph.Provider
}

// expand expands a resource of this module instance, once.
func (m *modInst) expand(r *resource) *expansion {
	x := m.res[r]
	if x == nil {
		x = &expansion{res: r, m: m}
		m.res[r] = x
	}
	if x.state != 0 {
		return x
	}
	x.state = 1
	m.root.stack = append(m.root.stack, m.within(r.id()))
	var ks keySet
	m.root.apart(func() { ks = m.root.admit(m.scope.keysOf(r.count, r.forEach, r.enabled)) })
	m.root.stack = m.root.stack[:len(m.root.stack)-1]
	x.fill(ks)
	x.state = 2
	return x
}

func (x *expansion) fill(ks keySet) {
	all := make([]instance, max(ks.n, 1))
	switch ks.kind {
	case "one":
		x.insts = []*instance{&all[0]}
	case "open":
		all[0] = instance{suffix: "[*]", partial: ks.why}
		all[0].key = cty.UnknownVal(cty.String).RefineNotNull().Mark(cause(ks.why))
		all[0].val = unknown(ks.why)
		all[0].count = cty.UnknownVal(cty.Number).RefineNotNull().Mark(cause(ks.why))
		x.insts = []*instance{&all[0]}
	case "count":
		for i := range ks.n {
			all[i] = instance{suffix: "[" + strconv.Itoa(i) + "]", count: cty.NumberIntVal(int64(i))}
			x.insts = append(x.insts, &all[i])
		}
	case "each":
		for i, k := range ks.keys {
			all[i] = instance{suffix: keyText(k), key: cty.StringVal(k), val: ks.vals[i]}
			x.insts = append(x.insts, &all[i])
		}
	}
	for _, in := range x.insts {
		in.x = x
		if in.partial == "" {
			in.partial = x.m.partial
		}
	}
	switch ks.kind {
	case "none":
		x.coll = cty.NullVal(cty.DynamicPseudoType)
	case "one", "open":
		x.coll = placeholder(x.insts[0])
	case "count":
		vals := make([]cty.Value, len(x.insts))
		for i, in := range x.insts {
			vals[i] = placeholder(in)
		}
		x.coll = cty.TupleVal(vals)
	case "each":
		vals := make(map[string]cty.Value, len(x.insts))
		for i, in := range x.insts {
			vals[ks.keys[i]] = placeholder(in)
		}
		x.coll = cty.ObjectVal(vals)
	}
}

// collection is the value of the block's name. Asking for it while its own
// keys are being worked out is a cycle.
func (x *expansion) collection() cty.Value {
	if x.state == 1 {
		return unknown(x.m.root.cycle(x.m.within(x.res.id())))
	}
	return x.coll
}
