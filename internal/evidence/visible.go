package evidence

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible is a text in which what cannot be seen is named by its number, as in
// [U+202E]: marks that turn the direction of a text, or hide a part of a name, would make
// a reader sign something else than what the file says.
func visible(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a character cannot be seen. Ends of lines can, and so can what
// joins letters in the scripts that need it.
func hidden(r rune) bool {
	switch r {
	case '\n', '\r', '\t', '\u200c', '\u200d':
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
