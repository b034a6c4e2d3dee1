package terraform

import (
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// lengthFunc counts elements; of a string, the characters as people see them.
var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsTupleType() || ty.IsObjectType() || ty.IsCollectionType() {
			return cty.Number, nil
		}
		return cty.NilType, errors.New("a collection or a string is needed")
	},
	RefineResult: neverNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		raw, marks := args[0].Unmark()
		ty := raw.Type()
		var n cty.Value
		switch {
		case ty == cty.DynamicPseudoType:
			n = cty.UnknownVal(cty.Number)
		case ty.IsTupleType():
			n = cty.NumberIntVal(int64(ty.Length()))
		case ty.IsObjectType():
			n = cty.NumberIntVal(int64(len(ty.AttributeTypes())))
		case ty == cty.String:
			v, err := stdlib.Strlen(raw)
			if err != nil {
				return cty.NilVal, err
			}
			n = v
		default:
			n = raw.Length()
		}
		return n.WithMarks(marks), nil
	},
})

var (
	allTrueFunc = truthFunc(true)
	anyTrueFunc = truthFunc(false)
)

// truthFunc is alltrue, whose answer is decided by one false element, and
// anytrue, whose answer is decided by one true one. Null counts as false.
func truthFunc(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool), RefineResult: neverNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			open := false
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				if !v.IsKnown() {
					open = true
					continue
				}
				if on := !v.IsNull() && v.True(); on != all {
					return cty.BoolVal(!all), nil
				}
			}
			if open {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(all), nil
		},
	})
}

// oneFunc takes the only element, or null of an empty collection.
var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowMarked: true}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		switch {
		case ty.IsListType() || ty.IsSetType():
			return ty.ElementType(), nil
		case ty.IsTupleType() && ty.Length() == 0:
			return cty.DynamicPseudoType, nil
		case ty.IsTupleType() && ty.Length() == 1:
			return ty.TupleElementType(0), nil
		}
		return cty.NilType, errors.New("a list or set of none or one element is needed")
	},
	Impl: func(args []cty.Value, want cty.Type) (cty.Value, error) {
		raw, marks := args[0].Unmark()
		if l := raw.Length(); !l.IsKnown() {
			return cty.UnknownVal(want).WithMarks(marks), nil
		}
		switch raw.LengthInt() {
		case 0:
			return cty.NullVal(want).WithMarks(marks), nil
		case 1:
			it := raw.ElementIterator()
			it.Next()
			_, v := it.Element()
			return withMarks(v, marks), nil
		}
		return cty.NilVal, errors.New("there is more than one element")
	},
})

var indexFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyArg("list"), anyArg("value")},
	Type:   function.StaticReturnType(cty.Number), RefineResult: neverNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if ty := args[0].Type(); !ty.IsListType() && !ty.IsTupleType() {
			return cty.NilVal, errors.New("a list is needed")
		}
		for it := args[0].ElementIterator(); it.Next(); {
			i, v := it.Element()
			eq, err := stdlib.Equal(v, args[1])
			switch {
			case err != nil:
				return cty.NilVal, err
			case !eq.IsKnown():
				return cty.UnknownVal(cty.Number), nil
			case eq.True():
				return i, nil
			}
		}
		return cty.NilVal, errors.New("the list does not hold the value")
	},
})

var matchKeysFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "values", Type: cty.List(cty.DynamicPseudoType)}, {Name: "keys", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "searchset", Type: cty.List(cty.DynamicPseudoType)},
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
			return cty.NilType, errors.New("the keys and what is searched are of different types")
		}
		return args[0].Type(), nil
	},
	RefineResult: neverNull,
	Impl: func(args []cty.Value, want cty.Type) (cty.Value, error) {
		if args[0].LengthInt() != args[1].LengthInt() {
			return cty.NilVal, errors.New("there are as many values as keys")
		}
		if args[2].LengthInt() == 0 {
			return cty.ListValEmpty(want.ElementType()), nil
		}
		for _, a := range args {
			if !a.IsWhollyKnown() {
				return cty.UnknownVal(want), nil
			}
		}
		ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
		keys, err := convert.Convert(args[1], ty)
		if err != nil {
			return cty.NilVal, err
		}
		set, err := convert.Convert(args[2], ty)
		if err != nil {
			return cty.NilVal, err
		}
		wanted := set.AsValueSlice()
		var out []cty.Value
		vals := args[0].AsValueSlice()
		for i, k := range keys.AsValueSlice() {
			if slices.ContainsFunc(wanted, k.RawEquals) {
				out = append(out, vals[i])
			}
		}
		if out == nil {
			return cty.ListValEmpty(want.ElementType()), nil
		}
		return cty.ListVal(out), nil
	},
})

var transposeFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
	Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))), RefineResult: neverNull,
	Impl: func(args []cty.Value, want cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(want), nil
		}
		out := map[string][]cty.Value{}
		for it := args[0].ElementIterator(); it.Next(); { // in the order of the keys, so the lists come out sorted
			k, list := it.Element()
			if list.IsNull() {
				return cty.NilVal, errors.New("a list is null")
			}
			for _, v := range list.AsValueSlice() {
				if v.IsNull() {
					return cty.NilVal, errors.New("an element is null")
				}
				out[v.AsString()] = append(out[v.AsString()], k)
			}
		}
		if len(out) == 0 {
			return cty.MapValEmpty(cty.List(cty.String)), nil
		}
		vals := make(map[string]cty.Value, len(out))
		for k, l := range out {
			vals[k] = cty.ListVal(l)
		}
		return cty.MapVal(vals), nil
	},
})

var sumFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyArg("list")},
	Type:   function.StaticReturnType(cty.Number), RefineResult: neverNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		ty := args[0].Type()
		if !ty.IsListType() && !ty.IsSetType() && !ty.IsTupleType() {
			return cty.NilVal, errors.New("a list or set is needed")
		}
		if args[0].LengthInt() == 0 {
			return cty.NilVal, errors.New("the list is empty")
		}
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(cty.Number), nil
		}
		total := cty.Zero
		for it := args[0].ElementIterator(); it.Next(); {
			_, v := it.Element()
			n, err := convertTo(v, cty.Number)
			if err != nil || n.IsNull() {
				return cty.NilVal, errors.New("an element is not a number")
			}
			total = total.Add(n)
		}
		return total, nil
	},
})
