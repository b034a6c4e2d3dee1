package terraform

import (
	"github.com/zclconf/go-cty/cty"
)

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
