package code

import "strings"

// A syntax is what the lexer and the parser must know of a language.
type syntax struct {
	line      []string // what begins a comment to the end of the line
	block     bool     // comments /* … */
	nested    bool     // they nest
	layout    bool     // lines and indentation count
	strict    bool     // a string that a line does not close is a mistake
	spec      bool     // holes may say how they are written
	regex     bool     // expressions between slashes
	generics  bool     // f<T>(x) is a call
	operators []string // of more than one character, long ones first
	quote     func(*lexer) (quote, bool)
	keywords  map[string]bool // that are no names of functions
	quiet     map[string]bool // that may stand before a value and say nothing of it
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var cOperators = strings.Fields(">>>= <<= >>= **= ??= ||= &&= ... === !== => -> :: ?. ?? ?: || && == != <= >= += -= *= /= %= |= &= ^= .. ++ -- ** :=")

var syntaxes = map[Language]*syntax{
	LangPython: {
		line: []string{"#"}, layout: true, strict: true, spec: true, quote: pythonQuote,
		operators: strings.Fields("**= //= >>= <<= ... -> := == != <= >= += -= *= /= %= @= |= &= ^= ** // << >>"),
		keywords:  words("if elif else while for in is not and or return yield lambda assert del raise from import with as except global nonlocal pass break continue try finally async await case"),
		quiet:     words("await"),
	},
	LangJavaScript: {
		line: []string{"//"}, block: true, regex: true, generics: true, quote: scriptQuote, operators: cOperators,
		keywords: words("if else while for in of return yield switch case catch with typeof instanceof void delete function do throw default extends"),
		quiet:    words("await new typeof"),
	},
	LangGo: {
		line: []string{"//"}, block: true, quote: goQuote, operators: cOperators,
		keywords: words("if else for return func go defer range select switch case chan map struct interface type var const import package"),
	},
	LangJava: {
		line: []string{"//"}, block: true, generics: true, quote: javaQuote, operators: cOperators,
		keywords: words("if else while for return switch case catch synchronized try do throw instanceof"),
		quiet:    words("new final"),
	},
	LangKotlin: {
		line: []string{"//"}, block: true, nested: true, generics: true, quote: kotlinQuote, operators: cOperators,
		keywords: words("if else while for return when catch do throw in is as"),
	},
	LangCSharp: {
		line: []string{"//", "#region", "#pragma"}, block: true, generics: true, spec: true, quote: sharpQuote, operators: cOperators,
		keywords: words("if else while for foreach return switch case catch lock using fixed do throw in is as typeof nameof when and or not"),
		quiet:    words("await new ref out"),
	},
	LangRust: {
		line: []string{"//"}, block: true, nested: true, generics: true, quote: rustQuote, operators: cOperators,
		keywords: words("if else while for return match in let as where move"),
		quiet:    words("mut await move ref"),
	},
}

// pythonQuote knows prefixes, triple quotes and texts with holes.
func pythonQuote(l *lexer) (quote, bool) {
	at := l.at
	var raw, holes bool
	for n := 0; n < 3 && at < len(l.src); n++ {
		switch l.src[at] | 0x20 {
		case 'r':
			raw = true
		case 'f', 't':
			holes = true
		case 'b', 'u':
		default:
			n = 3
			continue
		}
		at++
	}
	if at >= len(l.src) || l.src[at] != '"' && l.src[at] != '\'' {
		return quote{}, false
	}
	q := quote{raw: raw, close: l.src[at : at+1]}
	if triple := strings.Repeat(q.close, 3); strings.HasPrefix(l.src[at:], triple) {
		q.close, q.multi = triple, true
	}
	q.open = at - l.at + len(q.close)
	if holes {
		q.hole, q.double = "{", true
	}
	return q, true
}

// scriptQuote knows templates.
func scriptQuote(l *lexer) (quote, bool) {
	switch c := l.src[l.at]; c {
	case '"', '\'':
		return quote{open: 1, close: string(c)}, true
	case '`':
		return quote{open: 1, close: "`", multi: true, hole: "${"}, true
	}
	return quote{}, false
}

// value reports whether the last token ends a value, so that a slash divides.
func (l *lexer) value() bool {
	if len(l.tokens) == 0 {
		return false
	}
	t := &l.tokens[len(l.tokens)-1]
	switch t.kind {
	case tIdent:
		return !l.syn.keywords[t.text]
	case tPunct:
		return t.text == ")" || t.text == "]" || t.text == "}"
	}
	return true
}

// regex reads an expression between slashes as one token that says nothing, if
// one begins here.
func (l *lexer) regex() bool {
	end := l.regexEnd()
	if end == 0 || l.value() {
		return false
	}
	l.put(tNumber, "", l.at)
	for l.at = end + 1; l.at < len(l.src) && letter(l.src[l.at]); l.at++ {
	}
	return true
}

// regexEnd finds the slash that closes what begins here, on this line and not
// far away; 0 when there is none.
func (l *lexer) regexEnd() int {
	class := false
	for at := l.at + 1; at < min(len(l.src), l.at+1000) && l.src[at] != '\n'; at++ {
		switch c := l.src[at]; {
		case c == '\\':
			at++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			return at
		}
	}
	return 0
}

func javaQuote(l *lexer) (quote, bool) {
	switch {
	case l.has(`"""`):
		return quote{open: 3, close: `"""`, multi: true}, true
	case l.src[l.at] == '"':
		return quote{open: 1, close: `"`}, true
	case l.src[l.at] == '\'':
		return quote{open: 1, close: "'", char: true}, true
	}
	return quote{}, false
}

func kotlinQuote(l *lexer) (quote, bool) {
	switch {
	case l.has(`"""`):
		return quote{open: 3, close: `"""`, multi: true, raw: true, hole: "${", simple: true}, true
	case l.src[l.at] == '"':
		return quote{open: 1, close: `"`, hole: "${", simple: true}, true
	case l.src[l.at] == '\'':
		return quote{open: 1, close: "'", char: true}, true
	}
	return quote{}, false
}

// sharpQuote knows verbatim, interpolated and raw strings.
func sharpQuote(l *lexer) (quote, bool) {
	at := l.at
	var dollars int
	var verbatim bool
	for at < len(l.src) && (l.src[at] == '$' || l.src[at] == '@' && !verbatim) {
		dollars += int(('@' - l.src[at]) / ('@' - '$'))
		verbatim = verbatim || l.src[at] == '@'
		at++
	}
	if at >= len(l.src) || l.src[at] != '"' {
		if l.src[l.at] == '\'' {
			return quote{open: 1, close: "'", char: true}, true
		}
		return quote{}, false
	}
	quotes := 0
	for at+quotes < len(l.src) && l.src[at+quotes] == '"' {
		quotes++
	}
	if quotes >= 3 && !verbatim {
		q := quote{open: at - l.at + quotes, close: strings.Repeat(`"`, quotes), raw: true, multi: true}
		if dollars > 0 {
			q.hole = strings.Repeat("{", min(dollars, 4))
		}
		return q, true
	}
	q := quote{open: at - l.at + 1, close: `"`, raw: verbatim, multi: verbatim, twice: verbatim}
	if dollars > 0 {
		q.hole, q.double = "{", true
	}
	return q, true
}

// rustQuote knows raw and byte strings, and characters beside lifetimes.
func rustQuote(l *lexer) (quote, bool) {
	at := l.at
	if l.src[at] == 'b' || l.src[at] == 'c' {
		at++
	}
	raw := at < len(l.src) && l.src[at] == 'r'
	if raw {
		at++
	}
	hashes := 0
	for raw && at < len(l.src) && l.src[at] == '#' {
		hashes++
		at++
	}
	if at < len(l.src) && l.src[at] == '"' {
		return quote{open: at - l.at + 1, close: `"` + strings.Repeat("#", hashes), raw: raw, multi: true}, true
	}
	if l.src[l.at] == '\'' && l.at+2 < len(l.src) {
		rest := l.src[l.at+1:]
		if rest[0] == '\\' || rest[1] == '\'' || rest[0] >= 0x80 {
			return quote{open: 1, close: "'", char: true}, true
		}
	}
	return quote{}, false
}
