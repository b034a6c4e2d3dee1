package shell

import "strings"

// A psTerm is one term of a statement of PowerShell: a word of pieces, or what stands
// in brackets.
type psTerm struct {
	pieces []psPiece
	group  []psStatement
	kind   byte // of a group: '(', '{', or '@' for a table; 0 for a word
	bare   bool // a word without quotes, which may be an operator or a parameter's name
	tight  bool // nothing stands between it and the term before
	comma  bool // a comma does
	line   int
}

// A psPiece is a part of a word: a text, a variable, or what $( … ) writes.
type psPiece struct {
	text     string
	variable string
	group    []psStatement
	computed bool // a variable of which a member is taken, or a group
}

// A psStatement is a command with its arguments, or an expression.
type psStatement struct {
	terms []psTerm
	piped bool // its output goes to the next one
}

// A psParser takes a script apart. What it does not understand is a term that means
// nothing: PowerShell has no form that swallows the commands around it.
type psParser struct {
	src  string
	at   int
	line int
	deep int
}

// statements reads up to a closing bracket, or to the end.
func (p *psParser) statements() []psStatement {
	var out []psStatement
	var s psStatement
	end := func(piped bool) {
		if len(s.terms) > 0 {
			s.piped = piped
			out = append(out, s)
		}
		s = psStatement{}
	}
	tight, comma := false, false
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == ' ', c == '\t', c == '\r', c == '\f':
			p.at++
			tight = false
			continue
		case c == '`' && p.rest("`\n", "`\r\n"):
			p.to("\n")
			p.skip(1)
			tight = false
			continue
		case c == '\n', c == ';':
			p.skip(1)
			if !comma && !(len(s.terms) == 0 && len(out) > 0 && out[len(out)-1].piped) {
				end(false)
			}
			tight = false
			continue
		case c == '#' && !tight:
			p.to("\n")
			continue
		case p.rest("<#"):
			p.to("#>")
			p.skip(2)
			continue
		case c == ',':
			p.at++
			tight, comma = false, true
			continue
		case c == '|', c == '&':
			p.at++
			double := p.at < len(p.src) && p.src[p.at] == c
			if double {
				p.at++
			}
			end(c == '|' && !double)
			tight = false
			continue
		case c == '}', c == ')':
			end(false)
			return out
		}
		t := p.term()
		t.tight, t.comma = tight && !comma, comma
		s.terms = append(s.terms, t)
		tight, comma = true, false
	}
	end(false)
	return out
}

func (p *psParser) term() psTerm {
	t := psTerm{line: p.line}
	switch c := p.src[p.at]; {
	case p.rest("@'", `@"`):
		t.pieces = p.here(p.src[p.at+1])
	case p.rest("@{"):
		p.at++
		t.kind, t.group = '@', p.group()
	case p.rest("@("):
		p.at++
		t.kind, t.group = '(', p.group()
	case c == '(', c == '{':
		t.kind, t.group = c, p.group()
	default:
		t.pieces, t.bare = p.word()
	}
	return t
}

// group reads what stands in brackets.
func (p *psParser) group() []psStatement {
	p.at++
	if p.deep++; p.deep > 200 {
		p.at = len(p.src)
	}
	out := p.statements()
	p.deep--
	p.skip(1)
	return out
}

// word reads a word of quoted and plain pieces.
func (p *psParser) word() (out []psPiece, bare bool) {
	from := p.at
	plain := func(n int) {
		if k := len(out) - 1; k < 0 || out[k].variable != "" || out[k].group != nil || out[k].computed {
			out = append(out, psPiece{})
		}
		out[len(out)-1].text += clean(p.src[p.at : p.at+n])
		p.skip(n)
	}
	bare = true
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '\'':
			bare = false
			out = append(out, psPiece{text: p.single()})
		case c == '"':
			bare = false
			out = append(out, p.double()...)
		case c == '$':
			out = append(out, p.dollar(true))
		case c == '`' && p.at+1 < len(p.src):
			p.at++
			plain(1)
		case c == '[' && p.at == from: // a type
			plain(len(typeOf(p.src[p.at:])))
		case c == '=' && (p.at == from || strings.HasPrefix(p.src[from:], "$")):
			if p.at == from {
				plain(1)
			}
			return out, bare // $x='…' too
		case p.at > from && strings.IndexByte(" \t\r\n;|,(){}&", c) >= 0:
			return out, bare
		default:
			plain(1)
		}
	}
	return out, bare
}

