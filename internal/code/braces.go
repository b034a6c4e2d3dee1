package code

import (
	"slices"
	"strings"
)

// keyword looks at a word that may begin an import in a language with braces.
func (p *parser) keyword(i int) {
	switch p.tokens[i].text {
	case "import":
		switch p.file.Language {
		case LangJavaScript:
			p.scriptImport(i)
		case LangJava, LangKotlin:
			p.javaImport(i)
		case LangGo:
			p.goImport(i)
		}
	case "export":
		if p.file.Language == LangJavaScript {
			p.exportFrom(i)
		}
	case "require":
		if p.file.Language == LangJavaScript && p.is(i+1, "(") {
			p.require(i, i+2)
		}
	case "using":
		if p.file.Language == LangCSharp && !p.is(i+1, "(") {
			p.using(i)
		}
	case "use":
		if p.file.Language == LangRust && (p.tokens[i].start || p.is(i-1, "pub") || p.is(i-1, ")")) {
			p.use(i+1, "", p.end(i, maxUse), 0)
		}
	case "package", "namespace":
		if p.file.Package == "" && p.file.Language != LangJavaScript && p.file.Language != LangRust {
			p.file.Package = p.dotted(i+1, p.dottedEnd(i+1), 0).Text
		}
	}
}

// dottedEnd is where a dotted name that begins here ends.
func (p *parser) dottedEnd(i int) int {
	for p.ident(i) && i+2 < len(p.tokens) && p.is(i+1, ".") {
		i += 2
	}
	return min(i+1, len(p.tokens))
}

const (
	maxStatement = 150 // tokens of an expression
	maxUse       = 400 // and of an import
)

// end is where the statement around a token ends: at a semicolon, at a bracket
// that closes what is around it, or where a line begins that cannot go on with it.
func (p *parser) end(i, limit int) int {
	for n, j := 0, i; j < len(p.tokens) && n < limit; n, j = n+1, p.next(j) {
		t := &p.tokens[j]
		if t.kind == tPunct && (t.text == ";" || t.text == ")" || t.text == "]" || t.text == "}") {
			return j
		}
		if t.start && j > i && !p.goesOn(j) {
			return j
		}
	}
	return min(i+limit, len(p.tokens))
}

// goesOn reports whether a line that begins with a token goes on with the one before.
func (p *parser) goesOn(j int) bool {
	t, before := &p.tokens[j], &p.tokens[j-1]
	if p.file.Language == LangGo {
		return before.kind == tPunct && !strings.Contains(") ] } ++ --", before.text)
	}
	if t.kind == tPunct && t.text != "{" && t.text != "@" && t.text != "++" && t.text != "--" && t.text != "!" {
		return true
	}
	if p.is(j, "as") || p.is(j, "from") || p.is(j, "satisfies") {
		return true
	}
	return before.kind == tPunct && before.match < 0 && before.text != ";" || before.kind == tPunct && (before.text == "(" || before.text == "[" || before.text == "{")
}

// assignment takes x = v, with a type beside the name or without.
func (p *parser) assignment(eq int) {
	if n := len(p.around); n > 0 && p.callAt[p.around[n-1]] >= 0 {
		return // a named argument
	}
	name := p.target(eq)
	if name < 0 {
		return
	}
	first := name
	for first >= 2 && p.is(first-1, ".") && p.ident(first-2) {
		first -= 2
	}
	from, to := eq+1, p.end(eq+1, maxStatement)
	if comma := p.find(from, to, ","); comma < to {
		to = comma
	}
	p.assign(Assign{Name: p.dots(first, name+1), Block: p.block(), Line: int(p.tokens[name].line)}, first, from, to)
}

// target is the last part of the name before an equals sign; -1.
func (p *parser) target(eq int) int {
	i := eq - 1
	if p.is(i, "}") && p.tokens[i].match > 1 && p.file.Language == LangJavaScript {
		switch m := int(p.tokens[i].match); { // x: {a: T} = and x: T & {a: U} =
		case p.is(m-1, ":") && p.ident(m-2):
			return m - 2
		case p.is(m-1, "&"), p.is(m-1, "|"):
			i = m - 2
		}
	}
	if p.is(i, ">") {
		i = p.generics(i)
	}
	for n := 0; i > 0 && n < 8 && (p.is(i, "]") || p.is(i, "[") || p.is(i, "?")); n++ {
		i-- // x: T[] =
	}
	if !p.ident(i) {
		return -1
	}
	if p.file.Language == LangGo {
		for i >= 2 && p.is(i-1, ",") && p.ident(i-2) {
			i -= 2 // x, err :=
		}
		return i
	}
	for at, n := i-1, 0; at > 0 && n < 12; at, n = at-1, n+1 {
		switch t := &p.tokens[at]; {
		case p.is(at, ":") && p.is(at-1, ")"):
			return -1 // what a function gives
		case p.is(at, ":") && p.ident(at-1):
			if p.tokens[at-1].text == "default" {
				return i
			}
			return at - 1
		case t.kind == tIdent && (p.is(at+1, ".") || p.is(at+1, "|") || t.text == "mut" || t.text == "dyn" || t.text == "readonly"), p.is(at, "."), p.is(at, "|"), p.is(at, "&"), p.is(at, "?"):
		default:
			return i
		}
	}
	return i
}

// assign adds an assignment whose value stands in a range of tokens.
func (p *parser) assign(a Assign, at, from, to int) {
	p.file.Assigns = append(p.file.Assigns, a)
	p.values = append(p.values, span{from, to})
	p.places = append(p.places, at)
}

