package diagram

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A font is how wide the characters of a text are, as a share of its size. The
// widths are those of the widest common font of a kind (DejaVu), so that a text
// that fits here fits with any reader.
type font struct {
	css   string
	width func(rune) float64
}

var (
	mono = &font{"m", func(r rune) float64 {
		if wide(r) {
			return 1.25
		}
		return 0.605
	}}
	sans = &font{"s", func(r rune) float64 {
		switch {
		case wide(r):
			return 1.1
		case strings.ContainsRune("iljI|.,:;'!() []/·", r):
			return 0.4
		case strings.ContainsRune("mwMW@%←→✕", r):
			return 1.0
		case unicode.IsUpper(r):
			return 0.76
		}
		return 0.64
	}}
)

// wide reports whether a rune takes two columns in fonts that have it, such as
// those of Chinese; of combining ones it does not matter.
func wide(r rune) bool { return r >= 0x1100 }

// measure is the width of a text in pixels.
func (f *font) measure(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		if r == '…' || r == '·' || r == '←' || r == '→' || r == '✕' {
			w += min(f.width('m'), 1.0) // narrow in every font, though beyond 0x1100
			continue
		}
		w += f.width(r)
	}
	return w * size
}

// elide cuts a text to a width.
func (f *font) elide(s string, size, width float64, front bool) string {
	return elide(s, front, func(s string) bool { return f.measure(s, size) <= width })
}

// elide cuts a text until it fits. The end of an address tells more than its
// beginning: front cuts there.
func elide(s string, front bool, fits func(string) bool) string {
	s = printable(s)
	if fits(s) {
		return s
	}
	r := []rune(s)
	cut := func(n int) string {
		if front {
			return "…" + string(r[len(r)-n:])
		}
		return string(r[:n]) + "…"
	}
	// The more letters, the wider: the most that fit are found by halves, since a node
	// that stands for thousands names them all.
	n := sort.Search(len(r), func(n int) bool { return n > 0 && !fits(cut(n)) }) - 1
	if n < 1 {
		return "…"
	}
	if rest := string(r[len(r)-n:]); front {
		if i := strings.IndexAny(rest, "._/:@# "); i >= 0 && i < min(10, len(rest)-4) {
			return "…" + rest[i+1:] // a whole word
		}
	}
	return cut(n)
}

// wrap cuts a text into lines at blanks.
func (f *font) wrap(s string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(printable(s)) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && f.measure(longer, size) > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}

// printable replaces what would break a line, or turn the direction of a text.
func printable(s string) string {
	clean := func(r rune) bool { return unicode.IsPrint(r) || r == ' ' }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) || r == utf8.RuneError }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if clean(r) && r != utf8.RuneError {
			return r
		}
		return '?'
	}, s)
}
