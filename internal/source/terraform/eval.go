package terraform

import (
	"math/big"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

func (e lit) eval(*scope) (cty.Value, error)  { return e.v, nil }
func (e *bad) eval(*scope) (cty.Value, error) { return cty.NilVal, fault(e.why) }
func (e *anon) eval(s *scope) (cty.Value, error) {
	if s.element == cty.NilVal {
		return cty.NilVal, fault("there is no element here")
	}
	return s.element, nil
}

func (e *get) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.src)
	if err != nil {
		return v, err
	}
	return s.walk(v, e.steps)
}

// walk takes attributes and constant elements, one after the other.
func (s *scope) walk(v cty.Value, steps []step) (cty.Value, error) {
	var err error
	for _, st := range steps {
		if st.name != "" {
			v, err = s.attrOf(v, st.name)
		} else {
			v, err = s.elementOf(v, st.key)
		}
		if err != nil {
			return v, err
		}
	}
	return v, nil
}

// attrOf is v.name.
func (s *scope) attrOf(v cty.Value, name string) (cty.Value, error) {
	if l := lazyOf(v); l != nil {
		return l.attr(s, name)
	}
	raw, marks := v.Unmark()
	ty := raw.Type()
	if raw.IsNull() {
		return cty.NilVal, faultf("a null value has no attribute %q", name)
	}
	switch {
	case ty == cty.DynamicPseudoType:
		return withMarks(cty.DynamicVal, settled(marks)), nil
	case ty.IsObjectType():
		if !ty.HasAttribute(name) {
			return cty.NilVal, faultf("there is no attribute %q here", name)
		}
		return withMarks(raw.GetAttr(name), marks), nil
	case ty.IsMapType():
		if !raw.IsKnown() {
			return withMarks(cty.UnknownVal(ty.ElementType()), marks), nil
		}
		k := cty.StringVal(name)
		if raw.HasIndex(k).False() {
			return cty.NilVal, faultf("there is no element %q here", name)
		}
		return withMarks(raw.Index(k), marks), nil
	case ty.IsTupleType() && ty.Length() == 1 && raw.IsKnown():
		// A block that may occur once is written without an index.
		e := raw.Index(cty.Zero)
		if l := lazyOf(e); l != nil {
			return l.attr(s, name)
		}
	}
	return cty.NilVal, faultf("a %s has no attribute %q", ty.FriendlyName(), name)
}

func (e *index) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.coll)
	if err != nil {
		return v, err
	}
	k, err := s.eval(e.key)
	if err != nil {
		return k, err
	}
	return s.elementOf(v, k)
}

// elementOf is v[k].
func (s *scope) elementOf(v, k cty.Value) (cty.Value, error) {
	if l := lazyOf(v); l != nil {
		return l.index(s, k)
	}
	raw, marks := v.Unmark()
	key, keyMarks := k.Unmark()
	if key.IsNull() {
		return cty.NilVal, fault("an element is asked for by a null key")
	}
	if raw.IsNull() {
		return cty.NilVal, fault("a null value has no elements")
	}
	if !key.IsKnown() {
		marks = settled(deepMarks(v))
		return withMarks(cty.DynamicVal, marks, settled(keyMarks)), nil
	}
	out, diags := hcl.Index(raw, key, nil)
	if diags.HasErrors() {
		return cty.NilVal, fault(oneLine(diags[0].Detail))
	}
	if out.Type() == cty.DynamicPseudoType && !out.IsKnown() && raw.Type() == cty.DynamicPseudoType {
		marks = settled(marks)
	}
	return withMarks(out, marks), nil
}

