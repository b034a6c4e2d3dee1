package code

import "fmt"

type tokenKind byte

const (
	tIdent   tokenKind = iota
	tNumber            // and single characters
	tString            // a whole literal, or a part of one with holes
	tPunct             // an operator or bracket
	tOpen              // the beginning of a text with holes
	tClose             // its end
	tComment           // kept apart from the others
)

// A token is a word of the text.
type token struct {
	kind  tokenKind
	start bool // the first of its line; in Python of its logical line
	text  string
	line  int32
	pos   int32
	col   int32 // of the first of a line: how far it is indented
	match int32 // of a bracket: its partner; -1
}

// A lexer turns text into tokens, with brackets matched.
type lexer struct {
	src      string
	syn      *syntax
	at       int
	line     int
	fresh    bool // nothing of this line was seen
	lineAt   int
	open     []int32 // brackets that wait for their partner
	waiting  [256]int
	tokens   []token
	comments []token
	depth    int // of texts within holes within texts
	err      error
}

// run reads the whole text.
func (l *lexer) run() {
	l.fresh = true
	if len(l.src) > 2 && l.src[0] == '#' && l.src[1] == '!' {
		l.toLineEnd()
	}
	for l.at < len(l.src) {
		l.step()
	}
	if len(l.open) > 0 && l.err == nil {
		t := l.tokens[l.open[len(l.open)-1]]
		l.err = fmt.Errorf("line %d: %q is never closed", t.line, t.text)
	}
}

// step reads one token, or what stands between two. The lexer always moves on.
func (l *lexer) step() {
	c := l.src[l.at]
	switch {
	case c == '\n':
		l.at++
		l.line++
		l.fresh, l.lineAt = true, l.at
	case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0:
		l.at++
	case c == '\\' && l.syn.layout && l.at+1 < len(l.src) && (l.src[l.at+1] == '\n' || l.src[l.at+1] == '\r'):
		// The next line goes on with this one.
		for l.src[l.at] != '\n' {
			if l.at++; l.at >= len(l.src) {
				return
			}
		}
		l.at++
		l.line++
	case l.comment() || l.literal() || c == '/' && l.syn.regex && l.regex():
	case letter(c):
		from := l.at
		for l.at < len(l.src) && (letter(l.src[l.at]) || digit(l.src[l.at])) {
			l.at++
		}
		l.put(tIdent, l.src[from:l.at], from)
	case digit(c):
		l.number()
	default:
		l.punct()
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// number reads a number, with its suffix and an exponent.
func (l *lexer) number() {
	from := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		if !letter(c) && !digit(c) && !(c == '.' && l.at+1 < len(l.src) && digit(l.src[l.at+1])) {
			break
		}
		l.at++
	}
	l.put(tNumber, l.src[from:l.at], from)
}

// put adds a token.
func (l *lexer) put(kind tokenKind, text string, from int) {
	t := token{kind: kind, text: text, line: int32(l.line), pos: int32(from), match: -1}
	if l.fresh {
		l.fresh = false
		if !l.syn.layout || len(l.open) == 0 {
			t.start, t.col = true, int32(from-l.lineAt)
		}
	}
	l.tokens = append(l.tokens, t)
}

var closing = map[string]byte{")": '(', "]": '[', "}": '{'}

// punct reads an operator or bracket.
func (l *lexer) punct() {
	from := l.at
	n := 1
	for _, op := range l.syn.operators {
		if len(op) > n && len(l.src)-from >= len(op) && l.src[from:from+len(op)] == op {
			n = len(op)
			break
		}
	}
	text := l.src[from : from+n]
	l.put(tPunct, text, from)
	l.at += n
	switch text {
	case "(", "[", "{":
		l.opened(text[0])
	case ")", "]", "}":
		l.closed(closing[text])
	}
}

// opened notes that the last token waits for a partner.
func (l *lexer) opened(kind byte) {
	l.open = append(l.open, int32(len(l.tokens)-1))
	l.waiting[kind]++
}

// closed matches the last token with the bracket that it closes; those between
// that are not closed stay without a partner.
func (l *lexer) closed(kind byte) {
	if l.waiting[kind] == 0 {
		if l.err == nil {
			l.err = fmt.Errorf("line %d: %q closes nothing", l.line, l.tokens[len(l.tokens)-1].text)
		}
		return
	}
	for {
		at := l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		t := &l.tokens[at]
		l.waiting[t.text[0]]--
		if t.text[0] == kind {
			t.match, l.tokens[len(l.tokens)-1].match = int32(len(l.tokens)-1), at
			return
		}
		if l.err == nil {
			l.err = fmt.Errorf("line %d: %q is not closed before line %d", t.line, t.text, l.line)
		}
	}
}

// comment reads a comment, if one begins here.
func (l *lexer) comment() bool {
	for _, c := range l.syn.line {
		if l.has(c) {
			from := l.at
			l.toLineEnd()
			l.comments = append(l.comments, token{kind: tComment, text: l.src[from+len(c) : l.at], line: int32(l.line), pos: int32(from)})
			return true
		}
	}
	if l.syn.block && l.has("/*") {
		l.blockComment()
		return true
	}
	return false
}

func (l *lexer) blockComment() {
	from, line, depth := l.at, l.line, 0
	for l.at < len(l.src) {
		switch {
		case l.has("/*") && (depth == 0 || l.syn.nested):
			depth++
			l.at += 2
		case l.has("*/"):
			depth--
			l.at += 2
		default:
			l.newline(l.src[l.at])
			l.at++
		}
		if depth == 0 {
			break
		}
	}
	l.comments = append(l.comments, token{kind: tComment, text: l.src[from:l.at], line: int32(line), pos: int32(from)})
}

func (l *lexer) newline(c byte) {
	if c == '\n' {
		l.line++
	}
}

func (l *lexer) toLineEnd() {
	for l.at < len(l.src) && l.src[l.at] != '\n' {
		l.at++
	}
}

func (l *lexer) has(s string) bool {
	return len(l.src)-l.at >= len(s) && l.src[l.at:l.at+len(s)] == s
}
