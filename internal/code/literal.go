package code

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A quote is how a literal that begins here goes on.
type quote struct {
	open   int    // how many bytes begin it
	close  string // what ends it
	raw    bool   // a backslash is a backslash
	twice  bool   // the end written twice is a character of it
	multi  bool   // it may go over lines
	hole   string // what begins a computed part: "{", "${"; "" when there are none
	double bool   // the beginning of a hole written twice is a character
	simple bool   // $name is a hole too
	char   bool   // it is one character, no text
}

// maxHoles is how deep texts may stand in holes of texts.
const maxHoles = 24

// literal reads a string literal, if one begins here.
func (l *lexer) literal() bool {
	q, ok := l.syn.quote(l)
	if !ok {
		return false
	}
	if q.hole == "" || l.depth >= maxHoles {
		return l.whole(q)
	}
	l.holed(q)
	return true
}

// whole reads a literal without holes. One that may not go over lines and does
// is no literal: an apostrophe in text between tags, a lifetime.
func (l *lexer) whole(q quote) bool {
	from, body := l.at, l.at+q.open
	end, next := l.end(q, body, "")
	if next < 0 {
		if !q.multi {
			if l.syn.strict && l.err == nil {
				l.err = fmt.Errorf("line %d: a string is never closed", l.line)
			}
			l.at++ // past the quote
			return true
		}
		if l.err == nil {
			l.err = fmt.Errorf("line %d: a string is never closed", l.line)
		}
		end, next = len(l.src), len(l.src)
	}
	kind := tString
	if q.char {
		kind = tNumber
	}
	l.put(kind, q.text(l.src[body:end]), from)
	l.line += strings.Count(l.src[from:next], "\n")
	l.at = next
	return true
}

// end finds where a literal or a part of it ends, and where the text goes on;
// -1 when it does not end. With a hole, a part ends before the hole too.
func (l *lexer) end(q quote, at int, hole string) (end, next int) {
	for at < len(l.src) {
		c := l.src[at]
		switch {
		case c == '\\' && !q.raw, c == '\\' && l.syn.layout:
			// In Python a backslash keeps a quote even in a raw string.
			at += 2
		case c == '\n' && !q.multi:
			return at, -1
		case c == q.close[0] && strings.HasPrefix(l.src[at:], q.close):
			if q.twice && strings.HasPrefix(l.src[at+len(q.close):], q.close) {
				at += 2 * len(q.close)
				continue
			}
			return at, at + len(q.close)
		case hole != "" && c == hole[0] && strings.HasPrefix(l.src[at:], hole):
			if q.double && strings.HasPrefix(l.src[at+len(hole):], hole) {
				at += 2 * len(hole)
				continue
			}
			return at, at
		case q.simple && hole != "" && c == '$' && at+1 < len(l.src) && letter(l.src[at+1]) && l.src[at+1] != '$':
			return at, at
		default:
			at++
		}
	}
	return len(l.src), -1
}

// holed reads a literal with holes: an opening token, parts, and what stands in
// the holes between brackets of their own, a closing token.
func (l *lexer) holed(q quote) {
	from := l.at
	l.put(tOpen, "\"", from)
	l.open = append(l.open, int32(len(l.tokens)-1))
	l.waiting['"']++
	l.at += q.open
	for {
		part := l.at
		end, next := l.end(q, part, q.hole)
		if end > len(l.src) {
			end = len(l.src)
		}
		if end > part {
			l.put(tString, q.text(l.src[part:end]), part)
			l.line += strings.Count(l.src[part:end], "\n")
		}
		if next < 0 {
			if l.err == nil && (q.multi || l.syn.strict) {
				l.err = fmt.Errorf("line %d: a string is never closed", l.line)
			}
			l.at = end
			break
		}
		l.at = next
		if next > end { // the close
			break
		}
		l.hole(q)
	}
	l.put(tClose, "\"", l.at)
	l.closed('"')
}

// hole reads one computed part of a text.
func (l *lexer) hole(q quote) {
	if q.simple && !strings.HasPrefix(l.src[l.at:], q.hole) {
		from := l.at + 1
		for l.at++; l.at < len(l.src) && (letter(l.src[l.at]) || digit(l.src[l.at])); l.at++ {
		}
		l.bracket("{", from)
		l.put(tIdent, l.src[from:l.at], from)
		l.bracket("}", l.at)
		return
	}
	l.bracket("{", l.at)
	l.at += len(q.hole)
	floor := len(l.open)
	l.depth++
	for l.at < len(l.src) {
		c := l.src[l.at]
		if len(l.open) <= floor {
			if c == '}' || len(l.open) < floor {
				break
			}
			if l.syn.spec && (c == ':' || c == '!' && !strings.HasPrefix(l.src[l.at:], "!=")) {
				l.format(q)
				break
			}
		}
		if c == '\n' && !q.multi {
			break
		}
		l.step()
	}
	l.depth--
	if l.at < len(l.src) && l.src[l.at] == '}' && len(l.open) >= floor {
		l.at++
	}
	if len(l.open) >= floor {
		l.bracket("}", l.at)
	}
}

// format passes what says how a hole is to be written: a conversion, a width.
func (l *lexer) format(q quote) {
	depth := 0
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == '{':
			depth++
		case c == '}':
			if depth == 0 {
				return
			}
			depth--
		case c == '\n' && !q.multi || strings.HasPrefix(l.src[l.at:], q.close):
			return
		case c == '\n':
			l.line++
		}
		l.at++
	}
}

// bracket adds a bracket that stands for the border of a hole.
func (l *lexer) bracket(text string, from int) {
	l.put(tPunct, text, from)
	if text == "{" {
		l.opened('{')
		return
	}
	l.closed('{')
}

// text is what the inside of a literal stands for.
func (q quote) text(s string) string {
	if q.twice {
		s = strings.ReplaceAll(s, q.close+q.close, q.close)
	}
	if q.double && q.hole == "{" {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "{{", "{"), "}}", "}")
	}
	if q.raw || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return unescape(s)
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '0': 0, 'b': '\b', 'f': '\f', 'v': '\v', 'a': 7}

// unescape understands the escapes that the languages share; others stay as
// they are.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '\n':
		case c == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		case c == 'x' || c == 'u' || c == 'U':
			n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			if i+n < len(s) {
				if r, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32); err == nil && utf8.ValidRune(rune(r)) {
					b.WriteRune(rune(r))
					i += n
					continue
				}
			}
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			if e, ok := escapes[c]; ok {
				c = e
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}
