package terraform

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A modInst is one instance of a module within a root.
type modInst struct {
	root    *rootEval
	cfg     *module // nil when the module could not be read
	parent  *modInst
	call    *moduleCall
	path    string // module.a["x"].module.b, "" at the top
	plain   string // the same without instance keys
	outer   *scope // of the arguments, in the parent
	star    bool   // stands for an unknown number of instances
	partial string // why, also when a module around it does
	missing string // why there is no configuration
	vars    map[string]*memo
	locals  map[string]*memo
	outs    map[string]*memo
	res     map[*resource]*expansion
	mods    map[*moduleCall]*callExpansion
	scope   *scope
}

func newModInst(r *rootEval, cfg *module) *modInst {
	m := &modInst{root: r, cfg: cfg, vars: map[string]*memo{}, locals: map[string]*memo{}, outs: map[string]*memo{},
		res: map[*resource]*expansion{}, mods: map[*moduleCall]*callExpansion{}}
	m.scope = &scope{m: m}
	return m
}

// within prefixes a name with the module path.
func (m *modInst) within(name string) string {
	if m.path == "" {
		return name
	}
	return m.path + "." + name
}

// slot returns the memo of that name.
func slot(memos map[string]*memo, name string) *memo {
	s := memos[name]
	if s == nil {
		s = &memo{}
		memos[name] = s
	}
	return s
}

func (m *modInst) local(name string) (cty.Value, error) {
	a := m.cfg.locals[name]
	if a == nil {
		return cty.NilVal, faultf("there is no local.%s in this module", name)
	}
	return m.root.once(slot(m.locals, name), func() string { return m.within("local." + name) }, func() cty.Value {
		return m.scope.value(a.ex)
	}), nil
}

// variable gives the value of an input variable: the argument of the call, or
// what the root was given, or the default.
func (m *modInst) variable(name string) (cty.Value, error) {
	v := m.cfg.variables[name]
	if v == nil {
		return cty.NilVal, faultf("there is no variable %q in this module", name)
	}
	return m.root.once(slot(m.vars, name), func() string { return m.within("var." + name) }, func() cty.Value {
		val := m.input(v)
		for _, t := range v.traits {
			val = val.Mark(t)
		}
		return val
	}), nil
}

func (m *modInst) input(v *variable) cty.Value {
	var val cty.Value
	switch {
	case m.call != nil:
		if a := m.call.args.find(v.name); a != nil {
			val = m.outer.value(a.ex)
		}
	default:
		if g, ok := m.root.given[v.name]; ok {
			val = g.value(v)
		}
	}
	if val != cty.NilVal && v.notNull && val.IsNull() {
		val = cty.NilVal
	}
	if val == cty.NilVal && v.def != nil {
		val = m.scope.value(v.def)
	}
	if val == cty.NilVal {
		out := cty.UnknownVal(v.typ.WithoutOptionalAttributesDeep())
		if v.notNull && v.typ != cty.DynamicPseudoType {
			out = out.RefineNotNull()
		}
		why := fmt.Sprintf("variable %q has no value (set it in a .tfvars file or give it a default)", v.name)
		if m.call != nil {
			why = fmt.Sprintf("module.%s does not set its variable %q", m.call.name, v.name)
		}
		return out.Mark(cause(why))
	}
	return v.coerce(val)
}

// coerce converts a value to the type of the variable, with the defaults of
// optional attributes.
func (v *variable) coerce(val cty.Value) cty.Value {
	if v.typ == cty.DynamicPseudoType || val.Type().Equals(v.typ) {
		return val
	}
	if v.defaults != nil {
		val = v.applyDefaults(val)
	}
	want := v.typ.WithoutOptionalAttributesDeep()
	out, err := convert.Convert(val, v.typ)
	if err != nil {
		marks := deepMarks(val)
		return withMarks(cty.UnknownVal(want), marks).Mark(cause(fmt.Sprintf("the value of variable %q does not fit its type: %s", v.name, err)))
	}
	return out
}

// applyDefaults guards against a library that panics on odd shapes.
func (v *variable) applyDefaults(val cty.Value) (out cty.Value) {
	defer func() {
		if recover() != nil {
			out = val
		}
	}()
	return v.defaults.Apply(val)
}

// output evaluates one output of the module.
func (m *modInst) output(name string) (cty.Value, error) {
	if m.cfg == nil {
		return unknown(m.missing).Mark(addrMark(m.path)), nil
	}
	a := m.cfg.outputs[name]
	if a == nil {
		return cty.NilVal, faultf("%s has no output %q", m.path, name)
	}
	return m.root.once(slot(m.outs, name), func() string { return m.within("output." + name) }, func() cty.Value {
		return m.scope.value(a.ex)
	}), nil
}

// A module instance stands for its outputs.

func (m *modInst) attr(s *scope, name string) (cty.Value, error) {
	v, err := m.output(name)
	if err == nil && m.star && s.insideTry {
		return withMarks(cty.DynamicVal, deepMarks(v)).Mark(cause(m.partial)), nil
	}
	return v, err
}

func (m *modInst) index(s *scope, key cty.Value) (cty.Value, error) {
	if m.star {
		return placeholder(m), nil
	}
	raw, _ := key.Unmark()
	if raw.Type() == cty.String && raw.IsKnown() && !raw.IsNull() {
		return m.attr(s, raw.AsString())
	}
	return withMarks(cty.DynamicVal, key.Marks()), nil
}

func (m *modInst) plural() bool { return m.star }

func (m *modInst) mark() any {
	if m.cfg == nil {
		return addrMark(m.path)
	}
	if m.star {
		return cause(m.partial)
	}
	return cause(m.path + " is only known as a whole after apply")
}

// module gives the value of module.name.
func (m *modInst) module(name string) (cty.Value, error) {
	c := m.cfg.callByID[name]
	if c == nil {
		return cty.NilVal, faultf("there is no module.%s in this module", name)
	}
	return m.expandCall(c).collection(), nil
}

// keyText prints an instance key as terraform does.
func keyText(key string) string {
	var b strings.Builder
	b.WriteString(`["`)
	for i, r := range key {
		switch r {
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '"':
			b.WriteString(`\"`)
		case '\\':
			b.WriteString(`\\`)
		case '$', '%':
			b.WriteRune(r)
			if i+1 < len(key) && key[i+1] == '{' {
				b.WriteRune(r)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString(`"]`)
	return b.String()
}
