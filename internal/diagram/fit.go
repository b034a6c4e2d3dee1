package diagram

import "slices"

// Fit lays a map out for a page, such that its texts are as large as they can be
// there. Scale is what a pixel of the drawing is in the unit of w and h.
func Fit(m *Map, w, h float64) (d *Drawing, scale float64) {
	tried := 12 // of the best plans, whose streets are not counted in what they cost
	if len(m.Edges) > 100 {
		tried = 4
	}
	cost := func(widest, total float64) float64 { return max(widest/w, (total+footing)/h) }
	plans := begin(m, onPaper).plans(paperWidths, cost)
	if len(plans) == 0 {
		plans = []plan{{}} // of an empty map
	}
	for _, p := range plans[:min(len(plans), tried)] {
		l := begin(m, onPaper)
		l.adopt(&p)
		l.finish()
		if s := min(w/l.width, h/l.height); s > scale {
			d, scale = &Drawing{l}, s
		}
	}
	return d, scale
}

// paperWidths are the widths that are tried for paper.
var paperWidths = []float64{620, 700, 760, 830, 900, 1000, 1120, 1240, 1350, 1500, 1800, 2200, 2800}

// Cut divides a map into parts that keep all nodes and edges, by the lanes that
// flows lead to: each edge is drawn once, in the part of its end, and what it comes
// from stands in every part that needs it. No part has more nodes than given, but
// for at least one edge.
func Cut(m *Map, most int) []*Map {
	type piece struct{ node, edge int } // edge -1: a node that no edge leads to
	lanes := map[string]int{}
	for i := range m.Lanes {
		lanes[m.Lanes[i].ID] = i
	}
	ids := named(m)
	var pieces []piece
	reached := make([]bool, len(m.Nodes))
	for i := range m.Edges {
		if from, to, ok := ids.ends(&m.Edges[i]); ok {
			pieces = append(pieces, piece{to, i})
			reached[from], reached[to] = true, true
		}
	}
	for i := range m.Nodes {
		if !reached[i] {
			pieces = append(pieces, piece{i, -1})
		}
	}
	lane := func(p piece) int { return lanes[m.Nodes[p.node].Lane] }
	slices.SortStableFunc(pieces, func(a, b piece) int {
		if d := lane(a) - lane(b); d != 0 {
			return d
		}
		return a.node - b.node
	})
	var out []*Map
	in := map[int]bool{}
	var edges []int
	flush := func() {
		if len(in) > 0 {
			out = append(out, m.part(in, edges))
		}
		in, edges = map[int]bool{}, nil
	}
	for _, p := range pieces {
		needs := []int{p.node}
		if p.edge >= 0 {
			needs = append(needs, ids.index[m.Edges[p.edge].From])
		}
		more := 0
		for _, n := range needs {
			if !in[n] {
				more++
			}
		}
		if len(in) > 0 && len(in)+more > most {
			flush()
		}
		for _, n := range needs {
			in[n] = true
		}
		if p.edge >= 0 {
			edges = append(edges, p.edge)
		}
	}
	flush()
	return out
}

// part is a map with some of the nodes and edges, in their order.
func (m *Map) part(in map[int]bool, edges []int) *Map {
	p := *m
	p.Nodes, p.Edges = nil, nil
	for i := range m.Nodes {
		if in[i] {
			p.Nodes = append(p.Nodes, m.Nodes[i])
		}
	}
	slices.Sort(edges)
	for _, i := range edges {
		p.Edges = append(p.Edges, m.Edges[i])
	}
	return &p
}
