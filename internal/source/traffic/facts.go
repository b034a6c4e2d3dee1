package traffic

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// facts writes what the unit has added up, in an order that is always the same.
func (u *unit) facts(out *graph.Facts) {
	type seen struct {
		key
		*sum
	}
	all := make([]seen, 0, len(u.flows))
	for k, s := range u.flows {
		all = append(all, seen{k, s})
	}
	slices.SortFunc(all, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.purpose, b.purpose), cmp.Compare(a.model, b.model), cmp.Compare(a.class, b.class), weight(b.sum, a.sum), cmp.Compare(a.medium, b.medium))
	})
	for i := 0; i < len(all); {
		best, j := all[i], i+1
		// Several media may have seen the same: the one that tells most counts.
		for ; j < len(all) && same(all[j].key, best.key); j++ {
			best.more(all[j].sum)
		}
		f := graph.Flow{From: graph.Address(best.from), To: graph.Address(best.to), State: graph.Observed, Purpose: best.purpose, Model: best.model,
			Via: best.via, Root: u.root, Origin: best.origin}
		if best.class != "" {
			f.Data = []graph.ClassID{best.class}
		}
		best.atLeastOne()
		best.lookedUp()
		t := best.Traffic
		f.Traffic = &t
		if best.to == "" {
			f.Unknown = cmp.Or(t.Incomplete, "the record does not say where to")
		}
		out.Flows = append(out.Flows, f)
		i = j
	}
	out.Asides = append(out.Asides, u.besides()...)
}

// besides are the sums of what is no flow.
func (u *unit) besides() []graph.Aside {
	var out []graph.Aside
	for k, s := range u.asides {
		out = append(out, graph.Aside{What: k.what, Via: s.via, Traffic: s.Traffic, Root: u.root, Origin: s.origin})
	}
	slices.SortFunc(out, func(a, b graph.Aside) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Via, b.Via)) })
	return out
}

// same reports whether two media may have seen the same.
func same(a, b key) bool {
	a.medium, b.medium = "", ""
	return a == b
}

// atLeastOne counts the connection that bytes prove, where the medium counts bytes
// alone or only one direction was logged.
func (s *sum) atLeastOne() {
	if s.Count == 0 && (s.Sent > 0 || s.Received > 0 || s.seen) {
		s.Count = 1
	}
}

// lookedUp says of a name that was asked for, and of which no traffic was seen,
// that this is all.
func (s *sum) lookedUp() {
	if s.asked > 0 && s.Count == 0 {
		s.Incomplete = join(s.Incomplete, fmt.Sprintf("a DNS log shows that the name was looked up (%d×), and not what was sent", s.asked))
	}
}

// weight orders what tells more: bytes, then connections.
func weight(a, b *sum) int {
	if a.HasBytes != b.HasBytes {
		if a.HasBytes {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Sent+a.Received, b.Sent+b.Received), cmp.Compare(a.Count, b.Count))
}

// more takes from another medium what this one does not know.
func (s *sum) more(o *sum) {
	s.window(o.First, o.Last)
	s.Name = cmp.Or(s.Name, o.Name)
	s.Blocked = max(s.Blocked, min(o.Blocked, s.Count))
	if s.Count == 0 {
		s.Count, s.Blocked = o.Count, o.Blocked
	}
	s.asked = logs.Plus(s.asked, o.asked)
	if o.Incomplete != "" {
		s.Incomplete = join(s.Incomplete, o.Incomplete)
	}
}
