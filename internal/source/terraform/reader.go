package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A bodyReader reads a block that is no resource: a provider, a backend, the
// arguments of a module that is not there.
type bodyReader struct {
	root  *rootEval
	scope *scope
	body  *body
}

// Read implements [graph.Reader].
func (b *bodyReader) Read(path string) []graph.Reading {
	b.root.Lock()
	defer b.root.Unlock()
	q := query{}
	b.root.apart(func() { q.body(b.scope, b.body, path) })
	return q.out
}

// Read implements [graph.Reader]: an instance is the reader of its asset.
func (in *instance) Read(path string) []graph.Reading {
	r := in.x.m.root
	r.Lock()
	defer r.Unlock()
	q := query{}
	r.apart(func() { q.body(in.scope(), in.x.res.body, path) })
	return q.out
}

// A query collects the readings of one path.
type query struct{ out []graph.Reading }

// cut splits the first segment off a path.
func cut(path string) (string, string) {
	first, rest, _ := strings.Cut(path, ".")
	return first, rest
}

// body reads path in a block: its attribute of that name, or every block.
func (q *query) body(s *scope, b *body, path string) {
	name, rest := cut(path)
	if a := b.find(name); a != nil {
		q.expr(s, a.ex, rest, a.pos)
	}
	for _, n := range b.blocks {
		if n.name != name {
			continue
		}
		scopes, why := n.expand(s)
		if why != nil {
			q.unknown(why, n.pos)
			continue
		}
		for _, in := range scopes {
			if rest == "" {
				q.out = append(q.out, graph.Reading{Value: knownPart(in, n.body), Origin: n.pos.origin()})
			} else {
				q.body(in, n.body, rest)
			}
		}
	}
}

// knownPart is the value of a whole block: its attributes, with holes for what is
// not known, and the blocks inside, which are lists.
func knownPart(s *scope, b *body) map[string]any {
	out := map[string]any{}
	for i := range b.attrs {
		q := query{}
		q.expr(s, b.attrs[i].ex, "", b.attrs[i].pos)
		var parts []any
		for _, r := range q.out {
			switch {
			case r.Unknown != "":
				parts = append(parts, graph.Hole{Unknown: r.Unknown, Refs: r.Refs})
			case !r.Null:
				parts = append(parts, r.Value)
			}
		}
		switch len(parts) {
		case 0:
		case 1:
			out[b.attrs[i].name] = parts[0]
		default:
			out[b.attrs[i].name] = parts
		}
	}
	for _, n := range b.blocks {
		list, _ := out[n.name].([]any)
		scopes, why := n.expand(s)
		if why != nil {
			list = append(list, graph.Hole{Unknown: causeOf(why), Refs: refsOf(why)})
		}
		for _, in := range scopes {
			list = append(list, knownPart(in, n.body))
		}
		if len(list) > 0 {
			out[n.name] = list
		}
	}
	return out
}

// expr reads path in an expression. Objects and lists that are written out
// are crossed without evaluating the rest of them, which also finds the line
// of the element.
func (q *query) expr(s *scope, ex expr, path string, at pos) {
	if path != "" {
		switch e := ex.(type) {
		case *object:
			if q.object(s, e, path, at) {
				return
			}
		case *tuple:
			for _, it := range e.items {
				q.expr(s, it, path, at)
			}
			return
		}
	}
	q.value(s, s.value(ex), path, at, nil)
}

// object reads path in an object that is written out with constant keys, and
// reports whether it is one.
func (q *query) object(s *scope, e *object, path string, at pos) bool {
	for _, it := range e.items {
		if l, ok := it.key.(lit); !ok || l.v.Type() != cty.String {
			return false
		}
	}
	name, rest := cut(path)
	for i := len(e.items) - 1; i >= 0; i-- { // of equal keys the last one counts
		k := e.items[i].key.(lit).v.AsString()
		line := pos{at.file, e.items[i].line}
		if k == path {
			q.expr(s, e.items[i].val, "", line)
			return true
		}
		if k == name {
			q.expr(s, e.items[i].val, rest, line)
			return true
		}
	}
	return true
}

// unknown adds a reading that nobody can make.
func (q *query) unknown(marks cty.ValueMarks, at pos) {
	r := graph.Reading{Unknown: causeOf(marks), Refs: refsOf(marks), Origin: at.origin(), Literals: literalsOf(marks)}
	if doc, ok := documentOf(withMarks(cty.DynamicVal, marks)); ok && !isSecret(marks) {
		left := maxPart
		if r.Part = partOf(doc, &left); left < 0 {
			r.Part = nil
		}
	} else if pieces := piecesOf(marks); pieces != nil && !isSecret(marks) {
		r.Part = pieces
	}
	q.out = append(q.out, r)
}

