package finding

import (
	"strings"
	"unicode"
)

// Tame returns a text with every control character shown as a question mark and
// line ends as blanks, for what a person reads on a terminal or a build server
// in its log: names come from files that anybody may have written.
func Tame[T ~string](s T) T {
	if !strings.ContainsFunc(string(s), wild) {
		return s
	}
	return T(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case wild(r):
			return '?'
		}
		return r
	}, string(s)))
}

// wild reports whether a character does something to the text around it:
// control characters, and those that turn the direction of writing.
func wild(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}
