package code

import (
	"slices"
	"strings"
)

// call takes an opening round bracket that may be one of a call.
func (p *parser) call(i int) {
	at := p.callee(i)
	if at.head < 0 {
		return
	}
	at.open, at.close = i, int(p.tokens[i].match)
	last := len(p.tokens) - 1
	if at.close < 0 {
		// It is never closed: what follows closely may be meant for it.
		at.close = min(i+maxStatement, last+1)
		last = at.close - 1
	} else {
		last = at.close
	}
	c := Call{On: at.on, Within: -1, Block: p.block(), Line: int(p.tokens[i].line), Last: int(p.tokens[last].line)}
	if at.head < len(p.tokens) {
		c.Line = int(p.tokens[at.head].line)
	}
	if len(at.parts) > 0 && at.on >= 0 {
		c.Line = int(p.tokens[i].line)
	}
	if len(p.calls) > 0 {
		c.Within = p.calls[len(p.calls)-1]
	}
	p.callAt[i] = int32(len(p.sites))
	p.calls = append(p.calls, len(p.sites))
	p.sites = append(p.sites, at)
	p.file.Calls = append(p.file.Calls, c)
}

// callee reads backwards from an opening bracket what is called. Head is -1 when
// it is no call.
func (p *parser) callee(open int) site {
	none := site{head: -1, on: -1}
	s := site{head: -1, on: -1}
	i := open - 1
	if p.is(i, "?.") { // f?.()
		i--
	}
	if p.is(i, "!") && p.syn == syntaxes[LangRust] { // a macro
		i--
	}
	if i = p.generics(i); i < 0 || p.tokens[open].start && p.syn.layout {
		return none
	}
	if !p.callable(i, open) {
		return none
	}
	for i >= 0 {
		t := &p.tokens[i]
		switch {
		case t.kind == tIdent:
			s.parts = append(s.parts, t.text)
			s.head = i
		case t.text == ")" && t.kind == tPunct && t.match >= 0:
			if s.on = int(p.callAt[t.match]); s.on >= 0 {
				s.head = p.sites[s.on].head
			} else {
				s.head = int(t.match)
				s.parts = append(s.parts, "")
			}
			slices.Reverse(s.parts)
			return s
		case (t.text == "]" || t.text == "}") && t.kind == tPunct && t.match >= 0:
			s.head = int(t.match)
			s.parts = append(s.parts, "[]")
			if before := int(t.match) - 1; p.ident(before) && !p.syn.keywords[p.tokens[before].text] {
				i = before
				continue
			}
			slices.Reverse(s.parts)
			return s
		case t.kind == tString || t.kind == tClose || t.kind == tNumber:
			s.head, s.literal = i, true
			if t.kind == tClose && t.match >= 0 {
				s.head = int(t.match)
			}
			s.parts = append(s.parts, "")
			slices.Reverse(s.parts)
			return s
		default:
			return none
		}
		dot := i - 1
		if p.is(dot, "!") && p.ident(dot-1) { // x!.y
			dot--
		}
		if !p.is(dot, ".") && !p.is(dot, "?.") && !p.is(dot, "::") {
			break
		}
		i = dot - 1
		if p.is(i, "!") || p.is(i, "?") { // x!.y, x()?.y
			i--
		}
		if p.is(dot, "::") {
			i = p.generics(i)
		}
	}
	if !p.declares(s.head, open) {
		slices.Reverse(s.parts)
		return s
	}
	return none
}

// callable reports whether a token can be the end of what a bracket calls.
func (p *parser) callable(i, open int) bool {
	t := &p.tokens[i]
	switch {
	case t.kind == tIdent:
		// After a dot every word is a name.
		return !p.syn.keywords[t.text] || p.is(i-1, ".") || p.is(i-1, "?.")
	case t.kind == tPunct:
		if t.match < 0 || t.text != ")" && t.text != "]" && !(t.text == "}" && p.syn.layout) {
			return false
		}
		if !p.syn.layout && p.tokens[open].start {
			return false // the next line begins with a bracket
		}
		if t.text == ")" && !p.syn.layout && p.callAt[t.match] < 0 && p.ident(int(t.match)-1) {
			return false // if (x) (y)
		}
		return t.text != "}" || p.syn.layout
	}
	return p.syn.layout && (t.kind == tString || t.kind == tClose)
}

// maxGenerics is how many tokens type arguments may have.
const maxGenerics = 40

// generics passes the type arguments that end at a token: f<T>(x).
func (p *parser) generics(i int) int {
	if !p.syn.generics || i < 2 || !p.is(i, ">") {
		return i
	}
	depth := 0
	for at, n := i, 0; at > 0 && n < maxGenerics; at, n = at-1, n+1 {
		t := &p.tokens[at]
		switch {
		case p.is(at, ">"):
			depth++
		case p.is(at, "<"):
			if depth--; depth == 0 {
				if p.is(at-1, "::") || p.is(at-1, ".") { // f::<T>(x), List.<T>of(x)
					at--
				}
				if p.ident(at - 1) {
					return at - 1
				}
				return i
			}
		case t.kind == tIdent || t.kind == tString || strings.Contains(", . ? | & [ ] { } : :: ; =>", t.text):
		default:
			return i
		}
	}
	return i
}

// declarers are words before a name that is declared, not called.
var declarers = words("def class function fn fun func interface enum struct record trait impl get set")

// starters are words that may stand before a call.
var starters = words("new return await throw else in case yield do typeof void delete and or not if elif while assert print del raise lambda from import is unsafe move const static public private protected go defer async when default as ref out export match launch of")

// declares reports whether the name before a bracket is declared here.
func (p *parser) declares(head, open int) bool {
	before := head - 1
	if p.file.Language == LangGo {
		return p.is(before, "func") || p.is(before, ")") && p.is(int(p.tokens[before].match)-1, "func")
	}
	if p.ident(before) && !p.is(before-1, ".") {
		word := p.tokens[before].text
		if declarers[word] && (!p.syn.layout || word == "def" || word == "class") {
			return true
		}
		if p.syn.layout {
			return p.soft(before)
		}
		// Two names in a row: a type and what is declared.
		if p.syn != syntaxes[LangJavaScript] && p.syn != syntaxes[LangRust] && !starters[word] && !p.tokens[head].start && head == open-1 {
			return true
		}
	}
	if p.syn.layout || p.syn == syntaxes[LangKotlin] || p.syn == syntaxes[LangRust] {
		return false
	}
	end := int(p.tokens[open].match)
	if end > 0 && p.is(end+1, "=>") && p.syn != syntaxes[LangJava] {
		return true // (x) => …, and a body of one expression
	}
	if p.syn == syntaxes[LangJavaScript] && end > 0 && p.is(end+1, ":") && !p.tokens[end+1].start && (p.tokens[head].start || starters[p.tokens[max(before, 0)].text]) {
		for i, n := end+2, 0; i < len(p.tokens) && n < maxHead && !p.tokens[i].start && !p.is(i, ";"); i, n = p.next(i), n+1 {
			if p.is(i, "{") {
				return true // a method that says what it gives
			}
		}
	}
	return end > 0 && p.is(end+1, "{") && !p.is(before, "new") && head == open-1 && !p.is(before, "=") && !p.is(before, ".")
}

// soft reports whether a word of Python that is a keyword in some places only
// stands there as one, with a pattern behind it.
func (p *parser) soft(i int) bool {
	return p.is(i, "case") && p.tokens[i].start
}
