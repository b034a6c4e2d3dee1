package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// opName tells equality operators from the others.
func opName(op *hclsyntax.Operation) string {
	switch op {
	case hclsyntax.OpEqual:
		return "=="
	case hclsyntax.OpNotEqual:
		return "!="
	}
	return ""
}

func (e *loop) eval(s *scope) (cty.Value, error) {
	coll, err := s.eval(e.coll)
	if err != nil {
		return coll, err
	}
	if l := lazyOf(coll); l != nil {
		return s.loopUnknown(e, l, coll)
	}
	raw, marks := coll.Unmark()
	if raw.IsNull() {
		return cty.NilVal, fault("a for expression goes over null")
	}
	if !raw.IsKnown() || raw.Type() == cty.DynamicPseudoType {
		return withMarks(cty.DynamicVal, settled(marks)), nil
	}
	if !raw.CanIterateElements() {
		return cty.NilVal, faultf("a for expression goes over a %s", raw.Type().FriendlyName())
	}
	if err := s.spend(raw.LengthInt()); err != nil {
		return cty.NilVal, err
	}
	out := &loopResult{e: e, extra: []cty.ValueMarks{settled(marks)}}
	c := *s
	valVar := &binding{name: e.valVar, next: s.vars}
	c.vars = valVar
	var keyVar *binding
	if e.keyVar != "" {
		keyVar = &binding{name: e.keyVar, next: valVar}
		c.vars = keyVar
	}
	for it := raw.ElementIterator(); it.Next(); {
		k, v := it.Element()
		valVar.val = v
		if keyVar != nil {
			keyVar.val = k
		}
		if err := out.add(&c); err != nil {
			return cty.NilVal, err
		}
		if out.open {
			break
		}
	}
	return out.value(), nil
}

// loopUnknown is a for expression over something of unknown size, or over a
// single instance, whose attributes only its provider lists.
func (s *scope) loopUnknown(e *loop, l lazy, coll cty.Value) (cty.Value, error) {
	_, marks := settle(coll).Unmark()
	if !l.plural() {
		return withMarks(cty.DynamicVal, marks), nil
	}
	v, err := l.index(s.trying(), cty.UnknownVal(cty.String))
	if err != nil {
		return v, err
	}
	c := s.trying().bind(e.valVar, v)
	if e.keyVar != "" {
		c = c.bind(e.keyVar, withMarks(cty.UnknownVal(cty.String), causesOnly(v.Marks())))
	}
	if v, err = c.eval(e.val); err != nil {
		return v, err
	}
	return withMarks(cty.DynamicVal, deepMarks(v), causesOnly(marks)), nil
}

// A loopResult collects what a for expression makes.
type loopResult struct {
	e      *loop
	list   []cty.Value
	fields map[string]cty.Value
	groups map[string][]cty.Value
	extra  []cty.ValueMarks
	open   bool // a key or condition is unknown, so the result is
}

// add evaluates the body for one element.
func (r *loopResult) add(s *scope) error {
	if r.e.cut != nil {
		v, err := s.eval(r.e.cut)
		if err != nil {
			return err
		}
		raw, marks := v.Unmark()
		if raw.IsNull() {
			return fault("the condition of a for expression is null")
		}
		flag, err := convert.Convert(raw, cty.Bool)
		if err != nil {
			return faultf("the condition of a for expression is a %s", raw.Type().FriendlyName())
		}
		if !flag.IsKnown() {
			r.open = true
			r.extra = append(r.extra, causesOnly(marks))
			return nil
		}
		if flag.False() {
			return nil
		}
	}
	if r.e.key == nil {
		v, err := s.part(r.e.val)
		if err != nil {
			return err
		}
		r.list = append(r.list, v)
		return nil
	}
	k, err := s.eval(r.e.key)
	if err != nil {
		return err
	}
	name, known, marks, err := keyOf(k)
	if err != nil {
		return err
	}
	if len(marks) > 0 {
		r.extra = append(r.extra, settled(marks))
	}
	if !known {
		r.open = true
		return nil
	}
	v, err := s.part(r.e.val)
	if err != nil {
		return err
	}
	if r.e.group {
		if r.groups == nil {
			r.groups = map[string][]cty.Value{}
		}
		r.groups[name] = append(r.groups[name], v)
		return nil
	}
	if r.fields == nil {
		r.fields = map[string]cty.Value{}
	}
	if _, twice := r.fields[name]; twice {
		return faultf("a for expression makes the key %q twice", name)
	}
	r.fields[name] = v
	return nil
}

func (r *loopResult) value() cty.Value {
	var out cty.Value
	switch {
	case r.open:
		out = cty.DynamicVal
	case r.e.key == nil:
		out = cty.TupleVal(r.list)
	case r.e.group:
		fields := make(map[string]cty.Value, len(r.groups))
		for k, vs := range r.groups {
			fields[k] = cty.TupleVal(vs)
		}
		out = cty.ObjectVal(fields)
	default:
		out = cty.ObjectVal(r.fields)
	}
	merged := cty.ValueMarks{}
	for _, ms := range r.extra {
		for m := range ms {
			merged[m] = struct{}{}
		}
	}
	return withMarks(out, settled(merged))
}
