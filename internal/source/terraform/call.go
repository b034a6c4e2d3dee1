package terraform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// eval calls a function. Three sorts exist: those that decide themselves which
// arguments to evaluate or that look at files (special.go), those of a
// provider, which only the provider can run, and pure ones (functions.go).
func (e *call) eval(s *scope) (cty.Value, error) {
	name := strings.TrimPrefix(e.name, "core::")
	if strings.Contains(name, "::") {
		return e.foreign(s)
	}
	if name == "try" || name == "can" {
		return e.attempt(s, name == "can")
	}
	args, open, err := e.arguments(s)
	if err != nil {
		return cty.NilVal, err
	}
	if open != nil {
		return withMarks(cty.DynamicVal, open), nil
	}
	if why := impure[name]; why != "" {
		return withMarks(cty.UnknownVal(cty.String).RefineNotNull().Mark(cause(name+"() "+why)), marksOf(args)), nil
	}
	if f, ok := specialFor(name); ok {
		v, err := s.special(f, args)
		return v, naming(name, err)
	}
	f, ok := functions[name]
	if !ok {
		return cty.NilVal, faultf("there is no function %s", e.name)
	}
	if name == "jsondecode" && len(args) == 1 {
		if doc, ok := documentOf(args[0]); ok {
			return doc, nil
		}
	}
	v, err := s.pure(name, f, args)
	if name == "jsonencode" && err == nil {
		v = encoded(v, args[0])
	}
	if name == "base64encode" && err == nil {
		v = withMarks(v, piecesMarks(args[0]))
	}
	return v, naming(name, err)
}

// impure functions give another answer at every run.
var impure = map[string]string{
	"timestamp":     "is the time of the run",
	"plantimestamp": "is the time of the plan",
	"uuid":          "is random",
	"bcrypt":        "is salted at random",
}

// naming says in which function something went wrong.
func naming(name string, err error) error {
	if err == nil {
		return nil
	}
	return faultf("%s: %s", name, oneLine(err.Error()))
}

// arguments evaluates the arguments, the last one spread when the call says
// so. open are the marks of a spread argument whose length is unknown.
func (e *call) arguments(s *scope) (args []cty.Value, open cty.ValueMarks, err error) {
	args = make([]cty.Value, 0, len(e.args))
	for i, a := range e.args {
		v, err := s.eval(a)
		if err != nil {
			return nil, nil, err
		}
		if !e.expand || i < len(e.args)-1 {
			args = append(args, v)
			continue
		}
		raw, marks := settle(v).Unmark()
		ty := raw.Type()
		switch {
		case raw.IsNull():
			return nil, nil, faultf("%s: null is spread into arguments", e.name)
		case ty == cty.DynamicPseudoType || (ty.IsTupleType() || ty.IsListType() || ty.IsSetType()) && !raw.IsKnown():
			return nil, union(marks, marksOf(args)), nil
		case !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType():
			return nil, nil, faultf("%s: a %s is spread into arguments", e.name, ty.FriendlyName())
		}
		if err := s.spend(raw.LengthInt()); err != nil {
			return nil, nil, err
		}
		for it := raw.ElementIterator(); it.Next(); {
			_, el := it.Element()
			args = append(args, withMarks(el, marks))
		}
	}
	return args, nil, nil
}

// marksOf is everything that the arguments were computed from.
func marksOf(args []cty.Value) cty.ValueMarks {
	var all cty.ValueMarks
	for _, a := range args {
		all = union(all, deepMarks(a))
	}
	return settled(all)
}

// foreign is a function of a provider.
func (e *call) foreign(s *scope) (cty.Value, error) {
	var all cty.ValueMarks
	for _, a := range e.args {
		all = union(all, deepMarks(s.value(a)))
	}
	return withMarks(unknown(e.name+"() is run by the provider"), settled(all)), nil
}

