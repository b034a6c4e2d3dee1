package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A specialFunc is a function that needs more than the values of its
// arguments: their marks, the root, or files.
type specialFunc struct {
	least, most int // arguments; most -1 is any number
	call        func(s *scope, args []cty.Value) (cty.Value, error)
}

// special calls a special function.
func (s *scope) special(f specialFunc, args []cty.Value) (cty.Value, error) {
	if len(args) < f.least || f.most >= 0 && len(args) > f.most {
		return cty.NilVal, faultf("it does not take %d arguments", len(args))
	}
	return f.call(s, args)
}

// specialFor is a switch and not a map, because templates call functions.
func specialFor(name string) (specialFunc, bool) {
	switch name {
	case "coalesce":
		return specialFunc{1, -1, coalesce}, true
	case "lookup":
		return specialFunc{2, 3, lookup}, true
	case "sensitive":
		return specialFunc{1, 1, func(_ *scope, a []cty.Value) (cty.Value, error) { return a[0].Mark(secret), nil }}, true
	case "nonsensitive":
		return specialFunc{1, 1, func(_ *scope, a []cty.Value) (cty.Value, error) { return without(a[0], secret), nil }}, true
	case "issensitive":
		return specialFunc{1, 1, isSensitive}, true
	case "ephemeralasnull":
		return specialFunc{1, 1, ephemeralAsNull}, true
	case "assumenotnull":
		return specialFunc{1, 1, assumeNotNull}, true
	case "assumeequal":
		return specialFunc{2, 2, assumeEqual}, true
	case "list", "map":
		return specialFunc{0, -1, func(*scope, []cty.Value) (cty.Value, error) {
			return cty.NilVal, fault("the function was removed; write [...], {...}, tolist or tomap")
		}}, true
	case "templatefile":
		return specialFunc{2, 2, templateFile}, true
	case "templatestring":
		return specialFunc{2, 2, templateString}, true
	}
	if f, ok := fileFunction(name); ok {
		return f, true
	}
	return gruntFunction(name)
}

// coalesce takes the first argument that is neither null nor an empty string.
// What it was not taken from leaves no reference.
func coalesce(_ *scope, args []cty.Value) (cty.Value, error) {
	types := make([]cty.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	ty, _ := convert.UnifyUnsafe(types)
	if ty == cty.NilType {
		return cty.NilVal, fault("the arguments are of different types")
	}
	for i, a := range args {
		if lazyOf(a) != nil {
			return a, nil // a resource or module is never null
		}
		raw, marks := a.Unmark()
		if raw.IsNull() {
			continue
		}
		v, err := convertTo(raw, ty)
		if err != nil {
			return cty.NilVal, err
		}
		if !v.IsKnown() {
			if v.Range().DefinitelyNotNull() && (ty != cty.String || v.Range().StringPrefix() != "") {
				return withMarks(v, marks), nil
			}
			return withMarks(neverNullOf(ty), settled(union(marks, onlyRefs(marksOf(args[i+1:]))))), nil
		}
		if ty == cty.String && v.AsString() == "" {
			continue
		}
		return withMarks(v, marks), nil
	}
	return cty.NilVal, fault("every argument is null or empty")
}

// neverNullOf is an unknown value of the type that is not null.
func neverNullOf(ty cty.Type) cty.Value {
	if ty == cty.DynamicPseudoType {
		return cty.DynamicVal
	}
	return cty.UnknownVal(ty).RefineNotNull()
}

// lookup takes an element of a map or object, else the default.
func lookup(s *scope, args []cty.Value) (cty.Value, error) {
	if l := lazyOf(args[0]); l != nil && !l.plural() {
		if name, _, ok, err := constText(args[1], cty.String); ok && err == nil {
			v, err := l.attr(s.trying(), name)
			if err != nil && len(args) == 3 {
				return args[2], nil
			}
			return v, err
		}
	}
	m, marks := settle(args[0]).Unmark()
	if len(args) == 3 && m.Type().IsMapType() {
		def, err := convertTo(args[2], m.Type().ElementType())
		if err != nil {
			return cty.NilVal, faultf("the default does not fit the map: %s", err)
		}
		args = []cty.Value{args[0], args[1], def}
	}
	k, keyMarks := settle(args[1]).Unmark()
	ty := m.Type()
	if m.IsNull() || k.IsNull() {
		return cty.NilVal, fault("the map or the key is null")
	}
	k, err := convertTo(k, cty.String)
	if err != nil {
		return cty.NilVal, err
	}
	switch {
	case ty == cty.DynamicPseudoType:
		return withMarks(cty.DynamicVal, marks, keyMarks), nil
	case !ty.IsMapType() && !ty.IsObjectType():
		return cty.NilVal, faultf("a map is needed, not a %s", ty.FriendlyName())
	case ty.IsMapType() && !k.IsKnown():
		return withMarks(cty.UnknownVal(ty.ElementType()), deepMarks(args[0]), keyMarks), nil
	case !k.IsKnown():
		return withMarks(cty.DynamicVal, deepMarks(args[0]), keyMarks), nil
	case ty.IsMapType() && !m.IsKnown():
		return withMarks(cty.UnknownVal(ty.ElementType()), marks, keyMarks), nil
	case !m.IsKnown():
		if ty.HasAttribute(k.AsString()) {
			return withMarks(cty.UnknownVal(ty.AttributeType(k.AsString())), marks, keyMarks), nil
		}
	}
	if m.IsKnown() {
		if v, ok := member(m, k.AsString()); ok {
			return withMarks(v, marks, keyMarks), nil
		}
	}
	if len(args) < 3 {
		return cty.NilVal, faultf("there is no element %q and no default", k.AsString())
	}
	return withMarks(args[2], marks, keyMarks), nil
}

func assumeNotNull(_ *scope, args []cty.Value) (cty.Value, error) {
	raw, marks := args[0].Unmark()
	switch {
	case raw.IsNull():
		return cty.NilVal, fault("the value is null")
	case raw.IsKnown() || raw.Type() == cty.DynamicPseudoType:
		return args[0], nil
	}
	return withMarks(raw.RefineNotNull(), marks), nil
}

// assumeEqual gives its second argument, which the first one must not contradict.
func assumeEqual(_ *scope, args []cty.Value) (cty.Value, error) {
	a, _ := settle(args[0]).UnmarkDeep()
	b, _ := settle(args[1]).UnmarkDeep()
	a, err := convertTo(a, b.Type())
	if err != nil {
		return cty.NilVal, err
	}
	if eq := a.Equals(b); eq.IsKnown() && eq.False() {
		return cty.NilVal, fault("the value is not the one that is assumed")
	}
	return withMarks(args[1], onlyRefs(deepMarks(args[0]))), nil
}
