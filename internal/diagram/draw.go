package diagram

import "slices"

type point struct{ x, y float64 }

// A covered line is what a trunk has drawn along a street, or at a port.
type line struct {
	street *street
	port   port
}

type span struct{ lo, hi float64 }

// draw turns the ways of the edges into lines. What several edges of a trunk
// share is drawn once: dashes that lie upon each other are no dashes.
func (l *layout) draw() {
	for _, t := range l.trunks {
		covered := map[line][]span{}
		for _, e := range t.edges {
			from, to, _ := l.ends(&l.m.Edges[e])
			l.trace(t, e, from, to, covered)
			state := l.m.Edges[e].State
			if i := slices.IndexFunc(t.heads, func(h head) bool { return h.node == to }); i >= 0 {
				t.heads[i].state = moreReal(t.heads[i].state, state)
				continue
			}
			t.heads = append(t.heads, head{point{l.portX(t, port{to, true}), l.nodes[to].y}, to, state})
		}
	}
}

// trace draws the part of an edge that its trunk has not drawn yet.
func (l *layout) trace(t *trunk, e, from, to int, covered map[line][]span) {
	way := t.legs[e]
	out, in := port{from, false}, port{to, true}
	at := point{l.portX(t, out), l.nodes[from].bottom()}
	var chain []point
	flush := func() {
		if len(chain) > 1 {
			t.lines = append(t.lines, chain)
		}
		chain = nil
	}
	step := func(k line, to point) {
		vertical := at.x == to.x
		lo, hi := min(at.x, to.x), max(at.x, to.x)
		if vertical {
			lo, hi = min(at.y, to.y), max(at.y, to.y)
		}
		for _, s := range uncovered(covered[k], span{lo, hi}, forward(at, to)) {
			a, b := at, to
			if forward(at, to) {
				a, b = along(a, s.lo, vertical), along(b, s.hi, vertical)
			} else {
				a, b = along(a, s.hi, vertical), along(b, s.lo, vertical)
			}
			if len(chain) == 0 || chain[len(chain)-1] != a {
				flush()
				chain = append(chain, a)
			}
			chain = append(chain, b)
		}
		covered[k] = append(covered[k], span{lo, hi})
		at = to
	}
	for i, s := range way {
		// To the street, along what came before it.
		c := s.of(t)
		next := point{at.x, c}
		k := line{port: out}
		if s.vertical {
			next = point{c, at.y}
		}
		if i > 0 {
			k = line{street: way[i-1]}
		}
		step(k, next)
	}
	x := l.portX(t, in)
	step(line{street: way[len(way)-1]}, point{x, at.y})
	step(line{port: in}, point{x, l.nodes[to].y})
	flush()
}

func forward(a, b point) bool { return b.x > a.x || b.y > a.y }

func along(p point, at float64, vertical bool) point {
	if vertical {
		return point{p.x, at}
	}
	return point{at, p.y}
}

// uncovered is what of s the spans leave, in the direction of drawing.
func uncovered(spans []span, s span, forward bool) []span {
	left := []span{s}
	for _, c := range spans {
		var next []span
		for _, p := range left {
			if c.hi <= p.lo || c.lo >= p.hi {
				if p.hi > p.lo {
					next = append(next, p)
				}
				continue
			}
			if c.lo > p.lo {
				next = append(next, span{p.lo, c.lo})
			}
			if c.hi < p.hi {
				next = append(next, span{c.hi, p.hi})
			}
		}
		left = next
	}
	left = slices.DeleteFunc(left, func(p span) bool { return p.hi <= p.lo })
	slices.SortFunc(left, func(a, b span) int {
		if forward == (a.lo < b.lo) {
			return -1
		}
		return 1
	})
	return left
}