func (e *splat) eval(s *scope) (cty.Value, error) {
	src, err := s.eval(e.src)
	if err != nil {
		return src, err
	}
	c := *s
	if l := lazyOf(src); l != nil {
		if l.plural() {
			v, err := l.index(s.trying(), cty.UnknownVal(cty.String))
			if err != nil {
				return v, err
			}
			c.element = v
			if v, err = c.trying().eval(e.each); err != nil {
				return v, err
			}
			return withMarks(cty.DynamicVal, deepMarks(v)), nil
		}
		c.element = src
		v, err := c.part(e.each)
		if err != nil {
			return v, err
		}
		return cty.TupleVal([]cty.Value{v}), nil
	}
	raw, marks := src.Unmark()
	ty := raw.Type()
	single := !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType()
	switch {
	case raw.IsNull() && single:
		return withMarks(cty.EmptyTupleVal, marks), nil
	case raw.IsNull():
		return cty.NilVal, fault("a null list has no elements")
	case !raw.IsKnown():
		return withMarks(cty.DynamicVal, settled(marks)), nil
	case single:
		c.element = src
		v, err := c.part(e.each)
		if err != nil {
			return v, err
		}
		return cty.TupleVal([]cty.Value{v}), nil
	}
	if err := s.spend(raw.LengthInt()); err != nil {
		return cty.NilVal, err
	}
	vals := make([]cty.Value, 0, raw.LengthInt())
	for it := raw.ElementIterator(); it.Next(); {
		_, c.element = it.Element()
		v, err := c.part(e.each)
		if err != nil {
			return v, err
		}
		vals = append(vals, v)
	}
	if !ty.IsTupleType() && len(vals) > 0 && cty.CanListVal(vals) {
		return withMarks(cty.ListVal(vals), marks), nil
	}
	if !ty.IsTupleType() && len(vals) == 0 {
		return withMarks(cty.ListValEmpty(cty.DynamicPseudoType), marks), nil
	}
	return withMarks(cty.TupleVal(vals), marks), nil
}

func (e *tuple) eval(s *scope) (cty.Value, error) {
	vals := make([]cty.Value, len(e.items))
	for i, it := range e.items {
		v, err := s.part(it)
		if err != nil {
			return v, err
		}
		vals[i] = v
	}
	return cty.TupleVal(vals), nil
}

func (e *object) eval(s *scope) (cty.Value, error) {
	if len(e.items) == 0 {
		return cty.EmptyObjectVal, nil
	}
	vals := make(map[string]cty.Value, len(e.items))
	var marks []cty.ValueMarks
	for _, it := range e.items {
		k, err := s.eval(it.key)
		if err != nil {
			return k, err
		}
		name, known, keyMarks, err := keyOf(k)
		if err != nil {
			return cty.NilVal, err
		}
		if !known {
			return withMarks(cty.DynamicVal, settled(keyMarks)), nil
		}
		if len(keyMarks) > 0 {
			marks = append(marks, settled(keyMarks))
		}
		v, err := s.part(it.val)
		if err != nil {
			return v, err
		}
		vals[name] = v
	}
	return withMarks(cty.ObjectVal(vals), marks...), nil
}

// keyOf turns a value into an object key.
func keyOf(k cty.Value) (string, bool, cty.ValueMarks, error) {
	raw, marks := k.Unmark()
	if raw.IsNull() {
		return "", false, nil, fault("an object key is null")
	}
	str, err := convert.Convert(raw, cty.String)
	if err != nil {
		return "", false, nil, faultf("an object key must be a string, not a %s", raw.Type().FriendlyName())
	}
	if !str.IsKnown() {
		return "", false, marks, nil
	}
	return str.AsString(), true, marks, nil
}

// maxPrefix bounds what is remembered of the beginning of an unknown string.
const maxPrefix = 256

func (e *template) eval(s *scope) (cty.Value, error) {
	var b strings.Builder
	var marks []cty.ValueMarks
	known := true
	for _, p := range e.parts {
		v, err := s.part(p)
		if err != nil {
			return v, err
		}
		raw, m := v.Unmark()
		if len(m) > 0 {
			marks = append(marks, m)
		}
		if raw.IsNull() {
			return cty.NilVal, fault("a null value stands in a string template")
		}
		if !raw.IsKnown() {
			known = false
			continue
		}
		str, err := convert.Convert(raw, cty.String)
		if err != nil {
			return cty.NilVal, faultf("a %s stands in a string template", raw.Type().FriendlyName())
		}
		if known {
			b.WriteString(str.AsString())
		}
		if b.Len() > maxText {
			return cty.NilVal, faultf("a string is longer than %d MiB", maxText>>20)
		}
	}
	if !known {
		out := cty.UnknownVal(cty.String).RefineNotNull()
		if n := b.Len(); n > 0 && n <= maxPrefix {
			out = out.Refine().StringPrefix(b.String()).NewValue()
		}
		return settle(withMarks(out, marks...)), nil
	}
	return settle(withMarks(cty.StringVal(b.String()), marks...)), nil
}

