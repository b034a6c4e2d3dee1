package terraform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// toFunc converts to a type, explicitly.
func toFunc(want cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			got := args[0].Type()
			switch {
			case got.Equals(want):
				return want, nil
			case isUniform(got, want) && want.IsListType():
				return cty.List(got.TupleElementTypes()[0]), nil
			case isUniform(got, want):
				return cty.Set(got.TupleElementTypes()[0]), nil
			}
			conv := convert.GetConversionUnsafe(got, want)
			if conv == nil {
				return cty.NilType, fmt.Errorf("a %s cannot become a %s", got.FriendlyName(), want.FriendlyNameForConstraint())
			}
			if args[0].IsKnown() {
				return convertedType(args[0], want)
			}
			return want, nil
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) { return convertTo(args[0], want) },
	})
}

// convertedType is the type that conversion of this value gives; want may
// leave element types open.
func convertedType(v cty.Value, want cty.Type) (cty.Type, error) {
	out, err := convertTo(v, want)
	if err != nil {
		return cty.NilType, err
	}
	return out.Type(), nil
}

// assume makes a function that only says more about an unknown value. Unlike
// a collection, whose length is asked for, a text may still be null.
func assume(ty cty.Type, extra []function.Parameter, check func(v cty.Value, args []cty.Value) error, refine func(b *cty.RefinementBuilder, args []cty.Value) *cty.RefinementBuilder) function.Function {
	params := append([]function.Parameter{{Name: "value", Type: ty, AllowUnknown: true, AllowNull: ty == cty.String}}, extra...)
	return function.New(&function.Spec{
		Params: params,
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch {
			case args[0].IsNull():
				return args[0], nil
			case args[0].IsKnown():
				return args[0], check(args[0], args[1:])
			}
			b := args[0].Refine()
			if ty != cty.String {
				b = b.NotNull()
			}
			return refine(b, args[1:]).NewValue(), nil
		},
	})
}

var assumePrefixFunc = assume(cty.String, []function.Parameter{{Name: "prefix", Type: cty.String}},
	func(v cty.Value, args []cty.Value) error {
		if !strings.HasPrefix(v.AsString(), args[0].AsString()) {
			return errors.New("the text does not begin so")
		}
		return nil
	},
	func(b *cty.RefinementBuilder, args []cty.Value) *cty.RefinementBuilder {
		return b.StringPrefix(args[0].AsString())
	})

func numberArg(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.Number}
}

// assumeLength takes a least and a greatest length.
func assumeLength(kind func(cty.Type) cty.Type) function.Function {
	return assume(kind(cty.DynamicPseudoType), []function.Parameter{numberArg("min"), numberArg("max")},
		func(v cty.Value, args []cty.Value) error { return between(v, &args[0], &args[1]) },
		func(b *cty.RefinementBuilder, args []cty.Value) *cty.RefinementBuilder {
			lo, err := wholeNumber(args[0])
			hi, err2 := wholeNumber(args[1])
			if err != nil || err2 != nil || lo < 0 || hi < lo {
				return b
			}
			return b.CollectionLengthLowerBound(lo).CollectionLengthUpperBound(hi)
		})
}

// assumeBound takes one of the two.
func assumeBound(kind func(cty.Type) cty.Type, lower bool) function.Function {
	return assume(kind(cty.DynamicPseudoType), []function.Parameter{numberArg("bound")},
		func(v cty.Value, args []cty.Value) error {
			if lower {
				return between(v, &args[0], nil)
			}
			return between(v, nil, &args[0])
		},
		func(b *cty.RefinementBuilder, args []cty.Value) *cty.RefinementBuilder {
			n, err := wholeNumber(args[0])
			switch {
			case err != nil || n < 0:
				return b
			case lower:
				return b.CollectionLengthLowerBound(n)
			}
			return b.CollectionLengthUpperBound(n)
		})
}

func between(v cty.Value, lo, hi *cty.Value) error {
	n := v.Length()
	if !n.IsKnown() {
		return nil
	}
	if lo != nil && n.LessThan(*lo).True() || hi != nil && n.GreaterThan(*hi).True() {
		return errors.New("the collection is not as long as assumed")
	}
	return nil
}
