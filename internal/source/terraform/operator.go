package terraform

import (
	"math/big"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

func (e *unary) eval(s *scope) (cty.Value, error) {
	v, err := s.eval(e.val)
	if err != nil {
		return v, err
	}
	raw, marks := v.Unmark()
	p := e.op.Impl.Params()[0]
	if raw, err = convert.Convert(raw, p.Type); err != nil {
		return cty.NilVal, faultf("an operand has the wrong type: %s", err)
	}
	out, err := e.op.Impl.Call([]cty.Value{raw})
	if err != nil {
		return cty.NilVal, faultf("an operation failed: %s", err)
	}
	return settle(withMarks(out, marks)), nil
}

func (e *binary) eval(s *scope) (cty.Value, error) {
	l, errL := s.eval(e.lhs)
	if errL == nil && e.op.ShortCircuit != nil {
		if v, done := shortCircuit(e, l); done {
			return v, nil
		}
	}
	r, errR := s.eval(e.rhs)
	if e.op.ShortCircuit != nil {
		if errL != nil || errR != nil {
			// One side that decides is enough, whatever is wrong with the other.
			if errR == nil {
				if v, done := shortCircuit(e, r); done {
					return v, nil
				}
			}
		}
	}
	if errL != nil {
		return l, errL
	}
	if errR != nil {
		return r, errR
	}
	rawL, marksL := l.Unmark()
	rawR, marksR := r.Unmark()
	if e.op.Type == cty.Bool && (rawL.IsNull() || rawR.IsNull()) {
		// A resource or module is never null, even when nothing else is known.
		if lazyOf(l) != nil || lazyOf(r) != nil {
			if v, ok := equality(e, rawL.IsNull() && rawR.IsNull()); ok {
				return v, nil
			}
		}
	}
	params := e.op.Impl.Params()
	var err error
	if rawL, err = convert.Convert(rawL, params[0].Type); err != nil {
		return cty.NilVal, faultf("the left operand has the wrong type: %s", err)
	}
	if rawR, err = convert.Convert(rawR, params[1].Type); err != nil {
		return cty.NilVal, faultf("the right operand has the wrong type: %s", err)
	}
	if e.op.ShortCircuit != nil {
		if rawL.IsNull() || rawR.IsNull() {
			return cty.NilVal, fault("an operand of a logical operation is null")
		}
		if v, diags := e.op.ShortCircuit(rawL, rawR, nil, nil); v != cty.NilVal && !diags.HasErrors() {
			return settle(withMarks(v, marksL, marksR)), nil
		}
	}
	out, err := e.op.Impl.Call([]cty.Value{rawL, rawR})
	if err != nil {
		return cty.NilVal, faultf("an operation failed: %s", err)
	}
	if out.Type() == cty.Number && out.IsKnown() && !out.IsNull() && out.AsBigFloat().MantExp(nil) > 1<<14 {
		return cty.NilVal, fault("a number is too large")
	}
	return settle(withMarks(out, marksL, marksR)), nil
}

// shortCircuit decides a logical operation by one known operand.
func shortCircuit(e *binary, v cty.Value) (cty.Value, bool) {
	raw, marks := v.Unmark()
	if raw.IsNull() || !raw.IsKnown() {
		return cty.NilVal, false
	}
	b, err := convert.Convert(raw, cty.Bool)
	if err != nil {
		return cty.NilVal, false
	}
	if isOr(e) == b.True() {
		return withMarks(b, settled(marks)), true
	}
	return cty.NilVal, false
}

// isOr tells || from && by what the operation itself does.
func isOr(e *binary) bool {
	v, err := e.op.Impl.Call([]cty.Value{cty.True, cty.False})
	return err == nil && v.True()
}

// equality returns the result of == or != for a known answer; ok is false for
// other operators.
func equality(e *binary, same bool) (cty.Value, bool) {
	switch opName(e.op) {
	case "==":
		return cty.BoolVal(same), true
	case "!=":
		return cty.BoolVal(!same), true
	}
	return cty.NilVal, false
}

// wholeNumber returns v as an int.
func wholeNumber(v cty.Value) (int, error) {
	n, err := convert.Convert(v, cty.Number)
	if err != nil {
		return 0, faultf("a whole number is needed, not a %s", v.Type().FriendlyName())
	}
	i, acc := n.AsBigFloat().Int64()
	if acc != big.Exact {
		return 0, fault("a whole number is needed")
	}
	return int(i), nil
}
