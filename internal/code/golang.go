package code

import "strings"

func goQuote(l *lexer) (quote, bool) {
	switch l.src[l.at] {
	case '"':
		return quote{open: 1, close: `"`}, true
	case '`':
		return quote{open: 1, close: "`", raw: true, multi: true}, true
	case '\'':
		return quote{open: 1, close: "'", char: true}, true
	}
	return quote{}, false
}

// goImport takes import "p" and import ( a "p" … ).
func (p *parser) goImport(i int) {
	from, to := i+1, min(i+3, len(p.tokens))
	if p.is(from, "(") {
		from, to = from+1, max(int(p.tokens[from].match), from+1)
	}
	for j := from; j < to; j++ {
		t := &p.tokens[j]
		if t.kind != tString {
			continue
		}
		im := Import{Path: t.text, As: packageName(t.text), Line: int(t.line)}
		switch {
		case p.is(j-1, "."):
			im.Name, im.As = "*", ""
		case p.ident(j-1) && j-1 >= from:
			im.As = p.tokens[j-1].text
		}
		p.file.Imports = append(p.file.Imports, im)
		if from == i+1 {
			return
		}
	}
}

// packageName is what a package is probably called: the last part of its path
// without a version, and without what says that it is Go.
func packageName(path string) string {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = parts[len(parts)-2]
	}
	last, _, _ = strings.Cut(last, ".v")
	last = strings.TrimSuffix(strings.TrimPrefix(last, "go-"), "-go")
	return strings.ReplaceAll(last, "-", "")
}

// goBody takes an opening brace of Go: the body of a function, a type, or what
// is given to a struct that is made.
func (p *parser) goBody(i int) {
	end := int(p.tokens[i].match)
	if end < 0 {
		return
	}
	if head := p.composite(i); head >= 0 {
		p.made(i, head)
		return
	}
	for at, n := i-1, 0; at >= 0 && n < maxHead; at, n = at-1, n+1 {
		t := &p.tokens[at]
		switch {
		case t.kind == tPunct && (t.text == "{" || t.text == ";" || t.text == "("):
			return
		case t.kind == tPunct && t.match >= 0 && int(t.match) < at:
			at = int(t.match)
		case p.is(at, "func"):
			name := at + 1
			if p.is(name, "(") && p.ident(p.next(name)) && p.is(p.next(name)+1, "(") {
				name = p.next(name)
			}
			b := Block{Kind: "function", Line: int(t.line)}
			if p.ident(name) {
				b.Name = p.tokens[name].text
			}
			p.openBlock(b, i+1, end)
			return
		case (t.text == "struct" || t.text == "interface") && t.kind == tIdent:
			if p.ident(at-1) && p.tokens[at-1].text != "type" {
				p.openBlock(Block{Kind: "class", Name: p.tokens[at-1].text, Line: int(t.line)}, i+1, end)
			}
			return
		}
		if p.tokens[at].start {
			return
		}
	}
}

// composite is where the type of a struct that is made begins; -1 when the brace
// is that of something else. Of conditions and loops the brace follows a name
// that stands behind other words than these.
func (p *parser) composite(brace int) int {
	head := brace - 1
	if !p.ident(head) || p.syn.keywords[p.tokens[head].text] {
		return -1
	}
	if p.is(head-1, ".") && p.ident(head-2) {
		head -= 2
	} else if c := p.tokens[head].text[0]; c < 'A' || c > 'Z' {
		return -1
	}
	if head == 0 {
		return -1
	}
	switch before := &p.tokens[head-1]; before.text {
	case "=", ":=", "(", ",", "{", ":", "&", "return":
		return head
	}
	return -1
}

// made takes a struct that is made, as a call of its type with named arguments.
func (p *parser) made(open, head int) {
	s := site{head: head, on: -1, open: open, close: int(p.tokens[open].match)}
	for i := head; i < open; i += 2 {
		s.parts = append(s.parts, p.tokens[i].text)
	}
	c := Call{On: -1, Within: -1, Block: p.block(), Line: int(p.tokens[head].line), Last: int(p.tokens[s.close].line)}
	if len(p.calls) > 0 {
		c.Within = p.calls[len(p.calls)-1]
	}
	p.callAt[open] = int32(len(p.sites))
	p.calls = append(p.calls, len(p.sites))
	p.sites = append(p.sites, s)
	p.file.Calls = append(p.file.Calls, c)
}
