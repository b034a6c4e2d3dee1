package pdf

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// has are the characters that the fonts of the page draw. They all have the same.
var has = sync.OnceValue(func() map[rune]bool {
	out := map[rune]bool{}
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return out // of a font that is part of the program; then every character is named
	}
	var b sfnt.Buffer
	for r := rune(' '); r <= 0xffff; r++ {
		if g, err := f.GlyphIndex(&b, r); err == nil && g != 0 {
			out[r] = true
		}
	}
	return out
})

// shown is a text as the page can show it: characters that no font of the page has are
// named by their numbers, as in [U+6570 U+636E]. A box for each, or nothing, would make
// two names look the same.
func (p *writer) shown(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\ufffd")) // the fonts have é, and not e with an accent behind it
	drawn := has()
	lacking := func(r rune) bool { return !drawn[r] && r != '\n' && r != '\t' && r != '\r' }
	if strings.IndexFunc(s, lacking) < 0 {
		return s
	}
	p.lacked = true
	var b strings.Builder
	named := false
	for _, r := range s {
		switch lacks := lacking(r); {
		case lacks && named:
			fmt.Fprintf(&b, " U+%04X", r)
		case lacks:
			fmt.Fprintf(&b, "[U+%04X", r)
			named = true
		default:
			if named {
				b.WriteByte(']')
			}
			named = false
			b.WriteRune(r)
		}
	}
	if named {
		b.WriteByte(']')
	}
	return b.String()
}
