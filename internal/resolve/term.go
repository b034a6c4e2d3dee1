package resolve

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// licence is that of a family of weights; "" where none is recorded, or by a
// record that is only claimed.
func (r *Resolver) licence(m *kb.Model) string {
	if !m.Standing(r.at).Firm() {
		return ""
	}
	return m.Licence
}

// terms adds the clauses of a family's licence that are about weights of the
// name and withhold rights somewhere. Of several that ask the same the first
// counts: that of one model stands before what is said of all.
func (r *Resolver) terms(to []graph.Term, m *kb.Model, name string) []graph.Term {
	said := map[string]bool{}
	for i := range m.Terms {
		t := &m.Terms[i]
		if said[t.By] || !t.About(name) {
			continue
		}
		said[t.By] = true
		out := graph.Term{Family: m.ID, Clause: t.Clause, BySeat: t.By == "seat", Confidence: t.Standing(r.at), Countries: slices.Clone(t.Countries)}
		for _, b := range t.Blocs {
			out.Names = append(out.Names, b)
			if cs, err := r.kb.Expand(b, r.at); err == nil {
				out.Countries = append(out.Countries, cs...)
			}
		}
		for _, c := range t.Countries {
			out.Names = append(out.Names, string(c))
		}
		slices.Sort(out.Countries)
		out.Countries = slices.Compact(out.Countries)
		to = append(to, out)
	}
	return to
}
