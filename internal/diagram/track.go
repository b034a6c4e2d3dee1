package diagram

import (
	"cmp"
	"slices"
)

// A visit is one trunk's way along a street.
type visit struct {
	trunk  *trunk
	lo, hi float64 // along the street
	turns  []turn
	track  int
}

// A turn is where a trunk leaves the street, and to which side: -1 is up or left.
type turn struct {
	at   float64
	side int
}

// enter notes that a trunk runs along the street between two points.
func (s *street) enter(t *trunk, a, b turn) {
	i := slices.IndexFunc(s.visits, func(v visit) bool { return v.trunk == t })
	if i < 0 {
		i = len(s.visits)
		s.visits = append(s.visits, visit{trunk: t, lo: a.at, hi: a.at})
	}
	v := &s.visits[i]
	v.lo, v.hi = min(v.lo, a.at, b.at), max(v.hi, a.at, b.at)
	v.turns = append(v.turns, a, b)
}

// clearance is how far two trunks on one track stay apart.
const clearance = 12.0

func (v *visit) meets(o *visit) bool { return v.lo-clearance < o.hi && o.lo-clearance < v.hi }

// crossings counts how often two visits cross when v has the lower track.
func crossings(v, o *visit) (n int) {
	for _, t := range v.turns {
		if t.side > 0 && o.lo < t.at && t.at < o.hi {
			n++
		}
	}
	for _, t := range o.turns {
		if t.side < 0 && v.lo < t.at && t.at < v.hi {
			n++
		}
	}
	return n
}

// assign gives each visit a track: those that would overlap have different
// ones, in the order in which they cross least.
func (s *street) assign() {
	vs := s.visits
	slices.SortStableFunc(vs, func(a, b visit) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	for range 6 {
		swapped := false
		for i := 0; i+1 < len(vs); i++ {
			if crossings(&vs[i+1], &vs[i]) < crossings(&vs[i], &vs[i+1]) {
				vs[i], vs[i+1] = vs[i+1], vs[i]
				swapped = true
			}
		}
		if !swapped {
			break
		}
	}
	s.tracks = 0
	for i := range vs {
		vs[i].track = s.lowest(i)
		s.tracks = max(s.tracks, vs[i].track+1)
	}
}

// lowest is the lowest track for visit i: free where it runs, and behind those
// before it that would cross it more often otherwise.
func (s *street) lowest(i int) int {
	v, least := &s.visits[i], 0
	var taken []int
	for j := range i {
		o := &s.visits[j]
		if !v.meets(o) {
			continue
		}
		taken = append(taken, o.track)
		if crossings(o, v) < crossings(v, o) {
			least = max(least, o.track+1)
		}
	}
	for slices.Contains(taken, least) {
		least++
	}
	return least
}

// of is where a trunk runs in the street.
func (s *street) of(t *trunk) float64 {
	for i := range s.visits {
		if s.visits[i].trunk == t {
			return s.at(s.visits[i].track)
		}
	}
	return s.lo + s.size()/2
}