// value reads path in a value. outer are the marks of what was crossed.
func (q *query) value(s *scope, v cty.Value, path string, at pos, outer cty.ValueMarks) {
	if path != "" {
		if l := lazyOf(v); l != nil {
			q.lazy(s, l, v, path, at, outer)
			return
		}
		if doc, ok := documentOf(v); ok && !isSecret(v.Marks()) {
			q.value(s, doc, path, at, outer)
			return
		}
	}
	raw, marks := v.Unmark()
	marks = union(outer, marks)
	ty := raw.Type()
	switch {
	case !raw.IsKnown():
		q.unknown(marks, at)
	case path == "":
		q.leaf(raw, marks, at)
	case raw.IsNull():
		return
	case ty.IsListType() || ty.IsTupleType() || ty.IsSetType():
		for it := raw.ElementIterator(); it.Next(); {
			_, e := it.Element()
			q.value(s, e, path, at, marks)
		}
	case ty.IsMapType() || ty.IsObjectType():
		for name, rest := path, ""; ; {
			if e, ok := member(raw, name); ok {
				q.value(s, e, rest, at, marks)
				return
			}
			// A key may hold dots: try the longest first.
			i := strings.LastIndexByte(name, '.')
			if i < 0 {
				return
			}
			name, rest = path[:i], path[i+1:]
		}
	}
}

// lazy reads path in what a placeholder stands for.
func (q *query) lazy(s *scope, l lazy, v cty.Value, path string, at pos, outer cty.ValueMarks) {
	name, rest := cut(path)
	if l.plural() {
		q.unknown(union(outer, settled(v.Marks())), at)
		return
	}
	e, err := l.attr(s, name)
	if err != nil {
		return
	}
	q.value(s, e, rest, at, outer)
}

func member(v cty.Value, name string) (cty.Value, bool) {
	if v.Type().IsObjectType() {
		if !v.Type().HasAttribute(name) {
			return cty.NilVal, false
		}
		return v.GetAttr(name), true
	}
	k := cty.StringVal(name)
	if !v.HasIndex(k).True() {
		return cty.NilVal, false
	}
	return v.Index(k), true
}

func union(a, b cty.ValueMarks) cty.ValueMarks {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	out := make(cty.ValueMarks, len(a)+len(b))
	for m := range a {
		out[m] = struct{}{}
	}
	for m := range b {
		out[m] = struct{}{}
	}
	return out
}

// leaf adds the reading of a value at the end of the path. A list of which
// some elements are unknown gives one reading for each element: what is known
// of it must not be lost. Another value with unknown parts is unknown.
func (q *query) leaf(raw cty.Value, marks cty.ValueMarks, at pos) {
	if raw.IsNull() {
		q.out = append(q.out, graph.Reading{Null: true, Refs: refsOf(marks), Origin: at.origin(), Literals: literalsOf(marks)})
		return
	}
	if isSecret(marks) {
		q.hidden(marks, at)
		return
	}
	ty := raw.Type()
	if ty.IsPrimitiveType() {
		q.out = append(q.out, graph.Reading{Value: plainValue(raw), Refs: refsOf(marks), Origin: at.origin(), Literals: literalsOf(marks)})
		return
	}
	bare, inner := raw.UnmarkDeep()
	inner = union(marks, inner)
	if isSecret(inner) && !ty.IsListType() && !ty.IsTupleType() && !ty.IsSetType() {
		q.hidden(inner, at)
		return
	}
	if !isSecret(inner) && bare.IsWhollyKnown() {
		q.out = append(q.out, graph.Reading{Value: plainValue(bare), Refs: refsOf(inner), Origin: at.origin(), Literals: literalsOf(inner)})
		return
	}
	if ty.IsListType() || ty.IsTupleType() || ty.IsSetType() {
		for it := raw.ElementIterator(); it.Next(); {
			_, e := it.Element()
			part, own := e.Unmark()
			own = union(marks, own)
			if !part.IsKnown() {
				q.unknown(own, at)
				continue
			}
			q.leaf(part, own, at)
		}
		return
	}
	q.unknown(inner, at)
}

// sensitive is why a value that is marked so is not read.
const sensitive = "it is sensitive, and sensitive values are not read"

func isSecret(marks cty.ValueMarks) bool {
	_, ok := marks[secret]
	return ok
}

// hidden adds the reading of a value that is marked as sensitive: nobody may
// print it, so nobody reads it. What it names may be told.
func (q *query) hidden(marks cty.ValueMarks, at pos) {
	q.out = append(q.out, graph.Reading{Unknown: sensitive, Refs: refsOf(marks), Origin: at.origin(), Literals: literalsOf(marks)})
}

// plainValue turns a wholly known value without marks into plain Go.
func plainValue(v cty.Value) any {
	ty := v.Type()
	switch {
	case v.IsNull():
		return nil
	case ty == cty.String:
		return v.AsString()
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return f
	case ty.IsListType() || ty.IsTupleType() || ty.IsSetType():
		out := make([]any, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out = append(out, plainValue(e))
		}
		return out
	case ty.IsMapType() || ty.IsObjectType():
		out := make(map[string]any, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			out[k.AsString()] = plainValue(e)
		}
		return out
	}
	return nil
}
