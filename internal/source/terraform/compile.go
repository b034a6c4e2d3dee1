package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A compiler turns the syntax trees of one file into nodes.
type compiler struct {
	file   *srcFile
	names  map[string]string // one copy of each name
	lifted map[string]string // long heredoc texts by the marker that replaced them
	plain  bool              // JSON strings are no templates
	trace  bool              // constants remember where they stand
	src    []byte            // the text that is compiled
}

// name returns one shared copy of s; a file repeats the same few names.
func (c *compiler) name(s string) string {
	if n, ok := c.names[s]; ok {
		return n
	}
	s = strings.Clone(s)
	c.names[s] = s
	return s
}

func (c *compiler) at(r hcl.Range) pos { return pos{c.file, int32(r.Start.Line)} }

// expr compiles one expression.
func (c *compiler) expr(e hclsyntax.Expression) expr {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		if e.Val.Type() == cty.String {
			return literal(e) // a part of a text
		}
		return c.traced(literal(e), e.SrcRange)
	case *hclsyntax.TemplateExpr:
		return c.template(e)
	case *hclsyntax.TemplateWrapExpr:
		return c.expr(e.Wrapped)
	case *hclsyntax.TemplateJoinExpr:
		return &joined{c.expr(e.Tuple)}
	case *hclsyntax.ParenthesesExpr:
		return c.expr(e.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		return &ref{name: c.name(e.Traversal.RootName()), steps: c.steps(e.Traversal[1:])}
	case *hclsyntax.RelativeTraversalExpr:
		return &get{src: c.expr(e.Source), steps: c.steps(e.Traversal)}
	case *hclsyntax.IndexExpr:
		return &index{c.expr(e.Collection), c.expr(e.Key)}
	case *hclsyntax.SplatExpr:
		return &splat{src: c.expr(e.Source), each: c.expr(e.Each)}
	case *hclsyntax.AnonSymbolExpr:
		return &anon{}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "convert" || e.Name == "core::convert" {
			return c.conversion(e)
		}
		return &call{name: c.name(e.Name), args: c.exprs(e.Args), expand: e.ExpandFinal}
	case *hclsyntax.ConditionalExpr:
		return &cond{c.expr(e.Condition), c.expr(e.TrueResult), c.expr(e.FalseResult)}
	case *hclsyntax.TupleConsExpr:
		return c.tuple(e)
	case *hclsyntax.ObjectConsExpr:
		return c.object(e)
	case *hclsyntax.ObjectConsKeyExpr:
		return c.key(e)
	case *hclsyntax.ForExpr:
		return c.loop(e)
	case *hclsyntax.BinaryOpExpr:
		return &binary{e.Op, c.expr(e.LHS), c.expr(e.RHS)}
	case *hclsyntax.UnaryOpExpr:
		return &unary{e.Op, c.expr(e.Val)}
	case nil:
		return &bad{"there is no expression here"}
	}
	return &bad{fmt.Sprintf("the expression on line %d could not be parsed", e.Range().Start.Line)}
}

// literal compiles a constant. The parser leaves an unknown value where it
// found something that it did not understand.
func literal(e *hclsyntax.LiteralValueExpr) expr {
	switch {
	case !e.Val.IsKnown():
		return &bad{fmt.Sprintf("the expression on line %d could not be parsed", e.SrcRange.Start.Line)}
	case e.Val.Type() == cty.Number && !e.Val.IsNull() && hugeNumber(e.Val):
		return &bad{"a number is too large"}
	}
	return lit{e.Val}
}

// conversion compiles OpenTofu's convert, whose second argument is a type.
func (c *compiler) conversion(e *hclsyntax.FunctionCallExpr) expr {
	if len(e.Args) != 2 {
		return &bad{"convert takes a value and a type"}
	}
	ty, diags := typeexpr.TypeConstraint(e.Args[1])
	if diags.HasErrors() {
		return &bad{"the second argument of convert is not a type"}
	}
	return &conversion{c.expr(e.Args[0]), ty}
}

func (c *compiler) exprs(es []hclsyntax.Expression) []expr {
	out := make([]expr, len(es))
	for i, e := range es {
		out[i] = c.expr(e)
	}
	return out
}

// template folds a template of constants into one.
func (c *compiler) template(e *hclsyntax.TemplateExpr) expr {
	if len(e.Parts) == 0 {
		return lit{cty.StringVal("")}
	}
	if len(e.Parts) == 1 {
		if l, ok := e.Parts[0].(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.String {
			return c.traced(lit{c.restore(l.Val)}, e.SrcRange)
		}
	}
	return &template{c.exprs(e.Parts)}
}

// restore puts a lifted heredoc text back.
func (c *compiler) restore(v cty.Value) cty.Value {
	if len(c.lifted) == 0 || v.IsNull() || !v.IsKnown() {
		return v
	}
	if text, ok := c.lifted[strings.TrimSpace(v.AsString())]; ok {
		return cty.StringVal(text)
	}
	return v
}

func (c *compiler) steps(t hcl.Traversal) []step {
	if len(t) == 0 {
		return nil
	}
	out := make([]step, 0, len(t))
	for _, s := range t {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			out = append(out, step{name: c.name(s.Name)})
		case hcl.TraverseIndex:
			out = append(out, step{key: s.Key})
		case hcl.TraverseRoot:
			out = append(out, step{name: c.name(s.Name)})
		}
	}
	return out
}

// tuple compiles a list; one of constants only becomes a constant.
func (c *compiler) tuple(e *hclsyntax.TupleConsExpr) expr {
	items := c.exprs(e.Exprs)
	vals := make([]cty.Value, len(items))
	for i, it := range items {
		l, ok := it.(lit)
		if !ok {
			return &tuple{items}
		}
		vals[i] = l.v
	}
	return lit{cty.TupleVal(vals)}
}

func (c *compiler) object(e *hclsyntax.ObjectConsExpr) expr {
	out := &object{items: make([]item, len(e.Items))}
	for i, it := range e.Items {
		out.items[i] = item{c.expr(it.KeyExpr), c.expr(it.ValueExpr), int32(it.ValueExpr.StartRange().Start.Line)}
	}
	return out
}

// key compiles an object key, where a bare word is a string.
func (c *compiler) key(e *hclsyntax.ObjectConsKeyExpr) expr {
	if !e.ForceNonLiteral {
		if w := hcl.ExprAsKeyword(e.Wrapped); w != "" {
			return lit{cty.StringVal(c.name(w))}
		}
		if _, ok := e.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok {
			return &bad{"an object key that is a reference must stand in parentheses"}
		}
	}
	in := *c
	in.trace = false // a key names something, and reading it takes a constant
	return in.expr(e.Wrapped)
}

func (c *compiler) loop(e *hclsyntax.ForExpr) expr {
	l := &loop{keyVar: e.KeyVar, valVar: e.ValVar, coll: c.expr(e.CollExpr), val: c.expr(e.ValExpr), group: e.Group}
	if e.KeyExpr != nil {
		l.key = c.expr(e.KeyExpr)
	}
	if e.CondExpr != nil {
		l.cut = c.expr(e.CondExpr)
	}
	return l
}
