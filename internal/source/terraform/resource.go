package terraform

import (
	"fmt"
	"sync/atomic"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A resource is a resource, data or ephemeral block.
type resource struct {
	mode      string // "resource", "data", "ephemeral"
	typ, name string
	body      *body
	count     expr
	forEach   expr
	enabled   expr
	provider  *providerRef // nil: by the prefix of the type
	remarks   []remark
	pos       pos
	used      atomic.Bool // some evaluation gave it an instance
}

// id is the address within its module.
func (r *resource) id() string {
	if r.mode == "resource" {
		return r.typ + "." + r.name
	}
	return r.mode + "." + r.typ + "." + r.name
}

func newResource(rb *rawBlock, remarks []remark) *resource {
	r := &resource{mode: rb.typ, typ: rb.labels[0], name: rb.labels[1], pos: rb.pos, remarks: remarks}
	if a := rb.body.attr("provider"); a != nil {
		r.provider = refOfProvider(rb.body, a)
		if r.provider == nil {
			r.provider = &providerRef{alias: "(not understood)"}
		}
	}
	r.body = rb.body.body()
	r.count, r.forEach = r.body.take("count"), r.body.take("for_each")
	r.enabled = r.body.enabled()
	if r.count != nil && r.forEach != nil || r.enabled != nil && (r.count != nil || r.forEach != nil) {
		// The tool takes one of them; which one is meant cannot be known.
		r.count, r.forEach, r.enabled = &bad{"count, for_each and enabled exclude each other"}, nil, nil
	}
	r.body.take("provider")
	r.body.take("depends_on")
	return r
}

// enabled returns lifecycle.enabled, in either syntax; nil without.
func (b *body) enabled() expr {
	for _, n := range b.blocks {
		if n.name == "lifecycle" {
			if a := n.body.find("enabled"); a != nil {
				return a.ex
			}
		}
	}
	if a := b.find("lifecycle"); a != nil {
		if o, ok := a.ex.(*object); ok {
			for _, it := range o.items {
				if constString(it.key) == "enabled" {
					return it.val
				}
			}
		}
	}
	return nil
}

func (m *module) addResource(r *resource, override bool) {
	index := m.managed
	if r.mode != "resource" {
		index = m.data
	}
	if old := index[r.id()]; override && old != nil {
		old.body.merge(r.body)
		if r.count != nil || r.forEach != nil {
			old.count, old.forEach = r.count, r.forEach
		}
		if r.enabled != nil {
			old.enabled = r.enabled
		}
		if r.provider != nil {
			old.provider = r.provider
		}
		old.remarks = append(old.remarks, r.remarks...)
		return
	}
	if r.mode == "resource" {
		m.resources = append(m.resources, r)
	}
	if old := index[r.id()]; old != nil {
		m.problems = append(m.problems, graph.Problem{Origin: r.pos.origin(), Message: fmt.Sprintf("%s is declared already at %s:%d: rename or remove one", r.id(), old.pos.file.name, old.pos.line)})
		return
	}
	index[r.id()] = r
}

// merge lays an override over a body: attributes one by one, nested blocks by
// type as a whole.
func (b *body) merge(over *body) {
	for _, a := range over.attrs {
		if old := b.find(a.name); old != nil {
			*old = a
		} else {
			b.attrs = append(b.attrs, a)
		}
	}
	replaced := map[string]bool{}
	for _, n := range over.blocks {
		replaced[n.name] = true
	}
	var kept []*nested
	for _, n := range b.blocks {
		if !replaced[n.name] {
			kept = append(kept, n)
		}
	}
	b.blocks = append(kept, over.blocks...)
}
