package code

import (
	"slices"
	"strings"
)

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
		p.given = append(p.given, place{i + 1, p.block()})
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
			p.given = append(p.given, place{from, p.block()})
		}
	})
}

// extends takes what a class of a language with braces is made of: the name after
// the last "extends" of its head, because that of a type parameter comes before.
func (p *parser) extends(head, body int) {
	for at := body - 2; at > head; at-- {
		if p.is(at, "extends") && p.ident(at+1) {
			p.given = append(p.given, place{at + 1, p.block()})
			return
		}
	}
}

// give says what the names stand for; of what a call gave, the call says more.
func (p *parser) give() {
	for _, g := range p.given {
		var parts []string
		for i := g.at; ; i += 2 {
			parts = append(parts, p.tokens[i].text)
			if !p.is(i+1, ".") || !p.ident(i+2) {
				break
			}
		}
		first, _, _ := strings.Cut(strings.Join(parts, "."), ".")
		if _, ok := p.short[first]; !ok && !slices.ContainsFunc(p.file.Imports, func(im Import) bool { return im.As == "" && im.Name == "" && im.Path == first }) {
			continue // it is of this file, and its own calls are seen
		}
		if name, on := p.behind(parts, g.block, g.at); on < 0 && name != "" {
			p.file.Given = append(p.file.Given, Given{Name: name, Line: int(p.tokens[g.at].line)})
		}
	}
}
