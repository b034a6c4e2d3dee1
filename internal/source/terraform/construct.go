package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

func (e *tuple) eval(s *scope) (cty.Value, error) {
	vals := make([]cty.Value, len(e.items))
	for i, it := range e.items {
		v, err := s.part(it)
		if err != nil {
			return v, err
		}
		vals[i] = v
	}
	return cty.TupleVal(vals), nil
}

func (e *object) eval(s *scope) (cty.Value, error) {
	if len(e.items) == 0 {
		return cty.EmptyObjectVal, nil
	}
	vals := make(map[string]cty.Value, len(e.items))
	var marks []cty.ValueMarks
	for _, it := range e.items {
		k, err := s.eval(it.key)
		if err != nil {
			return k, err
		}
		name, known, keyMarks, err := keyOf(k)
		if err != nil {
			return cty.NilVal, err
		}
		if !known {
			return withMarks(cty.DynamicVal, settled(keyMarks)), nil
		}
		if len(keyMarks) > 0 {
			marks = append(marks, settled(keyMarks))
		}
		v, err := s.part(it.val)
		if err != nil {
			return v, err
		}
		vals[name] = v
	}
	return withMarks(cty.ObjectVal(vals), marks...), nil
}

// keyOf turns a value into an object key.
func keyOf(k cty.Value) (string, bool, cty.ValueMarks, error) {
	raw, marks := k.Unmark()
	if raw.IsNull() {
		return "", false, nil, fault("an object key is null")
	}
	str, err := convert.Convert(raw, cty.String)
	if err != nil {
		return "", false, nil, faultf("an object key must be a string, not a %s", raw.Type().FriendlyName())
	}
	if !str.IsKnown() {
		return "", false, marks, nil
	}
	return str.AsString(), true, marks, nil
}

// maxPrefix bounds what is remembered of the beginning of an unknown string.
const maxPrefix = 256

func (e *template) eval(s *scope) (cty.Value, error) {
	var b strings.Builder
	var marks []cty.ValueMarks
	var pieces []cty.Value
	known := true
	for _, p := range e.parts {
		v, err := s.part(p)
		if err != nil {
			return v, err
		}
		raw, m := v.Unmark()
		if len(m) > 0 {
			marks = append(marks, m)
		}
		if raw.IsNull() {
			return cty.NilVal, fault("a null value stands in a string template")
		}
		if !raw.IsKnown() {
			if known {
				known, pieces = false, append(pieces, cty.StringVal(b.String()))
			}
			pieces = append(pieces, v)
			continue
		}
		str, err := convert.Convert(raw, cty.String)
		if err != nil {
			return cty.NilVal, faultf("a %s stands in a string template", raw.Type().FriendlyName())
		}
		if known {
			b.WriteString(str.AsString())
		} else {
			pieces = append(pieces, str)
		}
		if b.Len() > maxText {
			return cty.NilVal, faultf("a string is longer than %d MiB", maxText>>20)
		}
	}
	if err := s.spendText(b.Len()); err != nil {
		return cty.NilVal, err
	}
	if !known {
		out := cty.UnknownVal(cty.String).RefineNotNull()
		if n := b.Len(); n > 0 && n <= maxPrefix {
			out = out.Refine().StringPrefix(b.String()).NewValue()
		}
		return inPieces(settle(withMarks(out, marks...)), pieces), nil
	}
	return settle(withMarks(cty.StringVal(b.String()), marks...)), nil
}

func (e *joined) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.parts)
	if err != nil {
		return v, err
	}
	raw, marks := v.Unmark()
	if !raw.IsKnown() || raw.IsNull() || !raw.CanIterateElements() {
		return settle(withMarks(cty.UnknownVal(cty.String), marks)), nil
	}
	t := &template{}
	for it := raw.ElementIterator(); it.Next(); {
		_, p := it.Element()
		t.parts = append(t.parts, lit{p})
	}
	out, err := t.eval(s)
	if err != nil {
		return out, err
	}
	return settle(withMarks(out, marks)), nil
}
