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
	repeat
	provider *providerRef // nil: by the prefix of the type
	remarks  []remark
	pos      pos
	used     atomic.Bool // some evaluation gave it an instance
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
	r.repeat = r.body.takeRepeat()
	r.body.take("provider")
	r.body.take("depends_on")
	r.body.unescape()
	return r
}

func (m *module) addResource(r *resource, override bool) {
	index := m.managed
	if r.mode != "resource" {
		index = m.data
	}
	if old := index[r.id()]; override && old != nil {
		old.body.merge(r.body)
		old.repeat.merge(r.repeat, false)
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

// unescape puts what a block named _ holds into the body. There stand arguments
// of the provider, also those whose names are words of the language, which must
// have been taken out before.
func (b *body) unescape() {
	var kept, inside []*nested
	for _, n := range b.blocks {
		if n.name != "_" || n.forEach != nil {
			kept = append(kept, n)
			continue
		}
		for _, a := range n.body.attrs {
			if old := b.find(a.name); old != nil {
				old.ex = &bad{a.name + " is written twice, inside and outside of a block named _"}
			} else {
				b.attrs = append(b.attrs, a)
			}
		}
		inside = append(inside, n.body.blocks...)
	}
	b.blocks = append(kept, inside...)
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
