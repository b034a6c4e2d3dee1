package pdf

import "github.com/bailiwick-dev/bailiwick/internal/evidence"

// figure draws a map.
func (p *writer) figure(f *evidence.Figure) {
	p.figures++
	p.room(40)
	p.ink(ink)
	p.SetFont("go", "B", body-0.5)
	p.MultiCell(p.width, lead, p.d.Frame.Caption("figure", p.figures, f.Caption), "", "L", false)
}

// figureStart is the height of a figure with its caption.
func (p *writer) figureStart(*evidence.Figure) float64 { return 60 }
