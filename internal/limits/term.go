package limits

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Term holds a clause of a licence against where the weights are used, and against
// the countries that the perimeter allows: Outside when it gives no rights there.
// Where who uses them is seated no file says: a perimeter that allows only
// countries without rights leaves no seat that has them.
func (l *Limits) Term(t *graph.Term, places []graph.Place) Answer {
	withheld := func(c graph.Country) bool { return slices.Contains(t.Countries, c) }
	if !t.BySeat {
		settled := false
		for i := range places {
			p := &places[i]
			if p.Purpose != "" && p.Purpose != "inference" {
				continue
			}
			if slices.ContainsFunc(p.Countries, withheld) {
				return Outside
			}
			settled = p.Unknown == "" && p.Confidence.Firm() && len(p.Perhaps) == 0 && !slices.Contains(p.Countries, graph.Anywhere)
			if !settled {
				break
			}
		}
		if settled {
			return sure(t)
		}
	}
	with, without := 0, 0
	for c := range l.Places.Countries {
		if withheld(c) {
			without++
		} else {
			with++
		}
	}
	switch {
	case without == 0:
		return sure(t)
	case with == 0:
		return Outside
	}
	return Unsure
}

// sure is Inside, unless the clause is only claimed: what it says may be wrong.
func sure(t *graph.Term) Answer {
	if !t.Confidence.Firm() {
		return Unsure
	}
	return Inside
}
