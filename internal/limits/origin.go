package limits

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Origins reports whether it is asked who makes the components of software: where
// a class limits makers, or the perimeter denies countries or entities.
func (l *Limits) Origins() bool { return len(l.Makers) > 0 || len(l.book.denied()) > 0 }

// Origin holds who makes a component against the limits.
func (l *Limits) Origin(o *graph.Operator) Answer {
	switch {
	case !l.Origins():
		return NotAsked
	case o == nil || o.Entity == "":
		return Unsure
	case len(l.Makers) > 0:
		answer, _ := worst(l.Makers, func(a *Allow) (Answer, string) { return a.hold(o) })
		if answer == Inside && !o.Confidence.Firm() {
			return Unsure // allowed by its name, and that it makes this is only claimed
		}
		return answer
	case slices.ContainsFunc(l.Operators, func(a Allow) bool { return a.denies(o) }):
		return Outside
	case !o.Confidence.Firm():
		return Unsure
	}
	return Inside
}

// denies reports whether a list denies an entity: by its name, by its country, or
// by those of who controls it.
func (a *Allow) denies(o *graph.Operator) bool {
	return a.Denied[o.Entity] || a.DeniedIn[o.Seat] ||
		slices.ContainsFunc(o.Control, func(c graph.Controller) bool { return a.Denied[c.Entity] || a.DeniedIn[c.Country] })
}
