package pdf

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// point is a point in millimetres.
const point = 25.4 / 72

// plan is how a figure is set.
func (p *writer) plan(f *evidence.Figure) *evidence.Sheets {
	if p.plans[f] == nil {
		p.plans[f] = evidence.OnPaper(f.Map)
	}
	return p.plans[f]
}

// figure draws a map below its caption, both on one page.
func (p *writer) figure(f *evidence.Figure) {
	p.figures++
	pl := p.plan(f)
	for i, d := range pl.Parts {
		scale := pl.Scales[i] * point
		w, h := d.Size()
		caption := p.d.Frame.Caption("figure", p.figures, f.Caption)
		if len(pl.Parts) > 1 {
			caption = p.d.Frame.Part(p.figures, i+1, len(pl.Parts), f.Caption)
		}
		lines := p.text(caption, look{"B", body - 0.5, ink}, p.width)
		p.need(float64(len(lines))*lead+1+h*scale, pl.Across)
		p.lines(lines, margin, lead)
		p.Ln(1)
		x, y := margin+(p.width-w*scale)/2, p.GetY()
		c := newCanvas(p, x, y, scale)
		d.Draw(c)
		c.done()
		p.SetXY(margin, y+h*scale)
		p.Ln(3)
	}
}

// need begins a new page, of the same way up, unless a figure has room on this one.
func (p *writer) need(height float64, across bool) {
	if height > p.left()+0.01 {
		p.turn(across)
	}
}

// turn begins a page that stands or lies.
func (p *writer) turn(across bool) {
	way := "P"
	if across {
		way = "L"
	}
	p.across = across
	p.AddPageFormat(way, p.GetPageSizeStr("A4"))
	w, _ := p.GetPageSize()
	p.width = w - 2*margin
}

// lies reports whether a block stands on a page that lies: a figure that needs
// one, or headings above it.
func (p *writer) lies(blocks []evidence.Block, i int) bool {
	for ; i < len(blocks); i++ {
		if f := blocks[i].Figure; f != nil {
			return p.plan(f).Across
		}
		if blocks[i].Heading == nil {
			return false
		}
	}
	return false
}

// figureStart is the height of a figure's first part with its caption.
func (p *writer) figureStart(f *evidence.Figure) float64 {
	pl := p.plan(f)
	lines := p.text(p.d.Frame.Part(p.figures+1, len(pl.Parts), len(pl.Parts), f.Caption), look{"B", body - 0.5, ink}, p.width)
	_, h := pl.Parts[0].Size()
	return float64(len(lines))*lead + 1 + h*pl.Scales[0]*point
}
