package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A providerRef names a provider configuration: local name, alias, and for
// OpenTofu the key of one of its instances.
type providerRef struct {
	local, alias string
	key          expr
}

type providerBlock struct {
	local, alias string
	body         *body
	forEach      expr
	pos          pos
}

// A backend is where the state of a root is kept.
type backend struct {
	typ     string // "s3", or "cloud"
	body    *body
	remarks []remark
	pos     pos
}

func (m *module) addProvider(rb *rawBlock, override bool) {
	p := &providerBlock{local: rb.labels[0], body: rb.body.body(), pos: rb.pos}
	if ex := p.body.take("alias"); ex != nil {
		p.alias = constString(ex)
	}
	p.forEach = p.body.take("for_each")
	p.body.take("version")
	p.body.unescape()
	for _, old := range m.providers {
		if override && old.local == p.local && old.alias == p.alias {
			old.body.merge(p.body)
			if p.forEach != nil {
				old.forEach = p.forEach
			}
			return
		}
	}
	m.providers = append(m.providers, p)
}

func (m *module) addSettings(rb *rawBlock, remarks []remark, override bool) {
	for _, b := range rb.body.blocks {
		switch {
		case b.typ == "required_providers":
			for i := range b.body.attrs {
				a := &b.body.attrs[i]
				m.required[a.name] = requiredSource(b.body.expr(a), a.name)
			}
		case b.typ == "cloud" && len(b.labels) == 0:
			m.setBackend(&backend{"cloud", b.body.body(), remarks, b.pos}, override)
		case b.typ == "backend" && len(b.labels) == 1:
			m.setBackend(&backend{b.labels[0], b.body.body(), remarks, b.pos}, override)
		}
	}
}

// setBackend keeps one backend: an override replaces whatever there is.
func (m *module) setBackend(b *backend, override bool) {
	if override {
		m.backends = nil
	}
	m.backends = append(m.backends, b)
}

// requiredSource reads one entry of required_providers; the old form is only
// a version.
func requiredSource(ex expr, local string) string {
	if o, ok := ex.(*object); ok {
		for _, it := range o.items {
			if constString(it.key) == "source" {
				return sourceOf(constString(it.val), local)
			}
		}
	}
	return sourceOf("", local)
}

// sourceOf returns the full name of a provider without a default host; local
// is its name in the module, which stands for a source that is not written.
func sourceOf(source, local string) string {
	switch {
	case source != "":
		return graph.PluginSource(source)
	case local == "terraform":
		return graph.BuiltinPlugin
	}
	return graph.PluginSource(local)
}

// refOfProvider reads a reference to a provider configuration: aws, aws.west,
// aws.by_region[each.key].
func refOfProvider(b *rawBody, a *rawAttr) *providerRef {
	return providerRefOf(b.c, b.static(a))
}

func providerRefOf(c *compiler, e hclsyntax.Expression) *providerRef {
	if ix, ok := e.(*hclsyntax.IndexExpr); ok {
		if r := providerRefOf(c, ix.Collection); r != nil {
			r.key = c.expr(ix.Key)
			return r
		}
		return nil
	}
	if o, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = o.Wrapped
	}
	t, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	r := &providerRef{local: c.name(t.Traversal.RootName())}
	for _, s := range t.Traversal[1:] {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			r.alias = c.name(s.Name)
		case hcl.TraverseIndex:
			r.key = lit{s.Key}
		}
	}
	return r
}
