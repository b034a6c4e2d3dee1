package diagram

import (
	"cmp"
	"math"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A trunk is edges that share their tracks: those from one box to one node, so
// that lines which join lead to the same end. In a map with very many edges it is
// those from one box to another, of whatever state: the line is that of the most real,
// and each arrow that of the most real that ends there.
type trunk struct {
	key   trunkKey
	edges []int
	from  *box
	to    *box
	legs  map[int][]*street // by edge: the streets from port to port
	lines [][]point         // what is drawn
	heads []head            // where arrows end
	state graph.FlowState   // the most real of its edges
}

// A head is the end of an arrow.
type head struct {
	point
	node  int
	state graph.FlowState // the most real of the edges that end there
}

// realness orders states by how real they are.
var realness = map[graph.FlowState]int{graph.Declared: 1, graph.Planned: 2, "": 2, graph.Observed: 3}

func moreReal(a, b graph.FlowState) graph.FlowState {
	if realness[b] > realness[a] {
		return b
	}
	return a
}

type trunkKey struct {
	from, to int // boxes; to is a node in a fine map
	standing Standing
	state    graph.FlowState // in a fine map
}

// A port is where a trunk leaves or enters a node.
type port struct {
	node int
	in   bool
}

// route chooses the streets of every edge and gives the trunks their tracks.
func (l *layout) route() {
	l.trunks = l.bundle(true)
	if l.coarse = len(l.trunks) > l.finest; l.coarse {
		l.trunks = l.bundle(false)
	}
	for _, t := range l.trunks {
		t.legs = make(map[int][]*street, len(t.edges))
		start, goal := l.middles(t)
		for _, e := range t.edges {
			from, to, _ := l.ends(&l.m.Edges[e])
			t.legs[e] = l.way(from, to, start, goal)
		}
	}
	for _, t := range l.trunks {
		for _, e := range t.edges {
			l.visit(t, e)
		}
	}
	l.eachStreet(func(s *street) { s.assign() })
}

// middles are where, on the average, the edges of a trunk begin and end. The whole
// trunk chooses its streets by them, so that its edges join.
func (l *layout) middles(t *trunk) (start, goal float64) {
	for _, e := range t.edges {
		from, to, _ := l.ends(&l.m.Edges[e])
		start += l.nodes[from].x + l.nodeW/2
		goal += l.nodes[to].x + l.nodeW/2
	}
	n := float64(len(t.edges))
	return start / n, goal / n
}

func (l *layout) bundle(fine bool) []*trunk {
	at := map[trunkKey]*trunk{}
	var out []*trunk
	for i := range l.m.Edges {
		e := &l.m.Edges[i]
		from, to, ok := l.ends(e)
		if !ok {
			continue
		}
		a, b := l.cell[from].box, l.cell[to].box
		k := trunkKey{a.index, len(l.boxes) + to, e.Standing, e.State}
		if !fine {
			k.to, k.state = b.index, ""
		}
		t := at[k]
		if t == nil {
			t = &trunk{key: k, from: a, to: b, state: e.State}
			at[k] = t
			out = append(out, t)
		}
		t.edges, t.state = append(t.edges, i), moreReal(t.state, e.State)
	}
	return out
}

func (l *layout) eachStreet(f func(*street)) {
	for _, c := range l.corridors {
		f(c)
	}
	for _, s := range l.shelves {
		for _, c := range s.channels {
			f(c)
		}
		for _, b := range s.boxes {
			f(b.gutter)
			for _, g := range b.gaps {
				f(g)
			}
		}
	}
}

// way is the streets from one node to another: out below it, in above it.
func (l *layout) way(from, to int, start, goal float64) []*street {
	a, b := l.cell[from], l.cell[to]
	out, in := a.box.gaps[a.gap+1], b.box.gaps[b.gap]
	if a.box == b.box {
		if out == in {
			return []*street{out}
		}
		return []*street{out, a.box.gutter, in}
	}
	if a.box.shelf == b.box.shelf {
		s := l.shelves[a.box.shelf]
		left, right := a.box.slot, b.box.slot
		from, to := s.channels[a.box.slot+1], s.channels[b.box.slot]
		if left > right {
			from, to = s.channels[a.box.slot], s.channels[b.box.slot+1]
		}
		if from == to {
			return []*street{out, from, in}
		}
		k := a.box.shelf
		if in.lo-s.top > s.height/2+nodeH {
			k++
		}
		return []*street{out, from, l.corridors[k], to, in}
	}
	return l.between(a.box, b.box, out, in, start, goal)
}

// between goes from shelf to shelf, through channels only.
func (l *layout) between(a, b *box, out, in *street, start, goal float64) []*street {
	from := l.shelves[a.shelf].channels
	at := nearest(from[a.slot:a.slot+2], start, goal)
	way := []*street{out, at}
	step, k := 1, a.shelf
	if b.shelf < a.shelf {
		step = -1
	}
	for {
		corridor := k
		if step > 0 {
			corridor++
		}
		way = append(way, l.corridors[corridor])
		if k += step; k == b.shelf {
			break
		}
		at = nearest(l.shelves[k].channels, at.lo, goal)
		way = append(way, at)
	}
	return append(way, nearest(l.shelves[b.shelf].channels[b.slot:b.slot+2], at.lo, goal), in)
}

// nearest is the channel that is the least detour from one point to another.
func nearest(channels []*street, from, to float64) *street {
	best := channels[0]
	far := func(c *street) float64 { return math.Abs(c.lo-from) + math.Abs(c.lo-to) }
	for _, c := range channels[1:] {
		if far(c) < far(best) {
			best = c
		}
	}
	return best
}

// visit notes an edge in the streets that it runs through.
func (l *layout) visit(t *trunk, e int) {
	from, to, _ := l.ends(&l.m.Edges[e])
	way := t.legs[e]
	middle := func(s *street) float64 { return s.lo + s.size()/2 }
	for i, s := range way {
		// A gap is entered from the node above it and left to the node below it.
		a, b := turn{l.portX(t, port{from, false}), -1}, turn{l.portX(t, port{to, true}), 1}
		if i > 0 {
			a = turn{middle(way[i-1]), l.side(s, way, i-1, from, to)}
		}
		if i < len(way)-1 {
			b = turn{middle(way[i+1]), l.side(s, way, i+1, from, to)}
		}
		s.enter(t, a, b)
	}
}

// side is to which side of s the way goes on along its neighbour j: towards what
// comes after that, or to the node.
func (l *layout) side(s *street, way []*street, j, from, to int) int {
	k := 2*j - slices.Index(way, s) // the one behind the neighbour
	var there float64
	switch {
	case k < 0:
		there = l.nodes[from].x
	case k >= len(way):
		there = l.nodes[to].x
	default:
		there = way[k].lo
	}
	if there < s.lo {
		return -1
	}
	return 1
}

// portX is where a trunk leaves a node, in the left half of its lower edge, or
// enters it, in the right half of its upper edge: so that what leaves a node and
// what enters the one below never run on one line.
func (l *layout) portX(t *trunk, p port) float64 {
	n, i := 0, 0
	for _, other := range l.portsOf(p) {
		if other == t {
			i = n
		}
		n++
	}
	r := l.nodes[p.node]
	x := r.x + r.w*0.08
	if p.in {
		x = r.x + r.w*0.54
	}
	return x + r.w*0.38*float64(i+1)/float64(n+1)
}

// portsOf are the trunks at one side of a node, from left to right by where
// they come from or go to.
func (l *layout) portsOf(p port) []*trunk {
	if l.ports == nil {
		l.ports = map[port][]*trunk{}
		for _, t := range l.trunks {
			for _, e := range t.edges {
				from, to, _ := l.ends(&l.m.Edges[e])
				for _, p := range []port{{from, false}, {to, true}} {
					if ts := l.ports[p]; len(ts) == 0 || ts[len(ts)-1] != t {
						l.ports[p] = append(ts, t)
					}
				}
			}
		}
		for p, ts := range l.ports {
			slices.SortStableFunc(ts, func(a, b *trunk) int {
				if p.in {
					return cmp.Compare(a.from.area.x, b.from.area.x)
				}
				return cmp.Compare(a.to.area.x, b.to.area.x)
			})
		}
	}
	return l.ports[p]
}
