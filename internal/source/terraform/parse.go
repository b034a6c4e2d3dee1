package terraform

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A rawBlock is a block as written, before its meaning is known. It lives
// only until the module of its directory is made.
type rawBlock struct {
	typ    string
	labels []string
	body   *rawBody
	pos    pos
	last   int32 // line of its closing brace
}

// A rawBody is the inside of a block in either syntax.
type rawBody struct {
	attrs  []rawAttr
	blocks []*rawBlock
	c      *compiler
}

// A rawAttr is an attribute as written: syntax for HCL, json for JSON.
type rawAttr struct {
	name   string
	syntax hclsyntax.Expression
	json   *jsonValue
	pos    pos
}

// expr compiles the attribute.
func (b *rawBody) expr(a *rawAttr) expr {
	if a.json != nil {
		return b.c.jsonExpr(a.json)
	}
	return b.c.expr(a.syntax)
}

// constant compiles an attribute that the language takes as it is written.
func (b *rawBody) constant(a *rawAttr) expr {
	if a.json != nil {
		return b.c.jsonConst(a.json)
	}
	return b.c.expr(a.syntax)
}

// static returns the attribute as syntax, for what the language reads without
// evaluating: references to providers and type constraints. In JSON these are
// strings that hold the native syntax.
func (b *rawBody) static(a *rawAttr) hclsyntax.Expression {
	if a.json != nil {
		return parseString(a.json)
	}
	if t, ok := a.syntax.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		v, _ := t.Value(nil)
		e, diags := hclsyntax.ParseExpression([]byte(v.AsString()), a.pos.file.name, a.syntax.Range().Start)
		if !diags.HasErrors() {
			return e
		}
	}
	return a.syntax
}

func (b *rawBody) attr(name string) *rawAttr {
	for i := range b.attrs {
		if b.attrs[i].name == name {
			return &b.attrs[i]
		}
	}
	return nil
}

// A parsedFile is what one configuration file holds.
type parsedFile struct {
	file     *srcFile
	attrs    []rawAttr // outside of blocks, where Terraform has none
	c        *compiler
	blocks   []*rawBlock
	remarks  []remark
	problems []graph.Problem
}

// readBounded reads a regular file of at most max bytes. What it is and how
// large is known before a byte is read; a device or a pipe is never opened.
func readBounded(path string, max int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", tree.Plain(err))
	}
	if info.IsDir() {
		return nil, fmt.Errorf("it is a directory")
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is not a regular file")
	}
	if info.Size() > max {
		return nil, fmt.Errorf("it has %d MiB, more than the limit of %d MiB: split it, or leave it out of the paths to check", info.Size()>>20, max>>20)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", tree.Plain(err))
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", tree.Plain(err))
	}
	if int64(len(src)) > max {
		return nil, fmt.Errorf("it has more than the limit of %d MiB: split it, or leave it out of the paths to check", max>>20)
	}
	return src, nil
}

// parseFile reads one configuration file. What can be read of a broken file
// is returned next to its problems.
func (ld *loader) parseFile(path string) *parsedFile {
	p := &parsedFile{file: &srcFile{name: filepath.ToSlash(path)}}
	src, err := ld.read(path)
	if err != nil {
		p.problem(0, err.Error())
		return p
	}
	return ld.parseText(p, path, src)
}

