package diagram

import (
	"math"
	"strconv"
)

// A Step is one part of a path with absolute coordinates.
type Step struct {
	Kind byte // 'M' move, 'L' line, 'C' cubic curve with two control points, 'Z' close
	X, Y float64
	// The control points of a curve.
	X1, Y1, X2, Y2 float64
}

// Outline reads a path as this package writes them: the signs M m L l H h V v C c Q q
// A a Z z of SVG. Curves and arcs become cubic curves.
func Outline(d string) []Step {
	p := pen{text: d}
	for p.sign() {
		p.step()
	}
	return p.out
}

// A pen follows a path.
type pen struct {
	text   string
	at     int
	kind   byte
	x, y   float64
	sx, sy float64 // where the part began
	out    []Step
}

// sign reads the next sign; numbers without one repeat the last.
func (p *pen) sign() bool {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == ',') {
		p.at++
	}
	if p.at == len(p.text) {
		return false
	}
	if c := p.text[p.at]; c >= 'A' && c <= 'z' {
		p.kind = c
		p.at++
	} else if p.kind == 'M' {
		p.kind = 'L'
	} else if p.kind == 'm' {
		p.kind = 'l'
	} else if p.kind == 0 || p.kind == 'z' || p.kind == 'Z' {
		return false
	}
	return true
}

func (p *pen) number() float64 {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == ',') {
		p.at++
	}
	from, point := p.at, false
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if c == '.' && !point {
			point = true
		} else if !(c >= '0' && c <= '9' || c == '-' && p.at == from) {
			break
		}
	}
	f, err := strconv.ParseFloat(p.text[from:p.at], 64)
	if err != nil {
		p.at = len(p.text) // the tests read every icon
	}
	return f
}

// point reads a pair of numbers, relative for small signs.
func (p *pen) point(small bool) (x, y float64) {
	x, y = p.number(), p.number()
	if small {
		return p.x + x, p.y + y
	}
	return x, y
}

func (p *pen) put(s Step) {
	p.out = append(p.out, s)
	p.x, p.y = s.X, s.Y
}

func (p *pen) step() {
	small := p.kind >= 'a'
	s := Step{Kind: 'L', X: p.x, Y: p.y}
	switch p.kind &^ 0x20 {
	case 'M':
		s.Kind = 'M'
		s.X, s.Y = p.point(small)
		p.sx, p.sy = s.X, s.Y
	case 'L':
		s.X, s.Y = p.point(small)
	case 'H':
		s.X = p.number()
		if small {
			s.X += p.x
		}
	case 'V':
		s.Y = p.number()
		if small {
			s.Y += p.y
		}
	case 'C':
		s.Kind = 'C'
		s.X1, s.Y1 = p.point(small)
		s.X2, s.Y2 = p.point(small)
		s.X, s.Y = p.point(small)
	case 'Q':
		qx, qy := p.point(small)
		s.Kind = 'C'
		s.X, s.Y = p.point(small)
		s.X1, s.Y1 = p.x+(qx-p.x)*2/3, p.y+(qy-p.y)*2/3
		s.X2, s.Y2 = s.X+(qx-s.X)*2/3, s.Y+(qy-s.Y)*2/3
	case 'A':
		p.arc(small)
		return
	case 'Z':
		s = Step{Kind: 'Z', X: p.sx, Y: p.sy}
	default:
		p.at = len(p.text)
		return
	}
	p.put(s)
}

// arc reads an arc of a circle and puts curves of at most a quarter each.
// https://www.w3.org/TR/SVG2/implnote.html#ArcConversionEndpointToCenter
func (p *pen) arc(small bool) {
	r, _, _ := p.number(), p.number(), p.number()
	large, sweep := p.number() != 0, p.number() != 0
	x0, y0 := p.x, p.y
	x, y := p.point(small)
	dx, dy := (x-x0)/2, (y-y0)/2
	half := math.Hypot(dx, dy)
	if half == 0 || r == 0 {
		p.put(Step{Kind: 'L', X: x, Y: y})
		return
	}
	r = max(r, half)
	// The centre lies across the middle of the ends.
	off := math.Sqrt(max(0, r*r-half*half)) / half
	if large == sweep {
		off = -off
	}
	cx, cy := x0+dx-off*dy, y0+dy+off*dx
	from, to := math.Atan2(y0-cy, x0-cx), math.Atan2(y-cy, x-cx)
	turn := to - from
	if sweep && turn < 0 {
		turn += 2 * math.Pi
	} else if !sweep && turn > 0 {
		turn -= 2 * math.Pi
	}
	n := math.Ceil(math.Abs(turn)/(math.Pi/2) - 1e-9)
	k := 4.0 / 3 * math.Tan(turn/n/4) * r
	for i := range int(n) {
		a, b := from+turn*float64(i)/n, from+turn*float64(i+1)/n
		s := Step{Kind: 'C', X: cx + r*math.Cos(b), Y: cy + r*math.Sin(b)}
		s.X1, s.Y1 = p.x-k*math.Sin(a), p.y+k*math.Cos(a)
		s.X2, s.Y2 = s.X+k*math.Sin(b), s.Y-k*math.Cos(b)
		p.put(s)
	}
}
