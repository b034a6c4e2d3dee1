package proxy

import "strings"

// A directive is a line of nginx's language, with the block that follows it.
type directive struct {
	name  string
	args  []string
	file  string
	line  int
	block []directive
}

// Bounds of one configuration.
const (
	maxNesting    = 64
	maxDirectives = 500_000
)

// A lexer takes nginx's language apart.
type lexer struct {
	src   string
	file  string
	at    int
	line  int
	count int
	fault string // what is wrong, and where
	where int
}

// parseNginx gives the directives of a file, as far as they can be read.
func parseNginx(file, src string) (ds []directive, line int, fault string) {
	l := &lexer{src: src, file: file, line: 1}
	ds = l.block(0)
	if l.fault == "" && l.at < len(l.src) {
		l.fail("a } that closes nothing")
	}
	return ds, l.where, l.fault
}

func (l *lexer) fail(text string) {
	if l.fault == "" {
		l.fault, l.where = text, l.line
	}
	l.at = len(l.src)
}

// block reads directives until the block ends.
func (l *lexer) block(depth int) []directive {
	if depth > maxNesting {
		l.fail("blocks are nested too deep to be read")
	}
	var out []directive
	for {
		l.blank()
		if l.at >= len(l.src) || l.src[l.at] == '}' {
			return out
		}
		if l.count++; l.count > maxDirectives {
			l.fail("it has more directives than are read")
			return out
		}
		d := directive{file: l.file, line: l.line}
		for {
			l.blank()
			if l.at >= len(l.src) {
				if d.name != "" {
					l.fail("it ends in the middle of a directive")
				}
				return out
			}
			c := l.src[l.at]
			if c == ';' || c == '{' || c == '}' {
				break
			}
			w := l.word()
			if d.name == "" {
				d.name = w
			} else {
				d.args = append(d.args, w)
			}
		}
		switch l.src[l.at] {
		case '}':
			if d.name != "" {
				l.fail("a directive that nothing ends before the }")
			}
			return out
		case ';':
			l.at++
		case '{':
			l.at++
			if strings.HasSuffix(d.name, "_by_lua_block") {
				l.program()
			} else if d.block = l.block(depth + 1); l.at >= len(l.src) {
				l.fail("a block that nothing closes")
			} else {
				l.at++
			}
		}
		if d.name != "" {
			out = append(out, d)
		}
	}
}

// blank skips blanks and comments.
func (l *lexer) blank() {
	for l.at < len(l.src) {
		switch l.src[l.at] {
		case '\n':
			l.line++
			l.at++
		case ' ', '\t', '\r':
			l.at++
		case '#':
			l.at += len(until(l.src[l.at:], "\n"))
		default:
			return
		}
	}
}

// word reads one argument, which may be quoted. The braces of ${NAME} are part of it.
func (l *lexer) word() string {
	if q := l.src[l.at]; q == '"' || q == '\'' {
		return l.quoted(q)
	}
	from := l.at
	for ; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '\\':
			l.at = min(l.at+1, len(l.src)-1)
		case c == '$' && strings.HasPrefix(l.src[l.at:], "${"):
			if i := strings.IndexAny(l.src[l.at:], "}\n"); i > 0 && l.src[l.at+i] == '}' {
				l.at += i
			}
		case c == ' ', c == '\t', c == '\r', c == '\n', c == ';', c == '{':
			return l.src[from:l.at]
		}
	}
	return l.src[from:]
}

func (l *lexer) quoted(q byte) string {
	var b strings.Builder
	for l.at++; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '\\' && l.at+1 < len(l.src) && l.src[l.at+1] == q:
			l.at++
			b.WriteByte(q)
		case c == q:
			l.at++
			return b.String()
		default:
			if c == '\n' {
				l.line++
			}
			b.WriteByte(c)
		}
	}
	l.fail("a quote that nothing closes")
	return b.String()
}

// program skips a block of Lua, whose braces are balanced outside of texts and comments.
func (l *lexer) program() {
	for depth := 1; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '\n':
			l.line++
		case c == '"', c == '\'':
			l.text(c)
		case strings.HasPrefix(l.src[l.at:], "--"):
			l.at += len(until(l.src[l.at:], "\n")) - 1
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				l.at++
				return
			}
		}
	}
	l.fail("a block of Lua that nothing closes")
}

// text goes to the end of a text of Lua, which stands in one line.
func (l *lexer) text(q byte) {
	line := until(l.src[l.at+1:], "\n")
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case q:
			l.at += i + 1
			return
		}
	}
}

// until is a text up to a mark, which may not be there.
func until(s, mark string) string {
	before, _, _ := strings.Cut(s, mark)
	return before
}
