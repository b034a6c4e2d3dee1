package terraform

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A provider is a provider configuration as it applies to a resource.
type provider struct {
	fact  *graph.Provider
	block *providerBlock // nil when there is none
	scope *scope         // where the block's attributes are evaluated
}

// A providerKey identifies one instance of a provider block in a module
// instance, or, without block, an implied configuration.
type providerKey struct {
	m      *modInst
	block  *providerBlock
	key    string
	source string
	alias  string
}

// attr evaluates an attribute of the provider block; NilVal when it is absent.
func (p *provider) attr(name string) cty.Value {
	a := p.block.body.find(name)
	if a == nil {
		return cty.NilVal
	}
	return p.scope.value(a.ex)
}

// providerOf resolves the provider configuration of an instance.
func (r *rootEval) providerOf(in *instance) *provider {
	m, res := in.x.m, in.x.res
	if res.provider == nil {
		local, _, _ := strings.Cut(res.typ, "_")
		return r.resolve(m, local, "", "")
	}
	key, why := in.scope().providerKey(res.provider)
	if why != "" {
		return r.unsure(m, res.provider, why)
	}
	return r.resolve(m, res.provider.local, res.provider.alias, key)
}

// providerKey evaluates the instance key of a reference to a provider.
func (s *scope) providerKey(ref *providerRef) (key, why string) {
	if ref.key == nil {
		return "", ""
	}
	raw, marks := s.value(ref.key).Unmark()
	switch {
	case !raw.IsKnown():
		return "", causeOf(marks)
	case raw.IsNull() || raw.Type() != cty.String:
		return "", "the key of the provider is not a string"
	}
	return raw.AsString(), ""
}

// unsure is a provider of which one cannot say which instance it is.
func (r *rootEval) unsure(m *modInst, ref *providerRef, why string) *provider {
	p := r.resolve(m, ref.local, ref.alias, "")
	if p.block == nil {
		return p
	}
	k := providerKey{m, p.block, "[*]", why, ""}
	if q := r.providers[k]; q != nil {
		return q
	}
	s := *p.scope
	s.key = cty.UnknownVal(cty.String).Mark(cause(why))
	s.val = unknown(why)
	q := &provider{block: p.block, scope: &s}
	fact := *p.fact
	fact.Attrs = &bodyReader{root: r, scope: &s, body: p.block.body}
	q.fact = &fact
	r.providers[k] = q
	return q
}

// source returns the full name that a local name has in the module.
func (m *module) source(local string) string {
	if s, ok := m.required[local]; ok {
		return s
	}
	return sourceOf("", local)
}

// resolve finds the configuration that local.alias means in a module
// instance: what the call passes, else the module's own block, else, for the
// default configuration, the nearest one around it with the same full name.
func (r *rootEval) resolve(m *modInst, local, alias, key string) *provider {
	source := m.cfg.source(local)
	name := local
	if alias != "" {
		name += "." + alias
	}
	if m.call != nil {
		if ref := m.call.providers[name]; ref != nil {
			k, why := m.outer.providerKey(ref)
			if why != "" {
				return r.unsure(m.parent, ref, why)
			}
			if k == "" {
				k = key
			}
			return r.resolve(m.parent, ref.local, ref.alias, k)
		}
	}
	if b := m.cfg.block(local, alias); b != nil {
		return r.configured(m, b, source, key)
	}
	if alias == "" {
		return r.inherited(m, source)
	}
	return r.implied(m, source, alias)
}

// block returns the module's own provider block of that name.
func (m *module) block(local, alias string) *providerBlock {
	for _, b := range m.providers {
		if b.local == local && b.alias == alias {
			return b
		}
	}
	return nil
}

// inherited looks for the default configuration of a provider by its full
// name: the same local name may mean another provider in a module around.
func (r *rootEval) inherited(m *modInst, source string) *provider {
	for at := m; at != nil; at = at.parent {
		for _, b := range at.cfg.providers {
			if b.alias == "" && at.cfg.source(b.local) == source {
				return r.configured(at, b, source, "")
			}
		}
		if at.call == nil {
			break
		}
		for _, name := range sortedKeys(at.call.providers) {
			if !strings.Contains(name, ".") && at.cfg.source(name) == source {
				ref := at.call.providers[name]
				k, why := at.outer.providerKey(ref)
				if why != "" {
					return r.unsure(at.parent, ref, why)
				}
				return r.resolve(at.parent, ref.local, ref.alias, k)
			}
		}
	}
	return r.implied(m, source, "")
}

// implied is a provider without a block: nothing is known of its settings.
func (r *rootEval) implied(_ *modInst, source, alias string) *provider {
	k := providerKey{source: source, alias: alias}
	p := r.providers[k]
	if p == nil {
		p = &provider{fact: &graph.Provider{Source: source, Alias: alias, Attrs: graph.NoAttrs}}
		r.providers[k] = p
	}
	return p
}

// configured is one instance of a provider block.
func (r *rootEval) configured(m *modInst, b *providerBlock, source, key string) *provider {
	k := providerKey{m: m, block: b, key: key}
	if p := r.providers[k]; p != nil {
		return p
	}
	s := m.scope
	if b.forEach != nil {
		s = providerScope(m, b, key)
	}
	p := &provider{block: b, scope: s}
	p.fact = &graph.Provider{Source: source, Alias: b.alias, Attrs: &bodyReader{root: r, scope: s, body: b.body}, Origin: b.pos.origin()}
	r.providers[k] = p
	return p
}

// providerScope gives a provider block with for_each its each.
func providerScope(m *modInst, b *providerBlock, key string) *scope {
	s := *m.scope
	ks := m.scope.keysOf(nil, b.forEach, nil)
	for i, k := range ks.keys {
		if k == key {
			s.key, s.val = cty.StringVal(k), ks.vals[i]
			return &s
		}
	}
	why := ks.why
	if why == "" {
		why = fmt.Sprintf("provider %s.%s has no instance %q", b.local, b.alias, key)
	}
	s.key = cty.StringVal(key)
	if ks.kind == "open" && key != "" {
		s.val = unknown(why)
		return &s
	}
	s.key = cty.UnknownVal(cty.String).Mark(cause(why))
	s.val = unknown(why)
	return &s
}
