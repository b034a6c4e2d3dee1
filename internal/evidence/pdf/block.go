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
// heading above it.
func (p *writer) start(blocks []evidence.Block, i int) float64 {
	if i >= len(blocks) {
		return 0
	}
	switch b := &blocks[i]; {
	case b.Heading != nil:
		size, before := headingSize(b.Heading)
		return size*0.48 + before + 2.4 + p.start(blocks, i+1)
	case b.Table != nil:
		return p.tableStart(b.Table)
	case b.Figure != nil:
		return p.figureStart(b.Figure)
	case b.Paragraph != nil && b.Paragraph[0].Manner == evidence.Asked:
		return p.box(b.Paragraph[0].Asking).height + 4 // the room that question asks for, and that below the heading
	}
	return 3 * lead
}

// headingSize is the size of a heading in points, and the room above it.
func headingSize(h *evidence.Heading) (size, before float64) {
	level := min(h.Level, 3) - 1
	return []float64{14, 11.5, 10}[level], []float64{6, 4, 3}[level]
}

func (p *writer) heading(h *evidence.Heading, next float64) {
	size, before := headingSize(h)
	p.room(before + size*0.48 + 2.4 + next)
	p.Ln(before)
	p.Bookmark(h.Text, min(h.Level, 3)-1, -1)
	p.ink(ink)
	p.SetFont("go", "B", size)
	p.MultiCell(p.width, size*0.48, h.Text, "", "L", false)
	if h.Level == 1 {
		p.draw(line)
		p.Line(margin, p.GetY()+0.6, margin+p.width, p.GetY()+0.6)
		p.Ln(1)
	}
	p.Ln(1.4)
}

// paragraph sets sentences one after another, and open questions in boxes.
func (p *writer) paragraph(ss []evidence.Sentence) {
	running := false
	for i := range ss {
		if ss[i].Manner == evidence.Asked {
			if running {
				p.Ln(lead + 1)
				running = false
			}
			p.question(ss[i].Asking)
			continue
		}
		if !running {
			p.room(lead * 2)
		}
		p.sentence(&ss[i], body, lead)
		running = true
	}
	if running {
		p.Ln(lead)
	}
	p.Ln(1.6)
}

func (p *writer) item(ss evidence.Item) {
	p.room(lead * 2)
	p.SetFont("go", "", body)
	p.ink(soft)
	p.SetX(margin + 1.5)
	p.CellFormat(4, lead, "•", "", 0, "L", false, 0, "")
	p.SetLeftMargin(margin + 5.5)
	for i := range ss {
		p.sentence(&ss[i], body, lead)
	}
	p.SetLeftMargin(margin)
	p.Ln(lead + 0.6)
}

// sentence writes running text, with the numbers of its sources as links.
func (p *writer) sentence(s *evidence.Sentence, size, height float64) {
	p.SetFont("go", manner(s), size)
	p.ink(ink)
	p.Write(height, s.Text)
	p.SetFont("go", "", size*0.68)
	p.ink(link)
	for i, n := range s.Sources {
		text := number(n)
		if i > 0 {
			text = ", " + text
		} else {
			text = "\u00a0" + text
		}
		x, y := p.GetXY()
		p.SetXY(x, y-0.9)
		p.WriteLinkID(height, text, p.links[n-1])
		x, y = p.GetXY() // the number may have begun a line, or a page
		p.SetXY(x, y+0.9)
	}
	p.SetFont("go", "", size)
	p.Write(height, " ")
}

// manner is the style of a sentence: what a person said stands out.
func manner(s *evidence.Sentence) string {
	if s.Manner == evidence.Answered {
		return "I"
	}
	return ""
}

// A box is an open question that is cut into lines.
type box struct {
	text, where []string
	height      float64
}

func (p *writer) box(q *evidence.Asking) box {
	inner := p.width - 8
	p.SetFont("go", "", body)
	b := box{text: p.SplitText(q.Text, inner)}
	p.SetFont("go", "", small)
	b.where = p.SplitText(p.d.Frame.Where(q), inner)
	b.height = 3.6 + lead + float64(len(b.text))*lead + float64(len(b.where))*leadTiny
	return b
}

// question sets an open question in a box that the eye finds.
func (p *writer) question(q *evidence.Asking) {
	b := p.box(q)
	inner, height := p.width-8, b.height
	p.room(height + 2)
	x, y := margin, p.GetY()
	p.fill(asking)
	p.Rect(x, y, p.width, height, "F")
	p.fill(amber)
	p.Rect(x, y, 1.2, height, "F")
	put := func(style string, size, lead float64, c colour, lines ...string) {
		p.SetFont("go", style, size)
		p.ink(c)
		for _, l := range lines {
			p.SetX(x + 4)
			p.CellFormat(inner, lead, l, "", 1, "L", false, 0, "")
		}
	}
	p.SetY(y + 1.8)
	put("B", body, lead, amber, p.d.Frame.Question(q))
	put("", body, lead, ink, b.text...)
	put("", small, leadTiny, soft, b.where...)
	p.SetXY(margin, y+height+1.6)
}

// sources is the list at the end that numbers lead to.
func (p *writer) sources() {
	if len(p.d.Sources) == 0 {
		return
	}
	p.heading(&evidence.Heading{Level: 1, Text: p.d.Frame.Word("sources")}, 20)
	p.SetFont("go", "", small+0.5)
	p.ink(soft)
	p.MultiCell(p.width, leadTiny+0.3, p.d.Frame.Word("sources_about"), "", "L", false)
	p.Ln(1.5)
	for i, s := range p.d.Sources {
		p.SetFont("go", "", small)
		lines := p.SplitText(p.d.Frame.Source(s), p.width-11)
		p.room(float64(len(lines)) * leadTiny)
		p.SetLink(p.links[i], p.GetY(), p.PageNo())
		p.ink(soft)
		p.CellFormat(10, leadTiny, number(i+1), "", 0, "R", false, 0, "")
		p.ink(ink)
		for j, l := range lines {
			if j > 0 {
				p.SetX(margin + 10)
			}
			p.CellFormat(p.width-10, leadTiny, " "+l, "", 1, "L", false, 0, "")
		}
	}
}
