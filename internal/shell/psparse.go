package shell

import (
	"slices"
	"strings"
)

// A psTerm is one term of a statement of PowerShell: a word of pieces, or what stands
// in brackets.
type psTerm struct {
	pieces []psPiece
	group  []psStatement
	kind   byte // of a group: '(', '{', or '@' for a table; 0 for a word
	bare   bool // a word without quotes, which may be an operator or a parameter's name
	tight  bool // nothing stands between it and the term before
	comma  bool // a comma does
	called bool // & does: what it names is run
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
// nothing; what swallows the rest of the script is a fault.
type psParser struct {
	src    string
	at     int
	line   int
	deep   int
	faults []Fault
}

// statements reads up to a closing bracket, or to the end. In a table, what a statement
// begins with is a key.
func (p *psParser) statements(table bool) []psStatement {
	var out []psStatement
	var s psStatement
	end := func(piped bool) {
		if len(s.terms) > 0 {
			s.piped = piped
			out = append(out, s)
		}
		s = psStatement{}
	}
	var tight, comma, called, expression bool
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == ' ', c == '\t', c == '\r', c == '\f':
			p.at++
			tight = false
			continue
		case p.rest("`\n", "`\r\n"):
			p.to("\n")
			p.skip(1)
			tight = false
			continue
		case c == '\n', c == ';':
			p.skip(1)
			if !comma && !s.open() && !(len(s.terms) == 0 && len(out) > 0 && out[len(out)-1].piped) {
				end(false)
			}
			tight = false
			continue
		case c == '#' && !tight:
			p.to("\n")
			continue
		case p.rest("<#"):
			p.closed("#>", "comment")
			continue
		case c == ',':
			p.at++
			tight, comma = false, true
			continue
		case c == '&' && s.open() && !p.rest("&&"):
			p.at++
			tight, called = false, true
			continue
		case c == '|', c == '&':
			p.at++
			double := p.at < len(p.src) && p.src[p.at] == c
			if double {
				p.at++
			}
			end(c == '|' && !double)
			tight, called = false, c == '&' && !double
			continue
		case c == '}', c == ')':
			end(false)
			return out
		}
		if len(s.terms) == 0 || s.open() {
			expression = !called && strings.IndexByte("'\"$[(@0123456789", p.src[p.at]) >= 0
		}
		t := p.term(expression || table && len(s.terms) == 0)
		t.tight, t.comma, t.called = tight && !comma, comma, called
		s.terms = append(s.terms, t)
		tight, comma, called = true, false, false
	}
	end(false)
	return out
}

// open reports whether an operator waits for what comes next, be it on the next line.
func (s *psStatement) open() bool {
	k := len(s.terms) - 1
	return k >= 0 && (s.terms[k].assigns() || s.terms[k].is("+"))
}

// is reports whether a term is a word without quotes.
func (t *psTerm) is(text string) bool {
	return t.bare && len(t.pieces) == 1 && strings.EqualFold(t.pieces[0].text, text) && text != ""
}

func (t *psTerm) assigns() bool { return slices.ContainsFunc(assignments, t.is) }

func (p *psParser) term(expression bool) psTerm {
	p.casts()
	t := psTerm{line: p.line}
	switch c := p.src[p.at]; {
	case p.rest("@'", `@"`):
		t.pieces = p.here(p.src[p.at+1])
	case p.rest("@{"):
		p.at++
		t.kind, t.group = '@', p.group(true)
	case p.rest("@("):
		p.at++
		t.kind, t.group = '(', p.group(false)
	case c == '(', c == '{':
		t.kind, t.group = c, p.group(false)
	default:
		t.pieces, t.bare = p.word(expression)
	}
	return t
}

// casts goes past types and attributes before a value: [Parameter()] [string] $x.
func (p *psParser) casts() {
	for p.src[p.at] == '[' {
		rest := p.src[p.at:]
		after := strings.TrimLeft(rest[len(typeOf(rest)):], " \t\r\n")
		if after == "" || strings.IndexByte("['\"$@({", after[0]) < 0 && !strings.HasPrefix(after, "param(") {
			return
		}
		p.skip(len(rest) - len(after))
	}
}

// group reads what stands in brackets.
func (p *psParser) group(table bool) []psStatement {
	p.at++
	if p.deep++; p.deep > 200 {
		p.fault(p.line, "brackets are nested too deep, and what follows was not read: split the script")
		p.at = len(p.src)
	}
	out := p.statements(table)
	p.deep--
	p.skip(1)
	return out
}

func (p *psParser) fault(line int, message string) {
	p.faults = append(p.faults, Fault{line, message})
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

// closed goes past a mark, and gives what is before it. Where there is none it is the
// rest of the script, which then was not read.
func (p *psParser) closed(mark, what string) string {
	text, _, ok := strings.Cut(p.src[p.at:], mark)
	if !ok {
		p.fault(p.line, unclosed(what))
	}
	p.skip(len(text) + len(mark))
	return text
}

func unclosed(what string) string {
	return "a " + what + " that begins here has no end, and what follows was not read: close it"
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
