package terraform

import (
	"fmt"
	"sort"

	"github.com/zclconf/go-cty/cty"
)

// A keySet is the result of evaluating count and for_each.
type keySet struct {
	kind string // "one", "none", "count", "each", "open"
	n    int
	keys []string
	vals []cty.Value
	why  string // for open
}

// keysOf evaluates count, for_each and OpenTofu's lifecycle.enabled in the
// scope of the block's module.
func (s *scope) keysOf(count, forEach, enabled expr) keySet {
	switch {
	case enabled != nil:
		return s.enabledKeys(enabled)
	case count != nil:
		return s.countKeys(count)
	case forEach != nil:
		return s.eachKeys(forEach)
	}
	return keySet{kind: "one"}
}

// enabledKeys is one instance without a key, or none.
func (s *scope) enabledKeys(e expr) keySet {
	v, err := s.eval(e)
	if err == nil {
		v, err = convertTo(settle(v), cty.Bool)
	}
	if err != nil {
		return keySet{kind: "open", why: "enabled: " + err.Error()}
	}
	raw, marks := v.Unmark()
	switch {
	case raw.IsNull():
		return keySet{kind: "open", why: "enabled is null"}
	case !raw.IsKnown():
		return keySet{kind: "open", why: causeOf(marks)}
	case raw.False():
		return keySet{kind: "none"}
	}
	return keySet{kind: "one"}
}

func (s *scope) countKeys(e expr) keySet {
	v, err := s.eval(e)
	if err != nil {
		return keySet{kind: "open", why: "count: " + err.Error()}
	}
	raw, marks := v.Unmark()
	if raw.IsNull() {
		return keySet{kind: "open", why: "count is null"}
	}
	if !raw.IsKnown() {
		return keySet{kind: "open", why: causeOf(marks)}
	}
	n, err := wholeNumber(raw)
	switch {
	case err != nil:
		return keySet{kind: "open", why: "count: " + err.Error()}
	case n < 0:
		return keySet{kind: "open", why: fmt.Sprintf("count is %d", n)}
	case n > maxInstances:
		return keySet{kind: "open", why: fmt.Sprintf("count is %d, more than the %d instances that are expanded", n, maxInstances)}
	}
	return keySet{kind: "count", n: n}
}

func (s *scope) eachKeys(e expr) keySet {
	v, err := s.eval(e)
	if err != nil {
		return keySet{kind: "open", why: "for_each: " + err.Error()}
	}
	raw, marks := v.Unmark()
	ty := raw.Type()
	switch {
	case raw.IsNull():
		return keySet{kind: "open", why: "for_each is null"}
	case !raw.IsKnown() || ty == cty.DynamicPseudoType:
		return keySet{kind: "open", why: causeOf(marks)}
	case !ty.IsMapType() && !ty.IsObjectType() && !ty.IsSetType():
		return keySet{kind: "open", why: fmt.Sprintf("for_each needs a map or a set of strings, not a %s", ty.FriendlyName())}
	case raw.LengthInt() > maxInstances:
		return keySet{kind: "open", why: fmt.Sprintf("for_each has %d elements, more than the %d instances that are expanded", raw.LengthInt(), maxInstances)}
	}
	ks := keySet{kind: "each"}
	pass := settled(marks)
	for it := raw.ElementIterator(); it.Next(); {
		k, val := it.Element()
		if ty.IsSetType() {
			k = val
		}
		k, _ = k.Unmark()
		if !k.IsKnown() {
			return keySet{kind: "open", why: causeOf(deepMarks(v))}
		}
		if k.IsNull() || k.Type() != cty.String {
			return keySet{kind: "open", why: "for_each needs a set of strings"}
		}
		ks.keys = append(ks.keys, k.AsString())
		ks.vals = append(ks.vals, withMarks(val, pass))
	}
	ks.n = len(ks.keys)
	if !sort.StringsAreSorted(ks.keys) {
		sort.Sort(&ks)
	}
	return ks
}

func (ks *keySet) Len() int           { return len(ks.keys) }
func (ks *keySet) Less(i, j int) bool { return ks.keys[i] < ks.keys[j] }
func (ks *keySet) Swap(i, j int) {
	ks.keys[i], ks.keys[j] = ks.keys[j], ks.keys[i]
	ks.vals[i], ks.vals[j] = ks.vals[j], ks.vals[i]
}

// admit counts n new instances of the root; too many make the block open.
func (r *rootEval) admit(ks keySet) keySet {
	n := ks.n
	if ks.kind == "one" || ks.kind == "open" {
		n = 1
	}
	if r.instances+n > maxTotal && n > 1 {
		return keySet{kind: "open", why: fmt.Sprintf("this root has more than %d instances", maxTotal)}
	}
	r.instances += n
	return ks
}
