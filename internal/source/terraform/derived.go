package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// derived is an attribute of a data source that configuration decides, of the
// provider or of the data source itself; NilVal when only the provider knows.
func (in *instance) derived(name string) cty.Value {
	r := in.x.m.root
	if r.opt.Data == nil {
		return cty.NilVal
	}
	d, ok := r.opt.Data(in.x.res.typ, name)
	switch {
	case !ok:
		return cty.NilVal
	case d.Expression != "":
		return in.expressed(name, d.Expression)
	}
	p := r.providerOf(in)
	if p == nil || p.block == nil {
		return unknown("the provider of " + string(in.address()) + " has no configuration block here")
	}
	v := p.attr(d.Provider)
	if v == cty.NilVal {
		return unknown("the provider of " + string(in.address()) + " does not set " + d.Provider)
	}
	return v
}

// expressed evaluates the expression of a dialect for an attribute.
func (in *instance) expressed(name, text string) cty.Value {
	if in.memo == nil {
		in.memo = map[string]*memo{}
	}
	label := string(in.address()) + "." + name
	return in.x.m.root.once(slot(in.memo, name), func() string { return label }, func() cty.Value {
		ex, err := in.x.m.root.ld.expression(text)
		if err != nil {
			return unknown("what the dialect says of " + label + " cannot be read: " + err.Error())
		}
		self := written(in.scope(), in.x.res.body)
		return in.scope().bind("self", placeholder(self)).value(ex)
	})
}

// expression compiles an expression of a dialect, once.
func (ld *loader) expression(text string) (expr, error) {
	t := remember(ld, ld.expressions, text, func() (t parsedTemplate) {
		e, diags := hclsyntax.ParseExpression([]byte(text), "dialect", hcl.InitialPos)
		if diags.HasErrors() {
			t.err = faultf("%s: %s", diags[0].Summary, oneLine(diags[0].Detail))
			return t
		}
		t.ex = (&compiler{file: &srcFile{name: "dialect"}, names: map[string]string{}}).expr(e)
		return t
	})
	return t.ex, t.err
}

// A writtenBlock is a block as its author left it: what is not written is null,
// not something that the provider may fill in.
type writtenBlock struct{ lazyBlock }

func written(s *scope, b *body) lazy { return &writtenBlock{lazyBlock{s, b}} }

func (w *writtenBlock) attr(_ *scope, name string) (cty.Value, error) {
	if a := w.b.find(name); a != nil {
		return w.s.value(a.ex), nil
	}
	v, err := blocksValue(w.s, w.b, name, written)
	if v == cty.NilVal && err == nil {
		v = cty.NullVal(cty.DynamicPseudoType)
	}
	return v, err
}

func (w *writtenBlock) mark() any { return nil }