func (e *joined) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.parts)
	if err != nil {
		return v, err
	}
	raw, marks := v.Unmark()
	if !raw.IsKnown() || raw.IsNull() || !raw.CanIterateElements() {
		return settle(withMarks(cty.UnknownVal(cty.String), marks)), nil
	}
	t := &template{}
	for it := raw.ElementIterator(); it.Next(); {
		_, p := it.Element()
		t.parts = append(t.parts, lit{p})
	}
	out, err := t.eval(s)
	if err != nil {
		return out, err
	}
	return settle(withMarks(out, marks)), nil
}

func (e *cond) eval(s *scope) (cty.Value, error) {
	p, err := s.eval(e.pred)
	if err != nil {
		return p, err
	}
	raw, marks := p.Unmark()
	if raw.IsNull() {
		return cty.NilVal, fault("a condition is null")
	}
	flag, err := convert.Convert(raw, cty.Bool)
	if err != nil {
		return cty.NilVal, faultf("a condition is a %s", raw.Type().FriendlyName())
	}
	if !flag.IsKnown() {
		return s.either(e, causesOnly(marks))
	}
	chosen, other := e.yes, e.no
	if flag.False() {
		chosen, other = e.no, e.yes
	}
	v, err := s.eval(chosen)
	if err != nil {
		return v, err
	}
	return s.unify(v, other), nil
}

// either is a conditional whose condition is unknown: unknown itself, but of
// the common type and with the references of both branches.
func (s *scope) either(e *cond, marks cty.ValueMarks) (cty.Value, error) {
	a, errA := s.trying().eval(e.yes)
	b, errB := s.trying().eval(e.no)
	if errA != nil {
		a = unknown(errA.Error())
	}
	if errB != nil {
		b = unknown(errB.Error())
	}
	all := []cty.ValueMarks{marks, refsOnly(a), refsOnly(b)}
	rawA, _ := a.UnmarkDeep()
	rawB, _ := b.UnmarkDeep()
	ty := commonType(rawA, rawB)
	if ty == cty.NilType {
		ty = cty.DynamicPseudoType
	}
	if rawA.IsNull() && rawB.IsNull() && errA == nil && errB == nil {
		return withMarks(cty.NullVal(ty), all...), nil
	}
	out := cty.UnknownVal(ty)
	if ty != cty.DynamicPseudoType && notNull(rawA) && notNull(rawB) {
		out = out.RefineNotNull()
	}
	return withMarks(out, all...), nil
}

// refsOnly is what a value that may be chosen adds to the result: what it
// refers to, and why it is unknown when it is.
func refsOnly(v cty.Value) cty.ValueMarks { return deepMarks(v) }

func notNull(v cty.Value) bool { return v.Range().DefinitelyNotNull() }

// isNullLiteral reports a null without a type of its own.
func isNullLiteral(v cty.Value) bool { return v.Type() == cty.DynamicPseudoType && v.IsNull() }

// commonType is the type of a conditional with these branches; NilType when
// the language refuses them.
func commonType(a, b cty.Value) cty.Type {
	switch {
	case isNullLiteral(a):
		return b.Type()
	case isNullLiteral(b):
		return a.Type()
	case a.Type() == cty.DynamicPseudoType || b.Type() == cty.DynamicPseudoType:
		return cty.DynamicPseudoType
	}
	if a.Type().Equals(b.Type()) {
		return a.Type()
	}
	ty, _ := convert.UnifyUnsafe([]cty.Type{a.Type(), b.Type()})
	return ty
}

// unify gives the chosen branch the type that both branches share. The other
// branch is evaluated for its type only; what is wrong with it does not matter.
func (s *scope) unify(v cty.Value, other expr) cty.Value {
	ty := v.Type()
	if l, ok := other.(lit); ok && (l.v.Type().Equals(ty) || isNullLiteral(l.v) && !v.IsNull()) {
		return v
	}
	if ty == cty.DynamicPseudoType && !v.IsNull() {
		return v
	}
	o, err := s.trying().eval(other)
	if err != nil {
		return v
	}
	switch {
	case isNullLiteral(o) && !v.IsNull(), o.Type() == cty.DynamicPseudoType, ty.Equals(o.Type()):
		return v
	}
	raw, marks := v.Unmark()
	rawOther, _ := o.Unmark()
	want := commonType(raw, rawOther)
	if want == cty.NilType || want == cty.DynamicPseudoType {
		return v
	}
	out, err := convert.Convert(raw, want)
	if err != nil {
		return v
	}
	return withMarks(out, marks)
}

