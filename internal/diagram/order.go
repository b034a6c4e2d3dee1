package diagram

import "slices"

// order puts boxes that speak with each other side by side, within their
// strip: few boxes, so neighbours are swapped while that makes edges shorter.
func (l *layout) order() {
	slices.SortStableFunc(l.boxes, func(a, b *box) int {
		if s, t := stripOf(a.lane), stripOf(b.lane); s != t {
			return s - t
		}
		return len(b.nodes) - len(a.nodes)
	})
	n := len(l.boxes)
	weight := make([][]float64, n)
	for i := range weight {
		weight[i] = make([]float64, n)
		l.boxes[i].index = i
	}
	for i := range l.m.Edges {
		e := &l.m.Edges[i]
		from, to, ok := l.ends(e)
		if !ok {
			continue
		}
		a, b := l.boxOf[l.m.Nodes[from].Lane], l.boxOf[l.m.Nodes[to].Lane]
		if a != b {
			weight[a.index][b.index]++
			weight[b.index][a.index]++
		}
	}
	pos := make([]float64, n)
	places := func() {
		x := 0.0
		for i, b := range l.boxes {
			if i > 0 && stripOf(b.lane) != stripOf(l.boxes[i-1].lane) {
				x = 0
			}
			w := float64(min(len(b.nodes), 3))
			pos[b.index] = x + w/2
			x += w + 0.3
		}
	}
	cost := func() (sum float64) {
		places()
		for i := range n {
			for j := range i {
				sum += weight[i][j] * max(pos[i]-pos[j], pos[j]-pos[i])
			}
		}
		return sum
	}
	best := cost()
	for range 4 {
		better := false
		for i := 0; i+1 < n; i++ {
			if stripOf(l.boxes[i].lane) != stripOf(l.boxes[i+1].lane) {
				continue
			}
			l.boxes[i], l.boxes[i+1] = l.boxes[i+1], l.boxes[i]
			if c := cost(); c < best-1e-9 {
				best, better = c, true
				continue
			}
			l.boxes[i], l.boxes[i+1] = l.boxes[i+1], l.boxes[i]
		}
		if !better {
			break
		}
	}
	for i, b := range l.boxes {
		b.index = i
	}
}

// ends are the nodes of an edge; an edge whose ends are not drawn is not drawn.
func (l *layout) ends(e *Edge) (from, to int, ok bool) {
	from, ok = l.index[e.From]
	if !ok || l.boxOf[l.m.Nodes[from].Lane] == nil {
		return 0, 0, false
	}
	to, ok = l.index[e.To]
	return from, to, ok && from != to && l.boxOf[l.m.Nodes[to].Lane] != nil
}