// typeOf is the [type] that a text begins with, or its first character.
func typeOf(s string) string {
	if i := strings.IndexAny(s, "]\n"); i > 0 && s[i] == ']' {
		return s[:i+1]
	}
	return s[:1]
}

// single reads '…', in which two quotes are one.
func (p *psParser) single() string {
	var b strings.Builder
	for p.skip(1); p.at < len(p.src); {
		text := p.to("'")
		b.WriteString(text)
		if p.skip(1); !p.rest("'") {
			break
		}
		b.WriteByte('\'')
		p.skip(1)
	}
	return clean(b.String())
}

// double reads "…", in which variables and commands are put in.
func (p *psParser) double() []psPiece {
	out := []psPiece{{}}
	add := func(s string) { out[len(out)-1].text += clean(s) }
	for p.skip(1); p.at < len(p.src); {
		switch c := p.src[p.at]; {
		case p.rest(`""`):
			add(`"`)
			p.skip(2)
		case c == '"':
			p.skip(1)
			return out
		case c == '`' && p.at+1 < len(p.src):
			add(p.src[p.at+1 : p.at+2])
			p.skip(2)
		case c == '$':
			out = append(out, p.dollar(false), psPiece{})
		default:
			add(p.src[p.at : p.at+1])
			p.skip(1)
		}
	}
	return out
}

// here reads a text of several lines.
func (p *psParser) here(quote byte) []psPiece {
	p.skip(2)
	text := p.to("\n" + string(quote) + "@")
	p.skip(3)
	return []psPiece{{text: clean(text), computed: quote == '"' && strings.Contains(text, "$")}}
}

// dollar reads $name, ${name}, $env:NAME and $( … ); members are taken of a variable
// outside of quotes only.
func (p *psParser) dollar(members bool) psPiece {
	p.at++
	switch {
	case p.rest("("):
		return psPiece{group: p.group(), computed: true}
	case p.rest("{"):
		p.skip(1)
		name := p.to("}")
		p.skip(1)
		return psPiece{variable: name}
	}
	name := p.name()
	switch {
	case name == "":
		return psPiece{computed: true}
	case strings.HasSuffix(name, ":"): // "$host:8080"
		p.at--
		name = name[:len(name)-1]
	}
	out := psPiece{variable: name}
	if rest := p.src[p.at:]; members && len(rest) > 1 && (rest[0] == '[' || rest[0] == '.' && nameByte(rest[1])) {
		out.computed = true
	}
	return out
}

func (p *psParser) name() string {
	from := p.at
	for p.at < len(p.src) && (nameByte(p.src[p.at]) || p.src[p.at] == ':' && !p.rest("://", "::")) {
		p.at++
	}
	return p.src[from:p.at]
}

func nameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// rest reports whether one of the texts comes next.
func (p *psParser) rest(texts ...string) bool {
	for _, t := range texts {
		if strings.HasPrefix(p.src[p.at:], t) {
			return true
		}
	}
	return false
}

// to goes up to a mark, or to the end, and gives what is before it.
func (p *psParser) to(mark string) string {
	text := until(p.src[p.at:], mark)
	p.skip(len(text))
	return text
}

// skip goes on by some bytes, and counts lines.
func (p *psParser) skip(n int) {
	n = min(n, len(p.src)-p.at)
	p.line += strings.Count(p.src[p.at:p.at+n], "\n")
	p.at += n
}

// until is a text up to a mark, which may not be there.
func until(s, mark string) string {
	before, _, _ := strings.Cut(s, mark)
	return before
}
