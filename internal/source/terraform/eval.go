package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
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
		return cty.NilVal, noElement(key, oneLine(diags[0].Detail))
	}
	if out.Type() == cty.DynamicPseudoType && !out.IsKnown() && raw.Type() == cty.DynamicPseudoType {
		marks = settled(marks)
	}
	return withMarks(out, marks), nil
}

// noElement words why a collection has no such element.
func noElement(key cty.Value, detail string) error {
	if k, err := convertTo(key, cty.String); err == nil && strings.HasPrefix(detail, "The given key does not identify") {
		return faultf("there is no element %q here", k.AsString())
	}
	return fault(detail)
}
