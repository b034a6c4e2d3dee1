package evidence

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// told is how well a recipient is known: that it runs something, and its countries, by
// role.
type told struct {
	run    bool                           // something better than a claim says that it runs something
	firm   map[graph.Role][]graph.Country // something better than a claim tells them
	pinned map[graph.Role][]graph.Country // of these, each the only one of a place
	open   map[graph.Role]bool            // some place is not known
}

func (t *told) add(o *graph.Operator, places []graph.Place) {
	if t.firm == nil {
		t.firm, t.pinned, t.open = map[graph.Role][]graph.Country{}, map[graph.Role][]graph.Country{}, map[graph.Role]bool{}
	}
	t.run = t.run || o != nil && o.Confidence.Firm()
	if len(places) == 0 {
		t.open[graph.Storage], t.open[graph.Processing] = true, true
	}
	for _, p := range places {
		switch {
		case len(p.Countries) == 0:
			t.open[p.Role] = true
		case p.Confidence.Firm():
			more(t.firm, p)
			if len(p.Countries) == 1 && p.Countries[0] != graph.Anywhere {
				more(t.pinned, p)
			}
		}
	}
}

// more adds the countries of a place. Most places tell what many before have told, so
// that is looked at first.
func more(to map[graph.Role][]graph.Country, p graph.Place) {
	had := to[p.Role]
	if slices.ContainsFunc(p.Countries, func(k graph.Country) bool { _, met := slices.BinarySearch(had, k); return !met }) {
		to[p.Role] = union(had, p.Countries)
	}
}

// Pinned are the countries in which a recipient is shown to play some role, each by a
// place that can be in no other country.
func (r *Recipient) Pinned(roles ...graph.Role) []graph.Country {
	return among(r.told.pinned, roles)
}

// OpenAt reports whether nobody knows of some place where a recipient plays a role.
func (r *Recipient) OpenAt(roles ...graph.Role) bool {
	return slices.ContainsFunc(roles, func(role graph.Role) bool { return r.told.open[role] })
}

// Claims are those of some countries of which nothing but a claim says that the
// recipient plays a role there; without roles, any.
func (r *Recipient) Claims(countries []graph.Country, roles ...graph.Role) []graph.Country {
	return without(countries, among(r.told.firm, roles))
}

func among(told map[graph.Role][]graph.Country, roles []graph.Role) []graph.Country {
	var out []graph.Country
	for role, countries := range told {
		if len(roles) == 0 || slices.Contains(roles, role) {
			out = union(out, countries)
		}
	}
	return out
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
