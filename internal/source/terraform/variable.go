package terraform

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type variable struct {
	name     string
	typ      cty.Type
	defaults *typeexpr.Defaults
	def      expr // nil without default
	notNull  bool
	bare     bool // a value from the command line is the string itself
	traits   []trait
	pos      pos
}

func (m *module) addVariable(rb *rawBlock, override bool) {
	v := &variable{name: rb.labels[0], typ: cty.DynamicPseudoType, bare: true, pos: rb.pos}
	if old := m.variables[v.name]; override && old != nil {
		v = old
	}
	if a := rb.body.attr("type"); a != nil {
		v.typ, v.defaults, v.bare = variableType(rb.body.static(a))
		if v.typ == cty.NilType {
			m.problems = append(m.problems, graph.Problem{Origin: a.pos.origin(), Message: fmt.Sprintf("the type of variable %q cannot be read", v.name)})
			v.typ = cty.DynamicPseudoType
		}
	}
	if a := rb.body.attr("default"); a != nil {
		v.def = rb.body.constant(a)
	}
	if on, ok := constBool(rb.body, "nullable"); ok {
		v.notNull = !on
	}
	for _, t := range []trait{secret, fleeting} {
		if on, ok := constBool(rb.body, string(t)); ok && on && !slices.Contains(v.traits, t) {
			v.traits = append(v.traits, t)
		}
	}
	m.variables[v.name] = v
}

// constBool reads a constant argument that is true or false, also as a text.
func constBool(b *rawBody, name string) (on, ok bool) {
	a := b.attr(name)
	if a == nil {
		return false, false
	}
	l, isLit := constant(b.constant(a))
	if !isLit {
		return false, false
	}
	v, err := convert.Convert(l.v, cty.Bool)
	if err != nil || !v.IsKnown() || v.IsNull() {
		return false, false
	}
	return v.True(), true
}

// variableType reads a type constraint, also in the quoted form of old
// configurations, which static has unquoted already.
func variableType(e hclsyntax.Expression) (cty.Type, *typeexpr.Defaults, bool) {
	if e == nil {
		return cty.NilType, nil, true
	}
	switch hcl.ExprAsKeyword(e) {
	case "list":
		return cty.List(cty.DynamicPseudoType), nil, false
	case "map":
		return cty.Map(cty.DynamicPseudoType), nil, false
	}
	t, d, diags := typeexpr.TypeConstraintWithDefaults(e)
	if diags.HasErrors() {
		return cty.NilType, nil, true
	}
	return t, d, t == cty.String
}
