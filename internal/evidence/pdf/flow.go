package pdf

import (
	"strings"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// A look is how a text is set.
type look struct {
	style string
	size  float64 // in points
	c     colour
}

// A span is a part of a line in one look.
type span struct {
	look
	text  string
	width float64
	gap   float64 // before it
	rise  float64 // above the others
	link  int     // 0: none
}

// A flow fills lines of one width with words, so that what is measured and what is
// drawn are the same.
type flow struct {
	p     *writer
	width float64
	lines [][]span
	x     float64 // where the last line ends
}

func (p *writer) flow(width float64) *flow { return &flow{p: p, width: width} }

// text is a text of one look, cut into lines.
func (p *writer) text(s string, l look, width float64) [][]span {
	f := p.flow(width)
	f.say(s, l, nil)
	return f.lines
}

// kept are the blanks at which no printer of these languages breaks a line: those before
// French punctuation and between an article's word and its number.
var kept = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0",
	"Art. ", "Art.\u00a0", "art. ", "art.\u00a0", "Abs. ", "Abs.\u00a0", "Nr. ", "Nr.\u00a0", "lit. ", "lit.\u00a0", "par. ", "par.\u00a0", "§ ", "§\u00a0")

// say adds a text. The numbers of its sources stay with its last word.
func (f *flow) say(s string, l look, sources []int) {
	// A blank that does not break is none of these.
	words := strings.FieldsFunc(kept.Replace(f.p.shown(s)), func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' })
	f.p.SetFont("go", l.style, l.size)
	for i, w := range words {
		var tail []span
		if i == len(words)-1 {
			tail = f.p.numbers(sources, l)
			f.p.SetFont("go", l.style, l.size)
		}
		f.word(w, l, tail)
	}
}

// word adds a word to the last line, or to a new one where it has no room with what has
// to stay with it. What is longer than a line is cut.
func (f *flow) word(w string, l look, tail []span) {
	blank, width := f.p.GetStringWidth(" "), f.p.GetStringWidth(w)
	need := width
	for _, t := range tail {
		need += t.gap + t.width
	}
	switch {
	case len(f.lines) == 0, f.x > 0 && f.x+blank+need > f.width:
		f.feed()
		blank = 0
	case f.x == 0:
		blank = 0
	}
	for width > f.width {
		head := f.p.part(w, f.width)
		some := f.p.GetStringWidth(head)
		f.put(span{look: l, text: head, width: some})
		f.feed()
		w, width = w[len(head):], width-some
	}
	f.put(span{look: l, text: w, width: width, gap: blank})
	for _, t := range tail {
		if f.x+t.gap+t.width > f.width {
			f.feed()
			t.gap = 0
		}
		f.put(t)
	}
}

func (f *flow) feed() { f.lines, f.x = append(f.lines, nil), 0 }

func (f *flow) put(s span) {
	last := len(f.lines) - 1
	f.lines[last] = append(f.lines[last], s)
	f.x += s.gap + s.width
}

// numbers are those of sources, each a link, as they stand behind a text of a look.
func (p *writer) numbers(sources []int, behind look) []span {
	l := look{size: behind.size * 0.68, c: link}
	p.SetFont("go", "", l.size)
	var out []span
	for i, n := range sources {
		s := span{look: l, text: number(n), gap: 0.4, rise: behind.size * 0.09, link: p.links[n-1]}
		if i < len(sources)-1 {
			s.text += ","
		}
		s.width = p.GetStringWidth(s.text)
		out = append(out, s)
	}
	return out
}

// line draws a line at the height where the page is, from x.
func (p *writer) line(spans []span, x, lead float64) {
	y := p.GetY()
	if p.drawn != nil {
		p.drawn(p.PageNo(), y, lead, spans)
	}
	for _, s := range spans {
		x += s.gap
		p.SetFont("go", s.style, s.size)
		p.ink(s.c)
		p.SetXY(x, y-s.rise)
		if s.width > 0 { // a cell without width would reach to the margin
			p.CellFormat(s.width, lead, s.text, "", 0, "L", false, s.link, "")
		}
		x += s.width
	}
	p.SetXY(margin, y+lead)
}

// lines draws lines one below the other. A page takes two of them or none, at its foot
// and at its head.
func (p *writer) lines(lines [][]span, x, lead float64) {
	for i, l := range lines {
		need := lead
		if i == 0 && len(lines) > 1 || i == len(lines)-2 {
			need *= 2
		}
		if len(lines) == 3 && i == 0 {
			need = 3 * lead
		}
		p.room(need)
		p.line(l, x, lead)
	}
}

// part is as much of the beginning of a word as fits, up to the end of a part of it
// where there is one.
func (p *writer) part(word string, width float64) string {
	end, good := 0, 0
	x := 0.0
	for i, r := range word {
		x += p.GetStringWidth(string(r))
		if x > width {
			break
		}
		end = i + utf8.RuneLen(r)
		if strings.ContainsRune("./_-:@#→", r) {
			good = end
		}
	}
	if good > end/3 {
		return word[:good]
	}
	if end == 0 {
		_, size := utf8.DecodeRuneInString(word)
		return word[:size]
	}
	return word[:end]
}

// lookOf is how a sentence is set: what a person said stands out.
func lookOf(s *evidence.Sentence, size float64) look {
	l := look{size: size, c: ink}
	switch s.Manner {
	case evidence.Answered:
		l.style = "I"
	case evidence.Asked:
		l.c = amber
	}
	return l
}
