package terraform

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// The functions here do what those of the library do, in less time: large
// libraries of policies spend most of an evaluation in them.

// jsonDecodeFunc decodes a document in one pass. Objects become objects,
// arrays tuples, null a null of any type.
var jsonDecodeFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "str", Type: cty.String}},
	Type:   func(args []cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, nil },
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		dec := json.NewDecoder(strings.NewReader(args[0].AsString()))
		dec.UseNumber()
		var doc any
		if err := dec.Decode(&doc); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = errors.New("the document ends too early")
			}
			return cty.NilVal, err
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return cty.NilVal, errors.New("there is text after the document")
		}
		return decodedValue(doc)
	},
})

func decodedValue(doc any) (cty.Value, error) {
	switch x := doc.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case bool:
		return cty.BoolVal(x), nil
	case string:
		return cty.StringVal(x), nil
	case json.Number:
		if hugeText(string(x)) {
			return cty.NilVal, fault("a number is too large")
		}
		return cty.ParseNumberVal(string(x))
	case []any:
		out := make([]cty.Value, len(x))
		for i, e := range x {
			v, err := decodedValue(e)
			if err != nil {
				return cty.NilVal, err
			}
			out[i] = v
		}
		return cty.TupleVal(out), nil
	case map[string]any:
		out := make(map[string]cty.Value, len(x))
		for k, e := range x {
			v, err := decodedValue(e)
			if err != nil {
				return cty.NilVal, err
			}
			out[k] = v
		}
		return cty.ObjectVal(out), nil
	}
	return cty.NilVal, errors.New("the document holds something that is no JSON")
}

// distinctTexts is distinct for a known list of strings. The library compares
// every element with every other one.
func distinctTexts(list cty.Value) (cty.Value, bool) {
	ty := list.Type()
	if !ty.IsListType() || ty.ElementType() != cty.String || list.IsMarked() || list.IsNull() || !list.IsKnown() || list.LengthInt() == 0 {
		return cty.NilVal, false
	}
	seen := make(map[string]bool, list.LengthInt())
	var out []cty.Value
	for it := list.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.IsMarked() || e.IsNull() || !e.IsKnown() {
			return cty.NilVal, false
		}
		if text := e.AsString(); !seen[text] {
			seen[text] = true
			out = append(out, e)
		}
	}
	return cty.ListVal(out), true
}
