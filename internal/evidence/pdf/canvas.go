package pdf

import (
	"math"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
)

// A canvas draws a map on the page, as lines and texts: what is searched and
// magnified stays sharp. It reads the style sheet of pictures for its colours.
type canvas struct {
	p     *writer
	x, y  float64 // of the drawing's corner, in millimetres
	scale float64 // millimetres for a pixel
	looks map[[2]string]diagram.Look
}

func newCanvas(p *writer, x, y, scale float64) *canvas {
	p.SetLineCapStyle("butt")
	p.SetLineJoinStyle("round")
	return &canvas{p, x, y, scale, map[[2]string]diagram.Look{}}
}

// done leaves the pen as texts and tables have it.
func (c *canvas) done() {
	c.p.SetDashPattern(nil, 0)
	c.p.SetLineJoinStyle("miter")
	c.p.SetLineWidth(0.2)
	c.p.SetAlpha(1, "Normal")
}

// Begin and End group for who points at things; paper has nothing for it, and
// the tables say the same.
func (c *canvas) Begin(string, ...string) {}
func (c *canvas) End()                    {}

func (c *canvas) look(element, class string) diagram.Look {
	k := [2]string{element, class}
	l, ok := c.looks[k]
	if !ok {
		l = diagram.LookOf(element, class)
		c.looks[k] = l
	}
	return l
}

// pen sets colours and lines, and returns how fpdf is told what to paint.
func (c *canvas) pen(l *diagram.Look) string {
	how := ""
	if l.Fill != nil {
		c.p.SetFillColor(l.Fill[0], l.Fill[1], l.Fill[2])
		how = "F"
	}
	if l.Stroke == nil {
		return how
	}
	c.p.SetDrawColor(l.Stroke[0], l.Stroke[1], l.Stroke[2])
	c.p.SetLineWidth(l.Width * c.scale)
	dash := make([]float64, len(l.Dash))
	for i, d := range l.Dash {
		dash[i] = d * c.scale
	}
	c.p.SetDashPattern(dash, 0)
	c.p.SetAlpha(l.Opacity, "Normal")
	return how + "D"
}

func (c *canvas) Rect(x, y, w, h, radius float64, class string) {
	l := c.look("rect", class)
	how := c.pen(&l)
	if how == "" {
		return
	}
	x, y, w, h = c.x+x*c.scale, c.y+y*c.scale, w*c.scale, h*c.scale
	if r := min(radius*c.scale, w/2, h/2); r > 0 {
		c.p.RoundedRect(x, y, w, h, r, "1234", how)
	} else {
		c.p.Rect(x, y, w, h, how)
	}
	c.p.SetAlpha(1, "Normal")
}

// Hatch draws the lines of the sheet's pattern within the area.
func (c *canvas) Hatch(x, y, w, h, radius float64) {
	l := c.look("line", "hatch")
	c.pen(&l)
	x, y, w, h = c.x+x*c.scale, c.y+y*c.scale, w*c.scale, h*c.scale
	c.p.ClipRoundedRect(x, y, w, h, radius*c.scale, false)
	step := 8 * math.Sqrt2 * c.scale
	for at := -h; at < w; at += step {
		c.p.Line(x+at, y+h, x+at+h, y)
	}
	c.p.ClipEnd()
	c.p.SetAlpha(1, "Normal")
}

func (c *canvas) Path(d string, x, y float64, class string) {
	l := c.look("path", class)
	how := c.pen(&l)
	if how == "" || d == "" {
		return
	}
	c.trace(d, x, y, 1)
	c.p.DrawPath(how)
	c.p.SetAlpha(1, "Normal")
}

// trace makes a path of the page of one of a drawing.
func (c *canvas) trace(d string, x, y, size float64) {
	mx := func(v float64) float64 { return c.x + (x+v*size)*c.scale }
	my := func(v float64) float64 { return c.y + (y+v*size)*c.scale }
	for _, s := range diagram.Outline(d) {
		switch s.Kind {
		case 'M':
			c.p.MoveTo(mx(s.X), my(s.Y))
		case 'L':
			c.p.LineTo(mx(s.X), my(s.Y))
		case 'C':
			c.p.CurveBezierCubicTo(mx(s.X1), my(s.Y1), mx(s.X2), my(s.Y2), mx(s.X), my(s.Y))
		case 'Z':
			c.p.ClosePath()
		}
	}
}

// marks are drawn in a square of 1: no font of the page has them.
var marks = map[rune]string{
	'✓': "M.12-.28L.34-.06L.74-.62",
	'✕': "M.14-.6L.7-.04M.7-.6L.14-.04",
}

const markWidth = 0.84

// font chooses the font of a text.
func (c *canvas) font(t *diagram.Text) diagram.Look {
	l := c.look("text", t.Class)
	style := ""
	if l.Bold {
		style = "B"
	}
	family := "go"
	if strings.HasPrefix(t.Class, "m ") {
		family = "mono"
	}
	c.p.SetFont(family, style, t.Size*c.scale/point)
	return l
}

// Measure is the width of a text in pixels of the drawing.
func (c *canvas) Measure(t *diagram.Text) float64 {
	c.font(t)
	return c.width(c.plane(t.Text), t.Size)
}

func (c *canvas) Text(t *diagram.Text) {
	l := c.font(t)
	if l.Fill != nil {
		c.p.SetTextColor(l.Fill[0], l.Fill[1], l.Fill[2])
	}
	text := c.plane(t.Text)
	w := c.width(text, t.Size)
	x, y := t.X, t.Y
	if t.Upright {
		c.p.TransformBegin()
		c.p.TransformRotate(90, c.x+x*c.scale, c.y+y*c.scale)
	}
	switch t.Anchor {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	c.run(text, x, y, t.Size, &l)
	if t.Upright {
		c.p.TransformEnd()
	}
}

// run sets a text, and the marks in it as lines.
func (c *canvas) run(text string, x, y, size float64, l *diagram.Look) {
	for text != "" {
		i := strings.IndexFunc(text, func(r rune) bool { return marks[r] != "" })
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			c.p.Text(c.x+x*c.scale, c.y+y*c.scale, text[:i])
			x += c.p.GetStringWidth(text[:i]) / c.scale
			text = text[i:]
			continue
		}
		for _, r := range text {
			pen := diagram.Look{Stroke: l.Fill, Width: size * 0.13, Opacity: 1}
			c.pen(&pen)
			c.trace(marks[r], x, y, size)
			c.p.DrawPath("D")
			x += markWidth * size
			text = text[len(string(r)):]
			break
		}
	}
}

// width is that of a text in pixels of the drawing.
func (c *canvas) width(text string, size float64) (w float64) {
	var plain strings.Builder
	for _, r := range text {
		if marks[r] != "" {
			w += markWidth * size
			continue
		}
		plain.WriteRune(r)
	}
	return w + c.p.GetStringWidth(plain.String())/c.scale
}

// plane draws a box for what no font of the page has: a number would be wider than the
// place that the layout left. The note at the end of the document tells of them.
func (c *canvas) plane(s string) string {
	drawn := has()
	return strings.Map(func(r rune) rune {
		if drawn[r] || marks[r] != "" {
			return r
		}
		c.p.lacked = true
		return '\u25a1'
	}, s)
}