// pure calls a function that only looks at its arguments. A placeholder that
// is an argument is looked at as a whole; those inside collections stay what
// they are where the function only moves them.
func (s *scope) pure(name string, f function.Function, args []cty.Value) (v cty.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = cty.NilVal, fault("its arguments do not fit together")
		}
	}()
	params, rest := f.Params(), f.VarParam()
	if len(args) < len(params) || rest == nil && len(args) > len(params) {
		return cty.NilVal, faultf("it takes %d arguments, not %d", len(params), len(args))
	}
	in := make([]cty.Value, len(args))
	for i, a := range args {
		p := rest
		if i < len(params) {
			p = &params[i]
		}
		a = settle(a)
		if !p.AllowMarked || name == "flatten" || parses[name] {
			if tooHeavy(a) || bulky(a) {
				return cty.NilVal, fault("an argument is too large")
			}
		}
		if in[i], err = convertTo(a, p.Type); err != nil {
			return cty.NilVal, faultf("argument %d: %s", i+1, err)
		}
		if raw, _ := in[i].Unmark(); raw.IsNull() && !p.AllowNull {
			return cty.NilVal, faultf("argument %d is null", i+1)
		}
		if err := s.spend(sizeOf(in[i])); err != nil {
			return cty.NilVal, err
		}
		if err := s.spendText(textOf(in[i])); err != nil {
			return cty.NilVal, err
		}
	}
	if err := guard(name, in); err != nil {
		return cty.NilVal, err
	}
	out, err := s.m.root.ld.call(name, f, in)
	if errors.As(err, new(function.PanicError)) {
		err = fault("its arguments do not fit together")
	}
	if err != nil {
		return cty.NilVal, err
	}
	if err := bounded(out); err != nil {
		return cty.NilVal, err
	}
	if err := s.spendText(textOf(out)); err != nil {
		return cty.NilVal, err
	}
	if parses[name] && !decodes[name] && hugeInside(out) {
		return cty.NilVal, fault("a number is too large")
	}
	if selects[name] && out.IsMarked() {
		return out, nil
	}
	if raw, _ := out.Unmark(); !raw.IsKnown() {
		return withMarks(raw, settled(union(out.Marks(), marksOf(in)))), nil
	}
	return settle(out), nil
}

// selects are the functions that hand out one of the elements as it is.
var selects = map[string]bool{"element": true, "one": true}

// sizeOf is the number of elements of a collection that is known.
func sizeOf(v cty.Value) int {
	raw, _ := v.Unmark()
	if raw.IsNull() || !raw.IsKnown() || !raw.CanIterateElements() {
		return 0
	}
	if raw.Type().IsObjectType() {
		return 1 // attributes are reached by name
	}
	return min(raw.LengthInt(), 64+raw.LengthInt()/64)
}

// textOf is the length of a string that is known.
func textOf(v cty.Value) int {
	raw, _ := v.Unmark()
	if raw.Type() != cty.String || raw.IsNull() || !raw.IsKnown() {
		return 0
	}
	return len(raw.AsString())
}

// convertTo is convert.Convert without its two bombs: the text of a number
// such as 1e999999999 has as many digits.
func convertTo(v cty.Value, ty cty.Type) (cty.Value, error) {
	if v.Type().Equals(ty) || ty == cty.DynamicPseudoType {
		return v, nil
	}
	raw, _ := v.Unmark()
	if raw.IsKnown() && !raw.IsNull() {
		switch {
		case raw.Type() == cty.Number && ty == cty.String && hugeNumber(raw):
			return cty.NilVal, fault("a number is too large")
		case raw.Type() == cty.String && ty == cty.Number && hugeText(raw.AsString()):
			return cty.NilVal, fault("a number is too large")
		}
	}
	if out, ok := uniform(v, ty); ok {
		return out, nil
	}
	out, err := convert.Convert(v, ty)
	if err != nil {
		return cty.NilVal, fmt.Errorf("a %s is needed: %w", ty.FriendlyNameForConstraint(), err)
	}
	return out, nil
}

func (e *conversion) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.val)
	if err != nil {
		return v, err
	}
	v = settle(v)
	if tooHeavy(v) {
		return cty.NilVal, fault("convert: the value is too large")
	}
	out, err := convertTo(v, e.ty)
	if err == nil && hugeInside(out) {
		err = fault("a number is too large")
	}
	return out, naming("convert", err)
}
