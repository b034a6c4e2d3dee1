package pdf

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// block sets one block. A heading is not left alone at the foot of a page: it needs
// the room of what follows it.
func (p *writer) block(blocks []evidence.Block, i int) {
	b := &blocks[i]
	if across := p.lies(blocks, i); across != p.across {
		p.turn(across)
	}
	switch {
	case b.Heading != nil:
		p.heading(b.Heading, p.start(blocks, i+1))
	case b.Paragraph != nil:
		p.room(p.start(blocks, i))
		p.paragraph(b.Paragraph)
	case b.List != nil:
		for _, it := range b.List {
			p.item(it)
		}
		p.Ln(1.5)
	case b.Table != nil:
		p.table(b.Table)
	case b.Figure != nil:
		p.figure(b.Figure)
	}
}

// start is how high the beginning of a block is that may not stand apart from the
// heading above it. A paragraph stays with the table that it introduces.
func (p *writer) start(blocks []evidence.Block, i int) float64 {
	if i >= len(blocks) {
		return 0
	}
	switch b := &blocks[i]; {
	case b.Heading != nil:
		return p.headingHeight(b.Heading) + p.start(blocks, i+1)
	case b.Table != nil:
		return p.tableStart(b.Table, p.tables+1)
	case b.Figure != nil:
		return p.figureStart(b.Figure)
	case b.Paragraph != nil:
		height := p.paragraphHeight(b.Paragraph)
		if i+1 < len(blocks) && blocks[i+1].Table != nil {
			if both := height + p.tableStart(blocks[i+1].Table, p.tables+1); both < p.page()/2 {
				return both
			}
		}
		return min(height, p.page()/4)
	}
	return 3 * lead
}

// headingSize is the size of a heading in points, and the room above it.
func headingSize(h *evidence.Heading) (size, before float64) {
	level := min(h.Level, 3) - 1
	return []float64{14, 11.5, 10}[level], []float64{6, 4, 3}[level]
}

// headingLines are the lines of a heading, and the height of one.
func (p *writer) headingLines(h *evidence.Heading) ([][]span, float64) {
	size, _ := headingSize(h)
	return p.text(h.Text, look{"B", size, ink}, p.width), size * 0.48
}

// headingHeight is how high a heading is with the room around it.
func (p *writer) headingHeight(h *evidence.Heading) float64 {
	lines, lead := p.headingLines(h)
	_, before := headingSize(h)
	return before + float64(len(lines))*lead + 2.4
}

// heading sets a heading, with the room for the beginning of what follows.
func (p *writer) heading(h *evidence.Heading, next float64) {
	lines, lead := p.headingLines(h)
	_, before := headingSize(h)
	p.room(min(p.headingHeight(h)+next, p.page()))
	p.Ln(before)
	p.Bookmark(p.shown(h.Text), min(h.Level, 3)-1, -1)
	p.lines(lines, margin, lead)
	if h.Level == 1 {
		p.draw(line)
		p.Line(margin, p.GetY()+0.6, margin+p.width, p.GetY()+0.6)
		p.Ln(1)
	}
	p.Ln(1.4)
}

// paragraph sets sentences one after another, and open questions in boxes.
func (p *writer) paragraph(ss []evidence.Sentence) {
	running := p.flow(p.width)
	flush := func(below float64) {
		p.lines(running.lines, margin, lead)
		if len(running.lines) > 0 {
			p.Ln(below)
		}
		running = p.flow(p.width)
	}
	for i := range ss {
		if ss[i].Manner == evidence.Asked {
			flush(1)
			p.question(ss[i].Asking)
			continue
		}
		running.say(ss[i].Text, lookOf(&ss[i], body), ss[i].Sources)
	}
	flush(0)
	p.Ln(1.6)
}

// paragraphHeight is how high a paragraph is, with its boxes and the room below.
func (p *writer) paragraphHeight(ss []evidence.Sentence) float64 {
	height := 1.6
	running := p.flow(p.width)
	for i := range ss {
		if ss[i].Manner != evidence.Asked {
			running.say(ss[i].Text, lookOf(&ss[i], body), ss[i].Sources)
			continue
		}
		height += float64(len(running.lines))*lead + 1 + p.box(ss[i].Asking).height + 1.6
		running = p.flow(p.width)
	}
	return height + float64(len(running.lines))*lead
}

