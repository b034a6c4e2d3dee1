package code

// scriptImport takes the imports of JavaScript.
func (p *parser) scriptImport(i int) {
	line := int(p.tokens[i].line)
	if p.is(i+1, "(") { // import("p")
		p.require(i, i+2)
		return
	}
	if p.is(i+1, ".") || p.is(i+1, "type") && (p.is(i+2, "{") || p.ident(i+2) && !p.is(i+2, "from")) {
		return // import.meta; what is there for the compiler only
	}
	end := p.end(i+1, maxUse)
	from := p.find(i+1, end, "from")
	path := from + 1
	if from >= end { // import "p", import x = require("p")
		if path = i + 1; path >= end || p.tokens[path].kind != tString {
			return
		}
	}
	if path >= len(p.tokens) || p.tokens[path].kind != tString {
		return
	}
	module := p.tokens[path].text
	n := len(p.file.Imports)
	p.split(i+1, from, func(a, b int) {
		if p.is(a, "type") && b > a+1 {
			a++
		}
		switch {
		case p.is(a, "{"):
			p.members(module, a, line)
		case p.is(a, "*") && b-a >= 3:
			p.file.Imports = append(p.file.Imports, Import{Path: module, As: p.tokens[a+2].text, Line: line})
		case p.ident(a):
			p.file.Imports = append(p.file.Imports, Import{Path: module, Name: "default", As: p.tokens[a].text, Line: line})
		}
	})
	if len(p.file.Imports) == n {
		p.file.Imports = append(p.file.Imports, Import{Path: module, Line: line})
	}
}

// members takes {A, B as C, type D, E: F}.
func (p *parser) members(module string, open, line int) {
	p.split(open+1, max(int(p.tokens[open].match), open+1), func(a, b int) {
		if p.is(a, "type") && p.ident(a+1) && b > a+1 && !p.is(a+1, "as") {
			a++
		}
		im := Import{Path: module, Name: p.tokens[a].text, As: p.tokens[a].text, Line: line}
		if b-a >= 3 && (p.is(a+1, "as") || p.is(a+1, ":")) {
			im.As = p.tokens[a+2].text
		}
		p.file.Imports = append(p.file.Imports, im)
	})
}

// exportFrom takes export … from "p".
func (p *parser) exportFrom(i int) {
	if !p.is(i+1, "*") && !p.is(i+1, "{") {
		return
	}
	for at, n := p.next(i+1), 0; at+1 < len(p.tokens) && n < 4; at, n = at+1, n+1 {
		if p.is(at, "from") && p.tokens[at+1].kind == tString {
			p.file.Imports = append(p.file.Imports, Import{Path: p.tokens[at+1].text, Line: int(p.tokens[i].line)})
		}
	}
}

// require takes const x = require("p"), const {a, b: c} = require("p") and
// const x = require("p").y, and the same with await import("p").
func (p *parser) require(i, path int) {
	if path+1 >= len(p.tokens) || p.tokens[path].kind != tString || !p.is(path+1, ")") {
		return
	}
	im := Import{Path: p.tokens[path].text, Line: int(p.tokens[i].line)}
	at := i - 1
	if p.is(at, "await") {
		at--
	}
	if p.is(path+2, ".") && p.ident(path+3) {
		im.Name = p.tokens[path+3].text
	}
	if p.is(at, "=") {
		if p.is(at-1, "}") && p.tokens[at-1].match >= 0 {
			p.members(im.Path, int(p.tokens[at-1].match), im.Line)
			return
		}
		if p.ident(at - 1) {
			im.As = p.tokens[at-1].text
		}
	}
	p.file.Imports = append(p.file.Imports, im)
}
