package diagram

import (
	"cmp"
	"math"
	"slices"
)

// A plan is one way to shelve the boxes: how many columns each has, and after
// which ones a shelf ends.
type plan struct {
	columns []int
	ends    []int // index of the last box of each shelf
	cost    float64
}

// shelve chooses the plan whose picture is small and of a form that fits a screen.
func (l *layout) shelve() {
	if plans := l.plans([]float64{760, 1000, 1240, 1500, 1800, 2200, 2800, 3600, 4600}, screen); len(plans) > 0 {
		l.adopt(&plans[0])
	}
}

// screen is what a picture of a size costs whoever looks at it on a screen.
func screen(widest, total float64) float64 {
	form := math.Abs(math.Log(widest / (total + footing) / preferredWide))
	wide := max(0, widest/1300-1) // a text that must be made smaller to fit a screen
	return widest * total * (1 + 0.8*form + 0.5*wide)
}

// footing is about how high the title and the legend are together.
const footing = 160

// plans are the ways to shelve the boxes that were tried, the best first.
func (l *layout) plans(widths []float64, cost func(widest, total float64) float64) []plan {
	if len(l.boxes) == 0 {
		return nil
	}
	shapes := make([][]shape, len(l.boxes))
	for i, b := range l.boxes {
		shapes[i] = l.shapes(b)
	}
	most := 1
	for _, ss := range shapes {
		most = max(most, ss[0].rows)
	}
	var out []plan
	for _, width := range widths {
		for rows := 1; rows <= most; rows = rows + 1 + rows/8 {
			p := l.try(shapes, width, rows, cost)
			if !slices.ContainsFunc(out, func(o plan) bool { return slices.Equal(o.columns, p.columns) && slices.Equal(o.ends, p.ends) }) {
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b plan) int { return cmp.Compare(a.cost, b.cost) })
	return out
}

// adopt shelves the boxes as planned.
func (l *layout) adopt(p *plan) {
	at := 0
	for _, end := range p.ends {
		s := &shelf{strip: stripOf(l.boxes[at].lane)}
		for ; at <= end; at++ {
			b := l.boxes[at]
			b.columns = p.columns[at]
			b.bands, _ = l.bandsFor(b, b.columns)
			b.shelf, b.slot = len(l.shelves), len(s.boxes)
			s.boxes = append(s.boxes, b)
		}
		l.shelves = append(l.shelves, s)
	}
}

// A shape is the size of a box of some columns.
type shape struct {
	w, h float64
	rows int
}

// shapes are those of one column, two, and so on.
func (l *layout) shapes(b *box) []shape {
	var out []shape
	for c := 1; c <= min(len(b.nodes), 12); c++ {
		bands, rows := l.bandsFor(b, c)
		w, h := l.inner(bands, rows, c)
		out = append(out, shape{w, h, rows})
		if rows == 1 {
			break
		}
	}
	return out
}

// try shelves boxes of about the given rows into the given width.
func (l *layout) try(shapes [][]shape, width float64, rows int, cost func(widest, total float64) float64) plan {
	between := 6 * l.pad
	var p plan
	x, h, total, widest, used := 0.0, 0.0, 0.0, 0.0, 0.0
	for i, ss := range shapes {
		c := 0
		for c+1 < len(ss) && ss[c].rows > rows && ss[c+1].w <= width {
			c++
		}
		s := ss[c]
		if i > 0 && (x+between+s.w > width || stripOf(l.boxes[i].lane) != stripOf(l.boxes[i-1].lane)) {
			p.ends = append(p.ends, i-1)
			total += h + between
			x, h = 0, 0
		}
		x += between + s.w
		h = max(h, s.h)
		widest = max(widest, x)
		used += s.w * s.h
		p.columns = append(p.columns, c+1)
	}
	p.ends = append(p.ends, len(shapes)-1)
	total += h + between
	widest = max(widest, minimumWidth)
	p.cost = cost(widest, total)
	return p
}