func (e *unary) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.val)
	if err != nil {
		return v, err
	}
	raw, marks := v.Unmark()
	p := e.op.Impl.Params()[0]
	if raw, err = convert.Convert(raw, p.Type); err != nil {
		return cty.NilVal, faultf("an operand has the wrong type: %s", err)
	}
	out, err := e.op.Impl.Call([]cty.Value{raw})
	if err != nil {
		return cty.NilVal, faultf("an operation failed: %s", err)
	}
	return settle(withMarks(out, marks)), nil
}

func (e *binary) eval(s *scope) (cty.Value, error) {
	l, errL := s.eval(e.lhs)
	if errL == nil && e.op.ShortCircuit != nil {
		if v, done := shortCircuit(e, l); done {
			return v, nil
		}
	}
	r, errR := s.eval(e.rhs)
	if e.op.ShortCircuit != nil {
		if errL != nil || errR != nil {
			// One side that decides is enough, whatever is wrong with the other.
			if errR == nil {
				if v, done := shortCircuit(e, r); done {
					return v, nil
				}
			}
		}
	}
	if errL != nil {
		return l, errL
	}
	if errR != nil {
		return r, errR
	}
	rawL, marksL := l.Unmark()
	rawR, marksR := r.Unmark()
	if e.op.Type == cty.Bool && (rawL.IsNull() || rawR.IsNull()) {
		// A resource or module is never null, even when nothing else is known.
		if lazyOf(l) != nil || lazyOf(r) != nil {
			if v, ok := equality(e, rawL.IsNull() && rawR.IsNull()); ok {
				return v, nil
			}
		}
	}
	params := e.op.Impl.Params()
	var err error
	if rawL, err = convert.Convert(rawL, params[0].Type); err != nil {
		return cty.NilVal, faultf("the left operand has the wrong type: %s", err)
	}
	if rawR, err = convert.Convert(rawR, params[1].Type); err != nil {
		return cty.NilVal, faultf("the right operand has the wrong type: %s", err)
	}
	if e.op.ShortCircuit != nil {
		if rawL.IsNull() || rawR.IsNull() {
			return cty.NilVal, fault("an operand of a logical operation is null")
		}
		if v, diags := e.op.ShortCircuit(rawL, rawR, nil, nil); v != cty.NilVal && !diags.HasErrors() {
			return settle(withMarks(v, marksL, marksR)), nil
		}
	}
	out, err := e.op.Impl.Call([]cty.Value{rawL, rawR})
	if err != nil {
		return cty.NilVal, faultf("an operation failed: %s", err)
	}
	if out.Type() == cty.Number && out.IsKnown() && !out.IsNull() && out.AsBigFloat().MantExp(nil) > 1<<14 {
		return cty.NilVal, fault("a number is too large")
	}
	return settle(withMarks(out, marksL, marksR)), nil
}

// shortCircuit decides a logical operation by one known operand.
func shortCircuit(e *binary, v cty.Value) (cty.Value, bool) {
	raw, marks := v.Unmark()
	if raw.IsNull() || !raw.IsKnown() {
		return cty.NilVal, false
	}
	b, err := convert.Convert(raw, cty.Bool)
	if err != nil {
		return cty.NilVal, false
	}
	if isOr(e) == b.True() {
		return withMarks(b, settled(marks)), true
	}
	return cty.NilVal, false
}

// isOr tells || from && by what the operation itself does.
func isOr(e *binary) bool {
	v, err := e.op.Impl.Call([]cty.Value{cty.True, cty.False})
	return err == nil && v.True()
}

// equality returns the result of == or != for a known answer; ok is false for
// other operators.
func equality(e *binary, same bool) (cty.Value, bool) {
	switch opName(e.op) {
	case "==":
		return cty.BoolVal(same), true
	case "!=":
		return cty.BoolVal(!same), true
	}
	return cty.NilVal, false
}

// wholeNumber returns v as an int.
func wholeNumber(v cty.Value) (int, error) {
	n, err := convert.Convert(v, cty.Number)
	if err != nil {
		return 0, faultf("a whole number is needed, not a %s", v.Type().FriendlyName())
	}
	i, acc := n.AsBigFloat().Int64()
	if acc != big.Exact {
		return 0, fault("a whole number is needed")
	}
	return int(i), nil
}
