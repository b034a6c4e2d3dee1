package terraform

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func (in *instance) address() graph.Address {
	return graph.Address(in.x.m.within(in.x.res.id() + in.suffix))
}

// open reports that the instance stands for an unknown number of them.
func (in *instance) open() bool { return in.suffix == "[*]" }

// scope is where the attributes of the instance are evaluated.
func (in *instance) scope() *scope {
	return &scope{m: in.x.m, key: in.key, val: in.val, count: in.count, self: in}
}

func (in *instance) managed() bool { return in.x.res.mode == "resource" }

// mark is the reference that remains of the instance. Only managed resources
// are assets.
func (in *instance) mark() any {
	switch {
	case in.managed():
		return refMark{in}
	case in.x.res.mode == "data":
		return cause(string(in.address()) + " is only known when the provider is asked")
	}
	return cause(string(in.address()) + " is only known while the tool runs")
}

func (in *instance) plural() bool { return in.open() }

// index is the element of a block with count or for_each; for a single
// instance it is an attribute.
func (in *instance) index(s *scope, key cty.Value) (cty.Value, error) {
	raw, marks := key.Unmark()
	if in.open() {
		return placeholder(in), nil
	}
	if raw.Type() == cty.String && raw.IsKnown() && !raw.IsNull() {
		return in.attr(s, raw.AsString())
	}
	if raw.Type() == cty.Number {
		return cty.NilVal, faultf("%s has no count", in.address())
	}
	return withMarks(cty.DynamicVal, settled(marks)), nil
}

// attr is the value of one attribute in an expression: what is written is
// known, and everything else only the provider knows.
func (in *instance) attr(s *scope, name string) (cty.Value, error) {
	v, err := in.written(name)
	if err != nil {
		return v, err
	}
	if v == cty.NilVal {
		v = in.computed(name)
	} else if v.IsNull() && !in.keeps() {
		// Written as null is not written at all: the provider may fill it in.
		v = withMarks(in.computed(name), v.Marks())
	}
	if in.managed() {
		v = v.Mark(refMark{in})
	}
	if in.open() && s.insideTry {
		return withMarks(cty.DynamicVal, deepMarks(v)).Mark(cause(in.partial)), nil
	}
	return v, nil
}

// keeps reports whether the resource is one of the language itself, whose
// arguments are what is written.
func (in *instance) keeps() bool { return in.x.res.typ == "terraform_data" }

// written evaluates an attribute or the blocks of that name; NilVal when the
// configuration has none.
func (in *instance) written(name string) (cty.Value, error) {
	b := in.x.res.body
	if a := b.find(name); a != nil {
		if l, ok := a.ex.(lit); ok {
			return l.v, nil
		}
		if in.memo == nil {
			in.memo = map[string]*memo{}
		}
		r := in.x.m.root
		return r.once(slot(in.memo, name), func() string { return string(in.address()) + "." + name }, func() cty.Value {
			return in.scope().value(a.ex)
		}), nil
	}
	return blocksValue(in.scope(), b, name, known)
}

// computed is an attribute that the configuration does not write.
func (in *instance) computed(name string) cty.Value {
	if in.x.res.mode == "data" {
		if v := in.derived(name); v != cty.NilVal {
			return v
		}
		return unknown(string(in.address()) + " is only known when the provider is asked")
	}
	if in.x.res.mode == "ephemeral" {
		return unknown(string(in.address()) + " is only known while the tool runs")
	}
	return unknown(string(in.address()) + "." + name + " is only known after apply")
}

// A lazyBlock stands for a nested block of another resource.
type lazyBlock struct {
	s *scope
	b *body
}

func (l *lazyBlock) attr(_ *scope, name string) (cty.Value, error) {
	if a := l.b.find(name); a != nil {
		return l.s.value(a.ex), nil
	}
	v, err := blocksValue(l.s, l.b, name, known)
	if err != nil || v != cty.NilVal {
		return v, err
	}
	return unknown(name + " is only known after apply"), nil
}

func (l *lazyBlock) index(s *scope, key cty.Value) (cty.Value, error) {
	raw, marks := key.Unmark()
	if raw.Type() == cty.Number && raw.IsKnown() {
		return placeholder(l), nil // a block that may occur once, written with [0]
	}
	if raw.Type() == cty.String && raw.IsKnown() && !raw.IsNull() {
		return l.attr(s, raw.AsString())
	}
	return withMarks(cty.DynamicVal, settled(marks)), nil
}

func (l *lazyBlock) plural() bool { return false }
func (l *lazyBlock) mark() any    { return cause("the block is only known as a whole after apply") }

func known(s *scope, b *body) lazy { return &lazyBlock{s, b} }

// blocksValue is the value of the nested blocks of that name: a list of
// placeholders, unknown when their number is; NilVal when there are none.
func blocksValue(s *scope, b *body, name string, stands func(*scope, *body) lazy) (cty.Value, error) {
	var vals []cty.Value
	for _, n := range b.blocks {
		if n.name != name {
			continue
		}
		scopes, why := n.expand(s)
		if why != nil {
			return withMarks(cty.DynamicVal, why), nil
		}
		for _, in := range scopes {
			vals = append(vals, placeholder(stands(in, n.body)))
		}
	}
	if vals == nil {
		return cty.NilVal, nil
	}
	return cty.TupleVal(vals), nil
}

// expand returns one scope for each block that this one stands for, or the
// marks that say why their number is unknown.
func (n *nested) expand(s *scope) ([]*scope, cty.ValueMarks) {
	if n.forEach == nil {
		return []*scope{s}, nil
	}
	v := s.value(n.forEach)
	if l := lazyOf(v); l != nil {
		v = settle(v)
	}
	raw, marks := v.Unmark()
	switch {
	case raw.IsNull():
		return nil, cty.NewValueMarks(cause("the for_each of a dynamic block is null"))
	case !raw.IsKnown() || raw.Type() == cty.DynamicPseudoType:
		return nil, withCause(settled(marks))
	case !raw.CanIterateElements():
		return nil, cty.NewValueMarks(cause("the for_each of a dynamic block is a " + raw.Type().FriendlyName()))
	}
	if err := s.spend(raw.LengthInt()); err != nil {
		return nil, cty.NewValueMarks(cause(err.Error()))
	}
	pass := settled(marks)
	var out []*scope
	for it := raw.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if raw.Type().IsSetType() {
			k = e
		}
		out = append(out, s.bind(n.iter, cty.ObjectVal(map[string]cty.Value{"key": k, "value": withMarks(e, pass)})))
	}
	return out, nil
}

// withCause makes sure that there is one.
func withCause(marks cty.ValueMarks) cty.ValueMarks {
	for m := range marks {
		if _, ok := m.(literalMark); !ok {
			return marks
		}
	}
	return union(marks, cty.NewValueMarks(cause(causeOf(nil))))
}
