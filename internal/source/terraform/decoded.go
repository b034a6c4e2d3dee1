package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// decodes are the functions that parse a document. Roots of one repository
// parse the same library of documents again and again, so what a text comes to
// is kept for all of them. What a call costs in steps is charged all the same:
// a result must not depend on which root came first.
var decodes = map[string]bool{"jsondecode": true, "yamldecode": true}

// maxDecoded bounds the text whose values are kept.
const maxDecoded = 32 << 20

// A document is a text and the function that parses it.
type document struct{ function, text string }

// A decoded value or why there is none.
type decoded struct {
	v   cty.Value
	err error
}

// call calls a pure function.
func (ld *loader) call(name string, f function.Function, args []cty.Value) (cty.Value, error) {
	if name == "distinct" {
		if v, ok := distinctTexts(args[0]); ok {
			return v, nil
		}
	}
	if !decodes[name] || len(args) != 1 || args[0].IsMarked() || args[0].Type() != cty.String || !args[0].IsKnown() || args[0].IsNull() {
		out, err := f.Call(args)
		if err == nil && decodes[name] && hugeInside(out) {
			err = fault("a number is too large")
		}
		return out, err
	}
	key := document{name, args[0].AsString()}
	ld.mu.Lock()
	d, ok := ld.decoded[key]
	ld.mu.Unlock()
	if ok {
		return d.v, d.err
	}
	d.v, d.err = f.Call(args)
	if d.err == nil && hugeInside(d.v) {
		d.err = fault("a number is too large")
	}
	ld.mu.Lock()
	if ld.decodedSize+len(key.text) <= maxDecoded {
		ld.decodedSize += len(key.text)
		ld.decoded[key] = d
	}
	ld.mu.Unlock()
	return d.v, d.err
}

// uniform converts a tuple of equal primitive types to a list or set. The
// library would unify as many types as there are elements, which grows with
// their square.
func uniform(v cty.Value, want cty.Type) (cty.Value, bool) {
	ty := v.Type()
	if !isUniform(ty, want) {
		return cty.NilVal, false
	}
	raw, marks := v.Unmark()
	if !raw.IsKnown() || raw.IsNull() {
		return cty.NilVal, false
	}
	elements := raw.AsValueSlice()
	if want.IsListType() {
		return withMarks(cty.ListVal(elements), marks), true
	}
	return withMarks(cty.SetVal(elements), marks), true
}

// isUniform reports whether [uniform] knows the conversion.
func isUniform(ty, want cty.Type) bool {
	if !ty.IsTupleType() || ty.Length() < 16 || !want.IsListType() && !want.IsSetType() {
		return false
	}
	elements := ty.TupleElementTypes()
	first := elements[0]
	if !first.IsPrimitiveType() || want.ElementType() != cty.DynamicPseudoType && !want.ElementType().Equals(first) {
		return false
	}
	for _, e := range elements[1:] {
		if !e.Equals(first) {
			return false
		}
	}
	return true
}