// maxHead is how far before its brace the head of a body is looked for.
const maxHead = 40

// body takes an opening brace that may be that of a function or a class.
func (p *parser) body(i int) {
	if p.file.Language == LangGo {
		p.goBody(i)
		return
	}
	end := int(p.tokens[i].match)
	if end < 0 {
		return
	}
	kind, name, line := "", "", int(p.tokens[i].line)
	for at, n := i-1, 0; at >= 0 && n < maxHead; at, n = at-1, n+1 {
		t := &p.tokens[at]
		if t.kind == tPunct && (t.text == ";" || t.text == "{" || t.text == "}" || t.text == "=" && kind == "" || t.text == "(") {
			break
		}
		if t.kind == tPunct && t.text == ")" && t.match >= 0 {
			open := int(t.match)
			if !p.functionHead(at, i) {
				break
			}
			kind, line = "function", int(p.tokens[open].line)
			if b := p.generics(open - 1); p.ident(b) && !p.syn.keywords[p.tokens[b].text] {
				name = p.tokens[b].text
			} else if p.is(open-1, "=") || p.is(open-2, "=") && p.is(open-1, "async") {
				name = p.named(open)
			}
			break
		}
		if t.kind == tIdent && typeWords[t.text] && p.ident(at+1) {
			kind, name, line = "class", p.tokens[at+1].text, int(t.line)
			if t.text == "class" {
				p.extends(at, i)
			}
			break
		}
	}
	if kind != "" {
		p.openBlock(Block{Kind: kind, Name: name, Line: line}, i+1, end)
	}
}

var typeWords = words("class interface object struct impl enum record trait")

// named is the name that a function without one is given to.
func (p *parser) named(open int) string {
	eq := open - 1
	if !p.is(eq, "=") {
		eq--
	}
	if t := p.target(eq); t >= 0 {
		return p.tokens[t].text
	}
	return ""
}

// functionHead reports whether the brackets that end at a token are the
// parameters of the function whose body begins at another.
func (p *parser) functionHead(end, body int) bool {
	before := int(p.tokens[end].match) - 1
	if p.ident(before) && p.syn.keywords[p.tokens[before].text] {
		return false
	}
	next := end + 1
	return next == body || p.is(next, "=>") || p.is(next, "->") || p.is(next, ":") || p.is(next, "throws") || p.is(next, "where")
}

// javaImport takes import static a.b.C.* and import a.b.C as D.
func (p *parser) javaImport(i int) {
	from := i + 1
	if p.is(from, "static") {
		from++
	}
	end := p.dottedEnd(from)
	parts := strings.Split(p.dots(from, end), ".")
	im := Import{Line: int(p.tokens[i].line)}
	switch last := len(parts) - 1; {
	case p.is(end-1, "*") || p.is(end, "*"):
		for p.is(end-1, "*") || p.is(end-1, ".") {
			end--
		}
		im.Path, im.Name = p.dots(from, end), "*"
	case last > 0:
		im.Path, im.Name, im.As = strings.Join(parts[:last], "."), parts[last], parts[last]
		if p.is(end, "as") && p.ident(end+1) {
			im.As = p.tokens[end+1].text
		}
	default:
		im.Path = parts[0]
	}
	if im.Path != "" {
		p.file.Imports = append(p.file.Imports, im)
	}
}

// using takes using A.B;, using static A.B; and using X = A.B;
func (p *parser) using(i int) {
	from, as := i+1, ""
	if p.is(from, "static") {
		from++
	}
	if p.ident(from) && p.is(from+1, "=") {
		as, from = p.tokens[from].text, from+2
	}
	end := p.dottedEnd(from)
	if path := p.dots(from, end); path != "" && p.is(end, ";") {
		im := Import{Path: path, Name: "*", As: as, Line: int(p.tokens[i].line)}
		if as != "" {
			im.Name = ""
		}
		p.file.Imports = append(p.file.Imports, im)
	}
}

// use takes the trees of Rust: a::b::{C, D as E, f::*}.
func (p *parser) use(i int, prefix string, end, depth int) {
	var parts []string
	if prefix != "" {
		parts = append(parts, prefix)
	}
	for ; i < end; i++ {
		switch {
		case p.ident(i) && !p.is(i, "as"):
			parts = append(parts, p.tokens[i].text)
		case p.is(i, "*"):
			parts = append(parts, "*")
		case p.is(i, "{") && depth < 16:
			path := strings.Join(parts, ".")
			p.split(i+1, max(int(p.tokens[i].match), i+1), func(a, b int) { p.use(a, path, b, depth+1) })
			return
		case p.is(i, "as") && p.ident(i+1):
			p.used(parts, p.tokens[i+1].text, int(p.tokens[i].line))
			return
		case p.is(i, "::"):
		default:
			end = i
		}
	}
	if len(parts) > 0 {
		p.used(parts, parts[len(parts)-1], int(p.tokens[min(i, len(p.tokens))-1].line))
	}
}

func (p *parser) used(parts []string, as string, line int) {
	if len(parts) == 0 {
		return
	}
	parts = slices.Clone(parts)
	last := len(parts) - 1
	im := Import{Path: strings.Join(parts[:last], "."), Name: parts[last], As: as, Line: line}
	switch {
	case im.Name == "*":
		im.As = ""
	case im.Name == "self" && last > 0:
		at := strings.LastIndexByte(im.Path, '.')
		im.Name, im.As = "", im.Path[at+1:]
	case last == 0:
		im.Path, im.Name = parts[0], ""
	}
	p.file.Imports = append(p.file.Imports, im)
}