func (p *writer) item(ss evidence.Item) {
	const indent = 5.5
	f := p.flow(p.width - indent)
	for i := range ss {
		text := ss[i].Text
		if ss[i].Manner == evidence.Asked {
			text = p.asking(ss[i].Asking)
		}
		f.say(text, lookOf(&ss[i], body), ss[i].Sources)
	}
	p.room(lead * float64(min(2, len(f.lines))))
	y := p.GetY()
	p.line([]span{{look: look{size: body, c: soft}, text: "•", width: 4}}, margin+1.5, lead)
	p.SetY(y)
	p.lines(f.lines, margin+indent, lead)
	p.Ln(0.6)
}

// asking is an open question within a text, where there is no room for a box.
func (p *writer) asking(q *evidence.Asking) string {
	return p.d.Frame.Question(q) + " " + q.Text + " (" + q.ID + ")"
}

// A box is an open question that is cut into lines.
type box struct {
	lines  [][]span
	leads  []float64
	height float64
}

// boxPad is the room above and below the text of a box.
const boxPad = 1.8

func (p *writer) box(q *evidence.Asking) box {
	b := box{height: 2 * boxPad}
	inner := p.width - 8
	add := func(text string, l look, lead float64) {
		for _, line := range p.text(text, l, inner) {
			b.lines, b.leads = append(b.lines, line), append(b.leads, lead)
			b.height += lead
		}
	}
	add(p.d.Frame.Question(q), look{"B", body, amber}, lead)
	add(q.Text, look{"", body, ink}, lead)
	add(p.d.Frame.Where(q), look{"", small, soft}, leadTiny)
	return b
}

// question sets an open question in a box that the eye finds. One that is higher than a
// page goes on on the next.
func (p *writer) question(q *evidence.Asking) {
	b := p.box(q)
	p.room(min(b.height+2, p.page()))
	for len(b.lines) > 0 {
		n, height := 0, 2*boxPad
		for n < len(b.lines) && (n == 0 || height+b.leads[n] <= p.left()) {
			height += b.leads[n]
			n++
		}
		y := p.GetY()
		p.fill(asking)
		p.Rect(margin, y, p.width, height, "F")
		p.fill(amber)
		p.Rect(margin, y, 1.2, height, "F")
		p.SetY(y + boxPad)
		for i, line := range b.lines[:n] {
			p.line(line, margin+4, b.leads[i])
		}
		p.SetXY(margin, y+height+1.6)
		if b.lines, b.leads = b.lines[n:], b.leads[n:]; len(b.lines) > 0 {
			p.turn(p.across)
		}
	}
}

// sources is the list at the end that numbers lead to.
func (p *writer) sources() {
	if len(p.d.Sources) == 0 {
		return
	}
	p.heading(&evidence.Heading{Level: 1, Text: p.d.Frame.Word("sources")}, 20)
	p.lines(p.text(p.d.Frame.Word("sources_about"), look{"", small + 0.5, soft}, p.width), margin, leadTiny+0.3)
	p.Ln(1.5)
	const indent = 12.0
	for i, s := range p.d.Sources {
		lines := p.text(p.d.Frame.Source(s), look{"", small, ink}, p.width-indent)
		p.room(leadTiny * float64(min(2, len(lines))))
		p.SetLink(p.links[i], p.GetY(), p.PageNo())
		y := p.GetY()
		n := p.text(number(i+1), look{"", small, soft}, indent)[0]
		p.line(n, margin+indent-2-n[0].width, leadTiny)
		p.SetY(y)
		p.lines(lines, margin+indent, leadTiny)
	}
	if p.lacked {
		p.Ln(1.5)
		p.lines(p.text(p.d.Frame.Word("lacked"), look{"", small, soft}, p.width), margin, leadTiny)
	}
}
