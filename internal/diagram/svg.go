package diagram

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

func writeSVG(w io.Writer, m *Map) error { return WritePicture(w, m, "bw") }

// WritePicture writes a map as SVG whose ids begin with the given word, so that
// several stand on one page.
func WritePicture(w io.Writer, m *Map, id string) error {
	s := &svg{id: id}
	l := place(m)
	width, height := num(l.width), num(l.height)
	s.add(`<svg xmlns="http://www.w3.org/2000/svg" class="bw" role="img" aria-labelledby="`, id, `-title `, id, `-desc" viewBox="0 0 `, width, ` `, height, `" width="`, width, `" height="`, height, "\">\n")
	s.add(`<title id="`, id, `-title">`, escape(printable(heading(m))), "</title>\n")
	s.add(`<desc id="`, id, `-desc">`, escape(printable(describe(m))), "</desc>\n<style>", style, "</style>\n")
	s.add(`<defs><pattern id="`, id, `-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="8" class="hatch"/></pattern></defs>`, "\n")
	(&Drawing{l}).Draw(s)
	s.add("</svg>\n")
	_, err := w.Write(s.b.Bytes())
	return err
}

// An svg is a canvas that writes SVG.
type svg struct {
	id string
	b  bytes.Buffer
}

// escape makes a text safe within elements and attributes.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace

// num is a coordinate, which is never negative, with at most one digit after the point.
func num(f float64) string {
	tenths := int64(f*10 + 0.5)
	if tenths%10 == 0 {
		return strconv.FormatInt(tenths/10, 10)
	}
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

func (s *svg) add(parts ...string) {
	for _, p := range parts {
		s.b.WriteString(p)
	}
}

func (s *svg) Begin(class string, words ...string) {
	s.add("<g")
	if class != "" {
		s.add(` class="`, class, `"`)
	}
	s.add("><title>")
	for i, t := range words {
		if i > 0 {
			s.add("\n")
		}
		s.add(escape(printable(t)))
	}
	s.add("</title>")
}

func (s *svg) End() { s.add("</g>\n") }

func (s *svg) Rect(x, y, w, h, radius float64, class string) {
	s.area(x, y, w, h, radius, ` class="`+class+`"`)
	s.line(class)
}

func (s *svg) Hatch(x, y, w, h, radius float64) {
	s.area(x, y, w, h, radius, ` fill="url(#`+s.id+`-hatch)"`)
	s.add("\n")
}

func (s *svg) area(x, y, w, h, radius float64, more string) {
	s.add(`<rect x="`, num(x), `" y="`, num(y), `" width="`, num(w), `" height="`, num(h), `" rx="`, num(radius), `"`, more, "/>")
}

func (s *svg) Path(d string, x, y float64, class string) {
	s.add(`<path class="`, class, `"`)
	if x != 0 || y != 0 {
		s.add(` transform="translate(`, num(x), ` `, num(y), `)"`)
	}
	s.add(` d="`, d, `"/>`)
	s.line(class)
}

// line ends a line of the file, but for what marks something on the same line.
func (s *svg) line(class string) {
	switch kind, _, _ := strings.Cut(class, " "); kind {
	case "bar", "e", "h":
	default:
		s.add("\n")
	}
}

func (s *svg) Text(t *Text) {
	if t.Upright {
		s.add(`<text transform="translate(`, num(t.X), ` `, num(t.Y), `) rotate(-90)"`)
	} else {
		s.add(`<text x="`, num(t.X), `" y="`, num(t.Y), `"`)
	}
	if t.Anchor != "" {
		s.add(` text-anchor="`, t.Anchor, `"`)
	}
	s.add(` font-size="`, num(t.Size), `" class="`, escape(t.Class), `">`, escape(t.Text), "</text>\n")
}
