package tfplan

import (
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An instance is the reader of one asset.
type instance struct {
	plan                       *plan
	addr                       address
	at                         int
	typ                        string
	created                    bool
	values, unknown, sensitive span
	raw                        bool // of a raw state

	once    sync.Once
	members []member // of values
	config  *resourceConfig
}

func (in *instance) open() {
	in.once.Do(func() {
		in.members = in.plan.doc.members(in.values)
		for i := range in.members {
			if in.raw {
				in.members[i].val = in.plan.doc.unwrap(in.members[i].val)
			}
		}
		if m := in.plan.modules[bare(in.addr.modules)]; m != nil {
			in.config = m.resources[in.addr.id.name]
		}
	})
}

// Read implements [graph.Reader].
func (in *instance) Read(path string) []graph.Reading {
	in.open()
	q := &query{in: in, doc: in.plan.doc}
	ex := expr{}
	if in.config != nil {
		ex = expr{members: in.config.expressions, isBlock: true}
	}
	switch {
	case q.doc.isTrue(in.sensitive):
		q.unknown("the resource is marked as sensitive and is not looked at", expr{}, in.at)
	case q.doc.isTrue(in.unknown):
		q.unknown("known after apply", expr{}, in.at)
	default:
		q.object(in.members, in.unknown, in.sensitive, ex, path, in.at)
	}
	return q.out
}

func (in *instance) scope() scope {
	sc := scope{modules: in.addr.modules, key: in.addr.id.key}
	if in.config != nil {
		sc.forEach = in.config.forEach
	}
	return sc
}

// An expr is what the configuration says where the reader is. The zero expr
// says nothing, because there is no configuration.
type expr struct {
	isBlock bool // members are the arguments of a block
	members []member
	leaf    span // an expression: it covers everything below
}

// A query collects the readings of one path.
type query struct {
	in  *instance
	doc *doc
	out []graph.Reading
}

// object reads path in an object with what is unknown and sensitive in it.
func (q *query) object(values []member, unknown, sensitive span, ex expr, path string, at int) {
	u, s := q.doc.members(unknown), q.doc.members(sensitive)
	for name, rest := path, ""; ; {
		v, isValue := find(values, name)
		un, isUnknown := find(u, name)
		if isValue || isUnknown {
			if isValue {
				at = v.at
			}
			se, _ := find(s, name)
			q.named(name, v.val, un.val, se.val, ex, rest, at)
			return
		}
		i := strings.LastIndexByte(name, '.') // a key may hold dots
		if i < 0 {
			return
		}
		name, rest = path[:i], path[i+1:]
	}
}

// named reads one attribute or block. What the configuration does not write
// is absent when it is null, empty, or for the provider to choose.
func (q *query) named(name string, v, u, s span, ex expr, rest string, at int) {
	below := expr{leaf: ex.leaf}
	if ex.isBlock {
		m, written := find(ex.members, name)
		switch {
		case !written && q.doc.isTrue(u) && q.in.chosen(name, rest):
			return
		case !written && !q.doc.isTrue(u) && q.empty(v) && !q.hasTrue(u):
			return
		case written:
			below = expr{leaf: m.val}
		}
	} else if ex.leaf.none() && q.doc.isNull(v) && !q.hasTrue(u) {
		return // without configuration, null is what is not set
	}
	q.read(v, u, s, below, rest, at)
}

// empty reports whether a value is what an attribute or block has that is not set.
func (q *query) empty(v span) bool {
	switch q.doc.kind(v) {
	case 0, 'n':
		return true
	case '[', '{':
		return q.doc.space(v.from+1) == v.to-1
	}
	return false
}

// read reads path in a value.
func (q *query) read(v, u, s span, ex expr, path string, at int) {
	switch {
	case q.doc.isTrue(s):
		q.unknown("the value is marked as sensitive and is not looked at", ex, at)
	case q.doc.isTrue(u):
		q.unknown("known after apply", ex, at)
	case path == "":
		q.leaf(v, u, s, ex, at)
	case q.doc.kind(v) == '[' || q.doc.kind(u) == '[':
		vs, us, ss := q.doc.items(v), q.doc.items(u), q.doc.items(s)
		n := max(len(vs), len(us))
		for i := range n {
			q.element(nth(vs, i), nth(us, i), nth(ss, i), q.in.plan.element(ex, i, n), path, at)
		}
	case q.doc.kind(v) == '{' || q.doc.kind(u) == '{':
		q.object(q.doc.members(v), u, s, q.in.plan.block(ex), path, at)
	}
}

// element reads path in an element of a list.
func (q *query) element(v, u, s span, ex expr, path string, at int) {
	if v.none() && u.none() {
		return
	}
	if !v.none() {
		at = v.from
	}
	q.read(v, u, s, ex, path, at)
}

func nth(list []span, i int) span {
	if i < len(list) {
		return list[i]
	}
	return span{}
}

// leaf adds the readings at the end of a path. A list of which parts are
// unknown or sensitive gives one reading for each element.
func (q *query) leaf(v, u, s span, ex expr, at int) {
	partly := q.hasTrue(u) || q.hasTrue(s)
	switch {
	case q.doc.isNull(v) && !partly:
		q.out = append(q.out, graph.Reading{Null: true, Refs: q.refs(ex), Origin: q.origin(at)})
	case !partly:
		q.out = append(q.out, graph.Reading{Value: q.doc.plain(v), Refs: q.refs(ex), Origin: q.origin(at)})
	case q.doc.kind(v) == '[' || q.doc.kind(u) == '[':
		vs, us, ss := q.doc.items(v), q.doc.items(u), q.doc.items(s)
		n := max(len(vs), len(us))
		for i := range n {
			q.element(nth(vs, i), nth(us, i), nth(ss, i), q.in.plan.element(ex, i, n), "", at)
		}
	case q.hasTrue(s):
		q.unknown("a part of the value is marked as sensitive and is not looked at", ex, at)
	default:
		q.unknown("a part of the value is known after apply", ex, at)
	}
}

// hasTrue reports whether anything in a mask is marked.
func (q *query) hasTrue(s span) bool { return q.marked(s, 0) }

// marked is hasTrue; a mask that is nested beyond reason counts as marked.
func (q *query) marked(s span, depth int) bool {
	if depth > maxDepth {
		return true
	}
	switch q.doc.kind(s) {
	case 't':
		return true
	case '[':
		for _, it := range q.doc.items(s) {
			if q.marked(it, depth+1) {
				return true
			}
		}
	case '{':
		for _, m := range q.doc.members(s) {
			if q.marked(m.val, depth+1) {
				return true
			}
		}
	}
	return false
}

func (q *query) unknown(why string, ex expr, at int) {
	q.out = append(q.out, graph.Reading{Unknown: why, Refs: q.refs(ex), Origin: q.origin(at)})
}

func (q *query) origin(at int) graph.Origin {
	return graph.Origin{File: q.doc.file, Line: q.doc.line(at)}
}

func (q *query) refs(ex expr) []graph.Address {
	if ex.leaf.none() {
		return nil
	}
	return q.in.plan.refsOf(ex.leaf, q.in.scope())
}

// block is what the configuration says inside a block that is no list.
func (p *plan) block(ex expr) expr {
	if ex.leaf.none() {
		return ex
	}
	if blocks, ok := p.blocksOf(ex.leaf); ok && len(blocks) == 1 {
		return expr{isBlock: true, members: p.doc.members(blocks[0])}
	}
	return expr{leaf: ex.leaf}
}

// element is what the configuration says of the i-th of n elements. Blocks
// are in order; when their number differs, dynamic blocks stand among them,
// and which is which is not known.
func (p *plan) element(ex expr, i, n int) expr {
	if ex.leaf.none() {
		return expr{}
	}
	blocks, ok := p.blocksOf(ex.leaf)
	if !ok {
		return ex
	}
	if len(blocks) != n {
		return expr{}
	}
	return expr{leaf: blocks[i]}
}
