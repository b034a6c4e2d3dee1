package ci

import "strings"

// A word is a token of a Jenkinsfile: a name, a text, or a mark.
type word struct {
	text  string
	kind  byte // 'a' name, 's' text, 'g' text with values of the program in it, 'p' mark
	line  int
	block bool // a text in three marks, whose lines are those of the file
}

// words takes a program in Groovy apart, as far as its marks are plain. Comments
// are left out.
func words(src string) []word {
	var out []word
	line := 1
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case strings.HasPrefix(src[i:], "//") || c == '#' && i == 0:
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case strings.HasPrefix(src[i:], "/*"):
			end := strings.Index(src[i+2:], "*/")
			if end < 0 {
				return out
			}
			line += strings.Count(src[i:i+2+end], "\n")
			i += end + 4
		case c == '\'' || c == '"':
			w, n := quoted(src[i:], line)
			out = append(out, w)
			line += strings.Count(src[i:i+n], "\n")
			i += n
		case isWord(c):
			from := i
			for i < len(src) && (isWord(src[i]) || src[i] == '.') {
				i++
			}
			out = append(out, word{text: src[from:i], kind: 'a', line: line})
		default:
			out = append(out, word{text: src[i : i+1], kind: 'p', line: line})
			i++
		}
	}
	return out
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// quoted takes a text in marks, and how long it is with them.
func quoted(s string, line int) (word, int) {
	mark := s[:1]
	w := word{kind: 's', line: line}
	if strings.HasPrefix(s, strings.Repeat(mark, 3)) {
		mark, w.block = s[:3], true
	}
	var b strings.Builder
	i := len(mark)
	for i < len(s) && !strings.HasPrefix(s[i:], mark) {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			switch s[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case '\n':
				b.WriteString("\\\n") // a line of a shell goes on as well
			default:
				b.WriteByte(s[i])
			}
			i++
			continue
		case s[i] == '\n' && !w.block:
			w.text = b.String() // it is not closed
			return w, i
		case s[i] == '$' && mark[0] == '"':
			w.kind = 'g'
		}
		b.WriteByte(s[i])
		i++
	}
	w.text = b.String()
	return w, min(i+len(mark), len(s))
}
