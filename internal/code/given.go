package code

import "slices"

// given is a dotted name among the tokens that a function gives back, or that the
// class of a block is made of.
type given struct{ at, block, class int }

// returned takes "return a.b", when nothing more of the statement follows.
func (p *parser) returned(i int) {
	if !p.ident(i+1) || p.syn.keywords[p.tokens[i+1].text] {
		return
	}
	end := i + 2
	for p.is(end, ".") && p.ident(end+1) {
		end += 2
	}
	if end >= len(p.tokens) || p.tokens[end].start || p.is(end, ";") || p.is(end, "}") {
		p.given = append(p.given, given{at: i + 1, block: p.block(), class: -1})
	}
}

// bases takes what a class of Python is made of: the names between the brackets of
// its head.
func (p *parser) bases(open int) {
	if !p.is(open, "(") || p.tokens[open].match < 0 {
		return
	}
	p.split(open+1, int(p.tokens[open].match), func(from, to int) {
		if p.dots(from, to) != "" {
			p.based(from)
		}
	})
}

// extends takes what a class of a language with braces is made of: the name after
// the "extends" of its head that stands in no type arguments.
func (p *parser) extends(head, body int) {
	depth := 0
	for at := head + 1; at < body-1; at++ {
		switch {
		case p.is(at, "<"):
			depth++
		case p.is(at, ">"):
			depth--
		case depth == 0 && p.is(at, "extends") && p.ident(at+1):
			p.based(at + 1)
			return
		}
	}
}

// based notes what the class is made of whose block is opened next.
func (p *parser) based(at int) {
	p.given = append(p.given, given{at: at, block: p.block(), class: len(p.file.Blocks)})
}

// give says what the names stand for; of what a call gave, the call says more.
func (p *parser) give() {
	p.super = map[int]string{}
	for _, g := range p.given {
		var parts []string
		for i := g.at; ; i += 2 {
			parts = append(parts, p.tokens[i].text)
			if !p.is(i+1, ".") || !p.ident(i+2) {
				break
			}
		}
		first := parts[0]
		if _, ok := p.short[first]; !ok && !slices.ContainsFunc(p.file.Imports, func(im Import) bool { return im.As == "" && im.Name == "" && im.Path == first }) {
			continue // it is of this file, and its own calls are seen
		}
		name, on := p.behind(parts, g.block, g.at)
		if on >= 0 || name == "" {
			continue
		}
		p.file.Given = append(p.file.Given, Given{Name: name, Line: int(p.tokens[g.at].line)})
		if g.class >= 0 && p.super[g.class] == "" {
			p.super[g.class] = name
		}
	}
}

// above says what super(…) and super().__init__(…) make, in the class around them.
func (p *parser) above(i int) {
	if c := &p.file.Calls[i]; p.syn.layout {
		if c.Name != ".__init__" || c.On < 0 {
			return
		}
		i = c.On
	}
	if c := &p.file.Calls[i]; c.Name == "super" && c.On < 0 {
		c.Super = p.super[p.class(c.Block)]
	}
}