// parseText reads the text of a configuration file.
func (ld *loader) parseText(p *parsedFile, path string, src []byte) *parsedFile {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if line, err := checkText(path, src); err != nil {
		p.problem(line, err.Error())
		return p
	}
	c := &compiler{file: p.file, names: map[string]string{}, trace: ld.opt.Trace}
	if isJSON(path) {
		c.src = src
		root, line, err := parseJSON(src)
		if err != nil {
			p.problem(line, err.Error())
			return p
		}
		b, problems := c.jsonBody(root, rootSchema)
		p.blocks = b.blocks
		for _, pr := range problems {
			p.problem(int(pr.line), pr.text)
		}
		return p
	}
	short, lifted, line, err := liftHeredocs(src)
	if err != nil {
		p.problem(line, err.Error())
		return p
	}
	c.lifted, c.src = lifted, short
	f, diags := hclsyntax.ParseConfig(short, p.file.name, hcl.InitialPos)
	for _, d := range diags.Errs() {
		d, ok := d.(*hcl.Diagnostic)
		if !ok || d.Severity != hcl.DiagError {
			continue
		}
		line := 1
		if d.Subject != nil {
			line = d.Subject.Start.Line
		}
		p.problem(line, fmt.Sprintf("this is not valid HCL: %s: %s", d.Summary, oneLine(d.Detail)))
		break // one broken brace makes a dozen errors; the first tells
	}
	if f == nil {
		return p
	}
	if hb, ok := f.Body.(*hclsyntax.Body); ok {
		body := c.rawBody(hb)
		p.blocks, p.attrs, p.c = body.blocks, body.attrs, c
	}
	if bytes.Contains(src, []byte(remarkTag)) {
		p.remarks = remarksIn(short, p.file)
	}
	return p
}

func (p *parsedFile) problem(line int, text string) {
	p.problems = append(p.problems, graph.Problem{Origin: graph.Origin{File: p.file.name, Line: line}, Message: text})
}

// oneLine joins the lines of a message.
func oneLine(s string) string { return string(bytes.Join(bytes.Fields([]byte(s)), []byte(" "))) }

// rawBody takes the parts of a parsed body in source order.
func (c *compiler) rawBody(hb *hclsyntax.Body) *rawBody {
	b := &rawBody{c: c}
	if n := len(hb.Attributes); n > 0 {
		b.attrs = make([]rawAttr, 0, n)
		for name, a := range hb.Attributes {
			b.attrs = append(b.attrs, rawAttr{name: c.name(name), syntax: a.Expr, pos: c.at(a.NameRange)})
		}
		sort.Slice(b.attrs, func(i, j int) bool {
			if b.attrs[i].pos.line != b.attrs[j].pos.line {
				return b.attrs[i].pos.line < b.attrs[j].pos.line
			}
			return b.attrs[i].name < b.attrs[j].name
		})
	}
	for _, hbl := range hb.Blocks {
		rb := &rawBlock{typ: c.name(hbl.Type), pos: c.at(hbl.TypeRange), last: int32(hbl.CloseBraceRange.End.Line), body: c.rawBody(hbl.Body)}
		for _, l := range hbl.Labels {
			rb.labels = append(rb.labels, c.name(l))
		}
		b.blocks = append(b.blocks, rb)
	}
	return b
}

// body compiles a body whose meaning only a provider knows.
func (b *rawBody) body() *body {
	out := &body{}
	if len(b.attrs) > 0 {
		out.attrs = make([]attribute, len(b.attrs))
		for i := range b.attrs {
			a := &b.attrs[i]
			out.attrs[i] = attribute{a.name, b.expr(a), a.pos}
		}
	}
	for _, rb := range b.blocks {
		out.blocks = append(out.blocks, rb.nested())
	}
	return out
}

// nested compiles a block inside a resource, static or dynamic.
func (rb *rawBlock) nested() *nested {
	if rb.typ != "dynamic" || len(rb.labels) != 1 {
		return &nested{name: rb.typ, body: rb.body.body(), pos: rb.pos}
	}
	n := &nested{name: rb.labels[0], iter: rb.labels[0], body: &body{}, pos: rb.pos}
	n.forEach = &bad{"the dynamic block has no for_each"}
	if a := rb.body.attr("for_each"); a != nil {
		n.forEach = rb.body.expr(a)
	}
	if a := rb.body.attr("iterator"); a != nil {
		if w := hcl.ExprAsKeyword(rb.body.static(a)); w != "" {
			n.iter = w
		}
	}
	for _, c := range rb.body.blocks {
		if c.typ == "content" {
			n.body = c.body.body()
		}
	}
	return n
}
