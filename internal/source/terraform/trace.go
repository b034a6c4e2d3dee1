package terraform

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// With [Options.Trace], a constant is marked with the token that it stands
// for, so that whatever is computed from it tells what would have to be
// changed. Values are the same with and without.

// A literalMark is the token of a constant.
type literalMark struct {
	file   string // its real name: a token that is reached by two names is one
	line   int32
	column int32 // bytes before it in the line
	bytes  int32
	text   string
}

// A traced constant carries its token.
type traced struct {
	lit
	marked cty.Value
}

func (e *traced) eval(*scope) (cty.Value, error) { return e.marked, nil }

// constant returns the constant that an expression is, traced or not.
func constant(e expr) (lit, bool) {
	switch e := e.(type) {
	case lit:
		return e, true
	case *traced:
		return e.lit, true
	}
	return lit{}, false
}

// traced remembers where a constant stands. Null, what could not be parsed and
// tokens of several lines stay as they are.
func (c *compiler) traced(e expr, r hcl.Range) expr {
	l, ok := e.(lit)
	if !ok || !c.trace || r.Start.Line != r.End.Line || r.End.Byte > len(c.src) || !replaceable(l.v) {
		return e
	}
	if l.v.Type() == cty.String && c.src[r.Start.Byte] != '"' {
		return e // a branch inside of a text
	}
	lineStart := bytes.LastIndexByte(c.src[:r.Start.Byte], '\n') + 1
	return c.marked(l, int32(r.Start.Line), r.Start.Byte-lineStart, r.End.Byte-r.Start.Byte)
}

// tracedJSON is traced for the JSON syntax.
func (c *compiler) tracedJSON(l lit, v *jsonValue) expr {
	if !c.trace || !replaceable(l.v) || int(v.start) > len(c.src) {
		return l
	}
	lineStart := bytes.LastIndexByte(c.src[:v.start], '\n') + 1
	return c.marked(l, v.line, int(v.start)-lineStart, int(v.bytes))
}

func (c *compiler) marked(l lit, line int32, column, bytes int) expr {
	if c.file.real == "" {
		c.file.real = slash(RealPath(c.file.name))
	}
	return &traced{l, l.v.Mark(literalMark{c.file.real, line, int32(column), int32(bytes), textOfConstant(l.v)})}
}

// replaceable reports whether a constant is a text, a number or a boolean.
func replaceable(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && v.Type().IsPrimitiveType() && textOf(v) <= maxTraced
}

// maxTraced is far above any value that decides a place; longer texts are not
// worth remembering twice.
const maxTraced = 4 << 10

// textOfConstant is what the constant means, as text.
func textOfConstant(v cty.Value) string {
	out, err := convertTo(v, cty.String)
	if err != nil {
		return ""
	}
	return out.AsString()
}

// literalsOf returns the tokens that the marks remember, sorted.
func literalsOf(marks cty.ValueMarks) []graph.Literal {
	var out []graph.Literal
	for m := range marks {
		if l, ok := m.(literalMark); ok {
			out = append(out, graph.Literal{Origin: graph.Origin{File: l.file, Line: int(l.line)}, Column: int(l.column), Bytes: int(l.bytes), Text: l.text})
		}
	}
	slices.SortFunc(out, func(a, b graph.Literal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(out)
}

// read reads a file of the configuration: what the overlay holds instead of
// it, else what is on disk.
func (ld *loader) read(name string) ([]byte, error) {
	if len(ld.opt.Overlay) > 0 {
		if src, ok := ld.opt.Overlay[RealPath(name)]; ok {
			return src, nil
		}
	}
	return readBounded(name, ld.max)
}

// RealPath is the absolute path of a file without links: one name for each
// file. What cannot be resolved stays as it is.
func RealPath(name string) string {
	real, err := filepath.EvalSymlinks(filepath.FromSlash(name))
	if err != nil {
		real = name
	}
	if filepath.IsAbs(real) {
		return real
	}
	wd, err := os.Getwd()
	if err != nil {
		return real
	}
	if there, err := filepath.EvalSymlinks(wd); err == nil { // the shell's name of it may be a link
		wd = there
	}
	return filepath.Join(wd, real)
}

// Mentions implements [graph.Mentioner].
func (in *instance) Mentions() map[graph.Literal][]string {
	r := in.x.m.root
	r.Lock()
	defer r.Unlock()
	out := map[graph.Literal][]string{}
	r.apart(func() { mention(out, in.scope(), in.x.res.body, "") })
	return out
}

func mention(out map[graph.Literal][]string, s *scope, b *body, prefix string) {
	for i := range b.attrs {
		a := &b.attrs[i]
		for _, l := range literalsOf(deepMarks(s.value(a.ex))) {
			if path := prefix + a.name; !slices.Contains(out[l], path) {
				out[l] = append(out[l], path)
			}
		}
	}
	for _, n := range b.blocks {
		scopes, why := n.expand(s)
		if why != nil {
			continue
		}
		for _, in := range scopes {
			mention(out, in, n.body, prefix+n.name+".")
		}
	}
}
