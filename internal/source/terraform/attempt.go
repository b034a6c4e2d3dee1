package terraform

import "github.com/zclconf/go-cty/cty"

// attempt is try and can. A value that is not wholly known may still turn out
// to be an error later, so the answer is open; only a plain reference cannot
// fail any more once it has been followed.
func (e *call) attempt(s *scope, can bool) (cty.Value, error) {
	if len(e.args) == 0 || can && len(e.args) != 1 {
		return cty.NilVal, faultf("%s has the wrong number of arguments", e.name)
	}
	inside := s.trying()
	var last error
	for _, a := range e.args {
		v, err := inside.eval(a)
		if err != nil {
			if can {
				return cty.False, nil
			}
			last = err
			continue
		}
		sure := settledWhole(v)
		if !sure && isPath(a) {
			raw, _ := v.Unmark()
			sure = raw.IsKnown() || lazyOf(v) != nil
		}
		switch {
		case can && sure:
			return cty.True, nil
		case can:
			return withMarks(cty.UnknownVal(cty.Bool).RefineNotNull(), causesOnly(deepMarks(v))), nil
		case sure:
			return v, nil
		}
		all := deepMarks(v)
		for _, other := range e.args[1:] {
			if o, err := inside.eval(other); err == nil {
				all = union(all, onlyRefs(deepMarks(o)))
			}
		}
		return withMarks(cty.DynamicVal, settled(all)), nil
	}
	return cty.NilVal, faultf("no argument of try can be evaluated: %s", last)
}

// settledWhole reports whether nothing in v is unknown.
func settledWhole(v cty.Value) bool {
	left := maxWeight
	return whole(v, &left)
}

func whole(v cty.Value, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	raw, _ := v.Unmark()
	switch {
	case raw.IsNull():
		return true
	case !raw.IsKnown():
		return false
	case raw.Type().IsPrimitiveType() || !raw.CanIterateElements():
		return true
	}
	for it := raw.ElementIterator(); it.Next(); {
		if _, e := it.Element(); !whole(e, left) {
			return false
		}
	}
	return true
}

// isPath reports whether the expression only follows names and keys.
func isPath(e expr) bool {
	switch e := e.(type) {
	case *ref:
		return true
	case *get:
		return isPath(e.src)
	case *index:
		return isPath(e.coll)
	}
	return false
}

// onlyRefs keeps the references among the marks.
func onlyRefs(marks cty.ValueMarks) cty.ValueMarks {
	out := cty.ValueMarks{}
	for m := range marks {
		switch m.(type) {
		case refMark, allMark, addrMark:
			out[m] = struct{}{}
		}
	}
	return out
}
