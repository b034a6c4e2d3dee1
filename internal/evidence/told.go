package evidence

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// told are the countries that something better than a claim tells, by role.
type told map[graph.Role][]graph.Country

func (t *told) add(p graph.Place) {
	if graph.Weakest(p.Confidence, graph.Claimed) == p.Confidence {
		return
	}
	if *t == nil {
		*t = told{}
	}
	(*t)[p.Role] = union((*t)[p.Role], p.Countries)
}

// only are those of some countries that nothing but a claim tells, for roles; no
// roles are all.
func (t told) only(countries []graph.Country, roles ...graph.Role) []graph.Country {
	var firm []graph.Country
	for role, some := range t {
		if len(roles) == 0 || slices.Contains(roles, role) {
			firm = append(firm, some...)
		}
	}
	return without(countries, firm)
}

// Claims are the countries of which nothing but a claim says that the recipient keeps
// data there, and those of which that is so of computing.
func (r *Recipient) Claims() (stored, processed []graph.Country) {
	return r.told.only(r.Stored, graph.Storage, graph.Backup), r.told.only(r.Processed, graph.Processing)
}

// Placed names countries; claimed are those of them that are only claimed, and open
// says that there are places which nobody established.
func (b *Builder) Placed(countries, claimed []graph.Country, open bool) string {
	var out []string
	firm := without(countries, claimed)
	if len(firm) > 0 {
		out = append(out, b.Countries(firm))
	}
	if len(claimed) > 0 && !slices.Contains(firm, graph.Anywhere) {
		out = append(out, b.text("part.only_claimed", Values{"what": b.Countries(claimed)}))
	}
	switch {
	case len(out) == 0:
		return b.Word("unknown")
	case open:
		out = append(out, b.Word("part.elsewhere"))
	}
	return strings.Join(out, "; ")
}

// Third names the third countries of a crossing.
func (b *Builder) Third(x *Crossing) string {
	return b.Placed(x.Countries, intersection(x.Countries, x.Claimed), x.Open)
}

func without(all, some []graph.Country) []graph.Country {
	return slices.DeleteFunc(slices.Clone(all), func(k graph.Country) bool { return slices.Contains(some, k) })
}

func intersection(a, b []graph.Country) []graph.Country { return without(a, without(a, b)) }
