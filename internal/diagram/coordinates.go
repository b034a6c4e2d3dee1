package diagram

// streets makes the streets of a shelved layout.
func (l *layout) streets() {
	for _, s := range l.shelves {
		for range len(s.boxes) + 1 {
			s.channels = append(s.channels, &street{measure: l.measure, vertical: true, least: 14})
		}
		l.corridors = append(l.corridors, &street{measure: l.measure, least: 12})
		for _, b := range s.boxes {
			b.gutter = &street{measure: l.measure, vertical: true, least: 4}
			for i := range b.bands {
				bd := &b.bands[i]
				bd.first = len(b.gaps)
				for range bd.rows + 1 {
					b.gaps = append(b.gaps, &street{measure: l.measure, least: 9})
				}
				for _, g := range bd.groups {
					for k, n := range g.nodes {
						l.cell[n] = cell{b, bd.first + k/g.width}
					}
				}
			}
		}
	}
	l.corridors = append(l.corridors, &street{measure: l.measure, least: 12})
}

// coordinates gives everything its place, with the streets as wide as their
// tracks ask for.
func (l *layout) coordinates() {
	y := titleH
	widest := minimumWidth
	l.strips = l.strips[:0]
	for k, s := range l.shelves {
		if k == 0 || s.strip != l.shelves[k-1].strip {
			if k > 0 {
				y += 10
			}
			l.strips = append(l.strips, l.newStrip(s.strip, y))
		}
		c := l.corridors[k]
		c.lo = y
		y += c.size()
		s.top, s.height = y, 0
		x := marginX + stripLabel
		for i, b := range s.boxes {
			s.channels[i].lo = x
			x += s.channels[i].size()
			l.inside(b, x, y)
			x += b.area.w
			s.height = max(s.height, b.area.h)
		}
		last := s.channels[len(s.boxes)]
		last.lo = x
		x += last.size()
		widest = max(widest, x+marginX)
		y += s.height
		st := &l.strips[len(l.strips)-1]
		st.area.h = y + 6 - st.area.y
	}
	if n := len(l.corridors); n > 0 {
		c := l.corridors[n-1]
		c.lo = y
		y += c.size()
		if len(l.strips) > 0 {
			st := &l.strips[len(l.strips)-1]
			st.area.h = y - st.area.y
		}
	}
	l.width = widest
	for i := range l.strips {
		l.strips[i].area.x, l.strips[i].area.w = marginX/2, widest-marginX
	}
	for _, s := range l.shelves {
		for _, b := range s.boxes {
			b.area.h = s.height // boxes of a shelf end together
		}
	}
	l.legendY = y + 18
	samples, notes := l.legend()
	l.height = samples[len(samples)-1].y + footLine*float64(len(notes)) + 14
}

func (l *layout) newStrip(i int, y float64) strip {
	if i == 0 {
		return strip{name: "inside", standing: Inside, area: rect{y: y}}
	}
	known := true
	outside := false
	for _, b := range l.boxes {
		if stripOf(b.lane) == 1 {
			known = known && b.lane.Form != NotKnown
			outside = outside || b.lane.Form != NotKnown
		}
	}
	switch {
	case known:
		return strip{name: "outside", standing: Outside, area: rect{y: y}}
	case outside:
		return strip{name: "mixed", standing: Outside, area: rect{y: y}}
	}
	return strip{name: "unknown", standing: Open, area: rect{y: y}}
}

// inside places what is in a box whose corner is given.
func (l *layout) inside(b *box, left, top float64) {
	x := left + boxPad
	b.gutter.lo = x
	x += b.gutter.size()
	y := top + headerH
	for i := range b.bands {
		bd := &b.bands[i]
		head := y
		if bd.named {
			y += groupH
		}
		for r := range bd.rows + 1 {
			g := b.gaps[bd.first+r]
			g.lo = y
			y += g.size()
			if r == bd.rows {
				break
			}
			for _, gr := range bd.groups {
				for k := r * gr.width; k < min((r+1)*gr.width, len(gr.nodes)); k++ {
					l.nodes[gr.nodes[k]] = rect{x + float64(gr.column+k%gr.width)*(l.nodeW+l.columnGap), y, l.nodeW, nodeH}
				}
			}
			y += nodeH
		}
		for j := range bd.groups {
			gr := &bd.groups[j]
			gr.area = rect{x + float64(gr.column)*(l.nodeW+l.columnGap), head, float64(gr.width)*(l.nodeW+l.columnGap) - l.columnGap, y - head}
		}
	}
	w := float64(b.columns)*(l.nodeW+l.columnGap) - l.columnGap
	b.area = rect{left, top, x - left + w + boxPad, y - top + 4}
}
