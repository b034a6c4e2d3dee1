package shell

import (
	"slices"
	"strings"
)

// assignments are the operators that set a variable, operators all that end a word of
// an expression; longer ones first.
var (
	assignments = []string{"??=", "+=", "-=", "*=", "/=", "%=", "++", "--", "="}
	operators   = append(slices.Clone(assignments), "+")
)

// word reads a word of quoted and plain pieces.
func (p *psParser) word(expression bool) (out []psPiece, bare bool) {
	from := p.at
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, psPiece{text: clean(plain.String())})
			plain.Reset()
		}
	}
	take := func(n int) {
		plain.WriteString(p.src[p.at : p.at+n])
		p.skip(n)
	}
	bare = true
	for p.at < len(p.src) && !p.rest("`\n", "`\r\n") {
		c := p.src[p.at]
		if op := p.operator(expression); op != "" && (expression || p.at == from) {
			if p.at == from {
				take(len(op))
			}
			break
		}
		if p.at > from && strings.IndexByte(" \t\r\n\f;|,(){}&", c) >= 0 && !(c == '&' && p.src[p.at-1] == '>') {
			break
		}
		switch {
		case c == '\'':
			bare = false
			flush()
			out = append(out, psPiece{text: p.single()})
		case c == '"':
			bare = false
			flush()
			p.skip(1)
			out = append(out, p.expandable(true)...)
		case c == '$':
			flush()
			out = append(out, p.dollar(true))
		case c == '`' && p.at+1 < len(p.src):
			p.at++
			take(1)
		case c == '[' && p.at == from: // a type
			take(len(typeOf(p.src[p.at:])))
		default:
			take(1)
		}
	}
	flush()
	return out, bare
}

// operator is the one that comes next; outside of an expression = alone is one.
func (p *psParser) operator(expression bool) string {
	for _, op := range operators {
		if (expression || op == "=") && p.rest(op) {
			return op
		}
	}
	return ""
}

// maxType is how long a type with its arguments may be.
const maxType = 4 << 10

// typeOf is the [type] that a text begins with, or its first character.
func typeOf(s string) string {
	deep := 0
	for i := 0; i < min(len(s), maxType); i++ {
		switch s[i] {
		case '[':
			deep++
		case ']':
			if deep--; deep == 0 {
				return s[:i+1]
			}
		case '\'', '"':
			n := strings.IndexByte(s[i+1:min(len(s), maxType)], s[i])
			if n < 0 {
				return s[:1]
			}
			i += n + 1
		}
	}
	return s[:1]
}

// single reads '…', in which two quotes are one.
func (p *psParser) single() string {
	var b strings.Builder
	p.skip(1)
	for b.WriteString(p.closed("'", "quote")); p.rest("'"); b.WriteString(p.closed("'", "quote")) {
		b.WriteByte('\'')
		p.skip(1)
	}
	return clean(b.String())
}

// expandable reads a text in which variables and commands are put in, up to a quote or
// to the end.
func (p *psParser) expandable(quoted bool) (out []psPiece) {
	line := p.line
	var b strings.Builder
	flush := func() {
		out = append(out, psPiece{text: clean(b.String())})
		b.Reset()
	}
	for p.at < len(p.src) {
		rest := p.src[p.at:]
		switch c := rest[0]; {
		case c == '"' && quoted && !p.rest(`""`):
			p.skip(1)
			flush()
			return out
		case c == '"' && quoted, c == '`' && len(rest) > 1:
			b.WriteByte(rest[1])
			p.skip(2)
		case c == '$':
			flush()
			out = append(out, p.dollar(false))
		default:
			n := strings.IndexAny(rest[1:], "\"`$") + 1
			if n == 0 {
				n = len(rest)
			}
			b.WriteString(rest[:n])
			p.skip(n)
		}
	}
	if quoted {
		p.fault(line, unclosed("quote"))
	}
	flush()
	return out
}

// here reads a text of several lines.
func (p *psParser) here(quote byte) []psPiece {
	p.skip(2)
	line := p.line + 1
	_, text, _ := strings.Cut(p.closed("\n"+string(quote)+"@", "text"), "\n")
	text = strings.TrimSuffix(text, "\r")
	if quote == '\'' {
		return []psPiece{{text: clean(text)}}
	}
	inner := &psParser{src: text, line: line, deep: p.deep}
	out := inner.expandable(false)
	p.faults = append(p.faults, inner.faults...)
	return out
}

// dollar reads $name, ${name}, $env:NAME and $( … ); members are taken of a variable
// outside of quotes only.
func (p *psParser) dollar(members bool) psPiece {
	p.at++
	var name string
	switch {
	case p.rest("("):
		return psPiece{group: p.group(false), computed: true}
	case p.rest("{{"): // of a template around the script
		p.closed("}}", "variable")
		return psPiece{computed: true}
	case p.rest("{"):
		p.skip(1)
		name = p.closed("}", "variable")
	default:
		name = p.name()
	}
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
