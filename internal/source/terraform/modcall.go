package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type moduleCall struct {
	name       string
	source     expr
	sourceText string // as written, when it is a constant
	version    string
	args       *body
	repeat
	providers map[string]*providerRef // by the child's name, with alias
	remarks   []remark
	pos       pos
}

func (m *module) addCall(rb *rawBlock, remarks []remark, override bool) {
	c := &moduleCall{name: rb.labels[0], pos: rb.pos, remarks: remarks}
	if a := rb.body.attr("providers"); a != nil {
		c.providers = providersMap(rb.body, a)
	}
	c.args = rb.body.body()
	c.source = c.args.take("source")
	c.repeat = c.args.takeRepeat()
	c.args.take("providers")
	c.args.take("depends_on")
	if ex := c.args.take("version"); ex != nil {
		c.version = constString(ex)
	}
	c.args.unescape()
	if old := m.callByID[c.name]; override && old != nil {
		old.args.merge(c.args)
		if c.source != nil {
			old.source, old.sourceText = c.source, constString(c.source)
		}
		old.repeat.merge(c.repeat, true)
		if c.providers != nil {
			old.providers = c.providers
		}
		return
	}
	if c.source == nil {
		m.problems = append(m.problems, graph.Problem{Origin: rb.pos.origin(), Message: fmt.Sprintf("module %q has no source", c.name)})
		c.source = &bad{"the module has no source"}
	}
	c.sourceText = constString(c.source)
	m.calls = append(m.calls, c)
	if m.callByID[c.name] == nil {
		m.callByID[c.name] = c
	}
}

// constString returns the value of a constant string, else "".
func constString(ex expr) string {
	l, ok := constant(ex)
	if !ok || l.v.Type() != cty.String || l.v.IsNull() || !l.v.IsKnown() {
		return ""
	}
	return l.v.AsString()
}

// providersMap reads the providers argument of a module call.
func providersMap(b *rawBody, a *rawAttr) map[string]*providerRef {
	out := map[string]*providerRef{}
	if a.json != nil {
		for _, p := range a.json.pairs {
			if r := providerRefOf(b.c, parseString(p.val)); r != nil {
				out[p.name] = r
			}
		}
		return out
	}
	o, ok := a.syntax.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return out
	}
	for _, it := range o.Items {
		k, v := providerRefOf(b.c, it.KeyExpr), providerRefOf(b.c, it.ValueExpr)
		if k == nil || v == nil {
			continue
		}
		name := k.local
		if k.alias != "" {
			name += "." + k.alias
		}
		out[name] = v
	}
	return out
}
