package terraform

import "github.com/zclconf/go-cty/cty"

// A trait is a mark of the language itself, which issensitive and
// ephemeralasnull ask for. Evaluation goes on through it; a reading of a
// sensitive value is unknown, because readings are printed.
type trait string

const (
	secret   trait = "sensitive"
	fleeting trait = "ephemeral"
)

// without takes a trait off the value itself.
func without(v cty.Value, t trait) cty.Value {
	if !v.HasMark(t) {
		return v
	}
	raw, marks := v.Unmark()
	kept := cty.ValueMarks{}
	for m := range marks {
		if m != any(t) {
			kept[m] = struct{}{}
		}
	}
	return withMarks(raw, kept)
}

// isSensitive does not decide about an unknown value, not even a marked one:
// of a condition that is unknown the mark may stem from the branch that is not
// taken in the end.
func isSensitive(_ *scope, args []cty.Value) (cty.Value, error) {
	if raw, marks := args[0].Unmark(); !raw.IsKnown() {
		return withMarks(cty.UnknownVal(cty.Bool).RefineNotNull(), causesOnly(marks)), nil
	}
	return cty.BoolVal(args[0].HasMark(secret)), nil
}

// ephemeralAsNull replaces what is ephemeral by null.
func ephemeralAsNull(_ *scope, args []cty.Value) (cty.Value, error) {
	if lazyOf(args[0]) != nil || tooHeavy(args[0]) {
		return settle(args[0]), nil
	}
	return cty.Transform(args[0], func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.HasMark(fleeting) {
			return v, nil
		}
		raw, marks := without(v, fleeting).Unmark()
		if !raw.IsKnown() {
			return withMarks(cty.UnknownVal(raw.Type()), marks), nil
		}
		return withMarks(cty.NullVal(raw.Type()), marks), nil
	})
}
