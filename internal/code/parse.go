package code

import "strings"

// A site is where a call stands among the tokens.
type site struct {
	head, open, close int
	on                int // the call whose result is asked directly; -1
	parts             []string
	literal           bool // it is asked of a text: "…".format()
}

// A parser finds calls, assignments, imports and blocks in the tokens. It
// passes over them once; what stands between two brackets is read by the one
// that owns them, so that time stays linear.
type parser struct {
	*lexer
	file   *File
	sites  []site
	callAt []int32        // of an open bracket: its call, or -1
	values []span         // of each assignment
	places []int          // of each assignment: the token of its name
	calls  []int          // the calls around the current token
	around []int          // the brackets around it
	blocks []int          // the blocks around it
	ends   []int          // of blocks between brackets: the closing token
	cols   []int32        // of blocks by layout: the indentation of their head
	later  []later        // blocks that begin at a token to come
	decos  []span         // decorators that wait for their function
	given  []given        // names that classes are made of and functions give back
	super  map[int]string // by the block of a class: what it is made of
	keys   map[key][]int
	short  map[string]string // what a name was imported as
}

type span struct{ from, to int }

// later is a block whose body begins at a token.
type later struct{ at, block, end int }

func (p *parser) parse() {
	p.callAt = make([]int32, len(p.tokens))
	for i := range p.callAt {
		p.callAt[i] = -1
	}
	for i := range p.tokens {
		p.token(i)
	}
	last := p.line
	for _, b := range p.blocks {
		p.file.Blocks[b].Last = last
	}
	p.short = map[string]string{}
	for _, im := range p.file.Imports {
		if im.As != "" && im.Name != "*" {
			p.short[im.As] = im.full()
		}
	}
	p.resolve()
	p.remarks()
}

// full is the name that an import stands for.
func (im Import) full() string {
	if im.Name == "" {
		return im.Path
	}
	return im.Path + "." + im.Name
}

// token looks at one token in its place.
func (p *parser) token(i int) {
	t := &p.tokens[i]
	for len(p.calls) > 0 && p.sites[p.calls[len(p.calls)-1]].close <= i {
		p.calls = p.calls[:len(p.calls)-1]
	}
	if n := len(p.around); n > 0 && int(p.tokens[p.around[n-1]].match) == i {
		p.around = p.around[:n-1]
	} else if int(t.match) > i {
		defer func() { p.around = append(p.around, i) }()
	}
	p.leave(i)
	p.enter(i)
	switch t.kind {
	case tString:
		p.string(i)
	case tIdent:
		if t.text == "return" {
			p.returned(i)
		}
		p.statement(i)
	case tPunct:
		switch t.text {
		case "(":
			p.call(i)
		case "=", ":=":
			if !p.syn.layout {
				p.assignment(i)
			}
		case "{":
			if !p.syn.layout {
				p.body(i)
			}
		case "@":
			p.decorator(i)
		}
	}
}

// block is the innermost block around the current token.
func (p *parser) block() int {
	if len(p.blocks) == 0 {
		return -1
	}
	return p.blocks[len(p.blocks)-1]
}

// leave closes the blocks that end before a token.
func (p *parser) leave(i int) {
	t := &p.tokens[i]
	for n := len(p.blocks); n > 0; n-- {
		if p.syn.layout {
			if !t.start || t.col > p.cols[n-1] {
				return
			}
		} else if p.ends[n-1] > i {
			return
		}
		if i > 0 {
			p.file.Blocks[p.blocks[n-1]].Last = int(p.tokens[i-1].line)
		}
		p.blocks, p.ends, p.cols = p.blocks[:n-1], p.ends[:n-1], p.cols[:n-1]
	}
}

// enter opens the blocks whose body begins at a token.
func (p *parser) enter(i int) {
	for n := len(p.later); n > 0 && p.later[n-1].at <= i; n-- {
		b := p.later[n-1]
		p.later = p.later[:n-1]
		p.blocks = append(p.blocks, b.block)
		p.ends = append(p.ends, b.end)
		p.cols = append(p.cols, int32(b.end))
	}
}

// open adds a block. Its body begins at a token; end is the closing token, or
// in a language with layout the indentation of the head.
func (p *parser) openBlock(b Block, at, end int) int {
	b.Within = p.block()
	p.file.Blocks = append(p.file.Blocks, b)
	p.later = append(p.later, later{at, len(p.file.Blocks) - 1, end})
	return len(p.file.Blocks) - 1
}

// next is the token after this one, brackets and what stands in them being one.
func (p *parser) next(i int) int {
	if m := int(p.tokens[i].match); m > i {
		return m + 1
	}
	return i + 1
}

func (p *parser) is(i int, text string) bool {
	return i >= 0 && i < len(p.tokens) && p.tokens[i].text == text && p.tokens[i].kind != tString
}

func (p *parser) ident(i int) bool {
	return i >= 0 && i < len(p.tokens) && p.tokens[i].kind == tIdent
}

// string takes a text, or the part of one with holes.
func (p *parser) string(i int) {
	t := &p.tokens[i]
	lit := Literal{Text: t.text, Class: Plain, Call: -1, Block: p.block(), Line: int(t.line)}
	if len(p.calls) > 0 {
		lit.Call, lit.Class = p.calls[len(p.calls)-1], Argument
	}
	if p.syn.layout && t.start && (i+1 == len(p.tokens) || p.tokens[i+1].start) {
		lit.Class = Doc
	}
	lit.Key = p.keyBefore(i)
	if i > 0 && p.tokens[i-1].kind == tOpen {
		lit.Text += p.rest(i)
	}
	p.file.Strings = append(p.file.Strings, lit)
}

// rest is what follows the first part of a text with holes.
func (p *parser) rest(first int) string {
	var b strings.Builder
	for i := first + 1; i < int(p.tokens[first-1].match); i = p.next(i) {
		if p.tokens[i].kind == tString {
			b.WriteString(p.tokens[i].text)
		} else {
			b.WriteString("{}")
		}
	}
	return b.String()
}

// keyBefore is the name that a value is given to: name="x", name: "x".
func (p *parser) keyBefore(i int) string {
	for i > 0 && p.tokens[i-1].kind == tOpen {
		i--
	}
	if i < 2 || !(p.is(i-1, "=") || p.is(i-1, ":")) {
		return ""
	}
	if k := &p.tokens[i-2]; k.kind == tIdent || k.kind == tString {
		return k.text
	}
	return ""
}

// remarks adds the comments.
func (p *parser) remarks() {
	for i := range p.comments {
		c := &p.comments[i]
		p.file.Strings = append(p.file.Strings, Literal{Text: strings.TrimSpace(c.text), Class: Comment, Call: -1, Block: -1, Line: int(c.line)})
	}
}
