package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Parsed expressions are compiled into the nodes below and the syntax tree is
// let go: a node keeps a line instead of three ranges, a constant is one node,
// and both syntaxes meet here. It takes about a fifth of the memory.

// An expr is an expression ready to be evaluated. An error means that the real
// tool would refuse it too; unknown is not an error.
type expr interface {
	eval(s *scope) (cty.Value, error)
}

type (
	// lit is a constant.
	lit struct{ v cty.Value }
	// ref is a name with the attributes and constant indices that follow it.
	ref struct {
		name  string
		steps []step
	}
	// get takes attributes and constant indices of another expression.
	get struct {
		src   expr
		steps []step
	}
	// index takes the element of a collection at a computed key.
	index struct{ coll, key expr }
	// splat evaluates each for every element of src, bound to anon.
	splat struct{ src, each expr }
	// anon is the element that a splat is at.
	anon struct{}
	// call is a function call; expand spreads the last argument.
	call struct {
		name   string
		args   []expr
		expand bool
	}
	// conversion makes a value of a type.
	conversion struct {
		val expr
		ty  cty.Type
	}
	cond   struct{ pred, yes, no expr }
	tuple  struct{ items []expr }
	object struct{ items []item }
	item   struct {
		key, val expr
		line     int32
	}
	// loop is a for expression. key is nil when it makes a tuple.
	loop struct {
		keyVar, valVar      string
		coll, key, val, cut expr
		group               bool
	}
	template struct{ parts []expr }
	// joined is the string of a for directive in a template.
	joined struct{ parts expr }
	unary  struct {
		op  *hclsyntax.Operation
		val expr
	}
	binary struct {
		op       *hclsyntax.Operation
		lhs, rhs expr
	}
	// bad is an expression that could not be understood.
	bad struct{ why string }
)

// A step is an attribute name, or a constant key when name is empty.
type step struct {
	name string
	key  cty.Value
}

// A srcFile is a file as the user would type it. A file whose literals are
// traced also knows its one real name.
type srcFile struct{ name, real string }

// A pos is a line of a file.
type pos struct {
	file *srcFile
	line int32
}

func (p pos) origin() graph.Origin {
	if p.file == nil {
		return graph.Origin{}
	}
	return graph.Origin{File: p.file.name, Line: int(p.line)}
}

// A body is what stands between braces: attributes and nested blocks, each in
// source order.
type body struct {
	attrs  []attribute
	blocks []*nested
}

// An attribute is a name with an expression.
type attribute struct {
	name string
	ex   expr
	pos  pos
}

// A nested block, static or dynamic.
type nested struct {
	name    string
	body    *body
	forEach expr // nil for a static block
	iter    string
	pos     pos
}

// find returns the attribute of that name, or nil.
func (b *body) find(name string) *attribute {
	for i := range b.attrs {
		if b.attrs[i].name == name {
			return &b.attrs[i]
		}
	}
	return nil
}

// take removes the attribute of that name and returns its expression, or nil.
func (b *body) take(name string) expr {
	for i := range b.attrs {
		if b.attrs[i].name == name {
			ex := b.attrs[i].ex
			b.attrs = append(b.attrs[:i], b.attrs[i+1:]...)
			return ex
		}
	}
	return nil
}
