package terraform

import (
	"fmt"
	"sort"
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

// A keySet is the result of evaluating count and for_each.
type keySet struct {
	kind string // "one", "none", "count", "each", "open"
	n    int
	keys []string
	vals []cty.Value
	why  string // for open
}

// keysOf evaluates count, for_each and OpenTofu's lifecycle.enabled in the
// scope of the block's module.
func (s *scope) keysOf(count, forEach, enabled expr) keySet {
	switch {
	case enabled != nil:
		return s.enabledKeys(enabled)
	case count != nil:
		return s.countKeys(count)
	case forEach != nil:
		return s.eachKeys(forEach)
	}
	return keySet{kind: "one"}
}

// enabledKeys is one instance without a key, or none.
func (s *scope) enabledKeys(e expr) keySet {
	v, err := s.eval(e)
	if err == nil {
		v, err = convertTo(settle(v), cty.Bool)
	}
	if err != nil {
		return keySet{kind: "open", why: "enabled: " + err.Error()}
	}
	raw, marks := v.Unmark()
	switch {
	case raw.IsNull():
		return keySet{kind: "open", why: "enabled is null"}
	case !raw.IsKnown():
		return keySet{kind: "open", why: causeOf(marks)}
	case raw.False():
		return keySet{kind: "none"}
	}
	return keySet{kind: "one"}
}

func (s *scope) countKeys(e expr) keySet {
	v, err := s.eval(e)
	if err != nil {
		return keySet{kind: "open", why: "count: " + err.Error()}
	}
	raw, marks := v.Unmark()
	if raw.IsNull() {
		return keySet{kind: "open", why: "count is null"}
	}
	if !raw.IsKnown() {
		return keySet{kind: "open", why: causeOf(marks)}
	}
	n, err := wholeNumber(raw)
	switch {
	case err != nil:
		return keySet{kind: "open", why: "count: " + err.Error()}
	case n < 0:
		return keySet{kind: "open", why: fmt.Sprintf("count is %d", n)}
	case n > maxInstances:
		return keySet{kind: "open", why: fmt.Sprintf("count is %d, more than the %d instances that are expanded", n, maxInstances)}
	}
	return keySet{kind: "count", n: n}
}

func (s *scope) eachKeys(e expr) keySet {
	v, err := s.eval(e)
	if err != nil {
		return keySet{kind: "open", why: "for_each: " + err.Error()}
	}
	raw, marks := v.Unmark()
	ty := raw.Type()
	switch {
	case raw.IsNull():
		return keySet{kind: "open", why: "for_each is null"}
	case !raw.IsKnown() || ty == cty.DynamicPseudoType:
		return keySet{kind: "open", why: causeOf(marks)}
	case !ty.IsMapType() && !ty.IsObjectType() && !ty.IsSetType():
		return keySet{kind: "open", why: fmt.Sprintf("for_each needs a map or a set of strings, not a %s", ty.FriendlyName())}
	case raw.LengthInt() > maxInstances:
		return keySet{kind: "open", why: fmt.Sprintf("for_each has %d elements, more than the %d instances that are expanded", raw.LengthInt(), maxInstances)}
	}
	ks := keySet{kind: "each"}
	pass := settled(marks)
	for it := raw.ElementIterator(); it.Next(); {
		k, val := it.Element()
		if ty.IsSetType() {
			k = val
		}
		k, _ = k.Unmark()
		if !k.IsKnown() {
			return keySet{kind: "open", why: causeOf(deepMarks(v))}
		}
		if k.IsNull() || k.Type() != cty.String {
			return keySet{kind: "open", why: "for_each needs a set of strings"}
		}
		ks.keys = append(ks.keys, k.AsString())
		ks.vals = append(ks.vals, withMarks(val, pass))
	}
	ks.n = len(ks.keys)
	if !sort.StringsAreSorted(ks.keys) {
		sort.Sort(&ks)
	}
	return ks
}

func (ks *keySet) Len() int           { return len(ks.keys) }
func (ks *keySet) Less(i, j int) bool { return ks.keys[i] < ks.keys[j] }
func (ks *keySet) Swap(i, j int) {
	ks.keys[i], ks.keys[j] = ks.keys[j], ks.keys[i]
	ks.vals[i], ks.vals[j] = ks.vals[j], ks.vals[i]
}

// admit counts n new instances of the root; too many make the block open.
func (r *rootEval) admit(ks keySet) keySet {
	n := ks.n
	if ks.kind == "one" || ks.kind == "open" {
		n = 1
	}
	if r.instances+n > maxTotal && n > 1 {
		return keySet{kind: "open", why: fmt.Sprintf("this root has more than %d instances", maxTotal)}
	}
	r.instances += n
	return ks
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
