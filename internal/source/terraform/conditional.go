package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

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
	if l, ok := constant(other); ok && (l.v.Type().Equals(ty) || isNullLiteral(l.v) && !v.IsNull()) {
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
