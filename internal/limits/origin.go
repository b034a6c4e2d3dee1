package limits

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Origins reports whether it is asked who makes the components of software: where
// a class limits makers, or the perimeter denies countries or entities.
func (l *Limits) Origins() bool { return len(l.Makers) > 0 || len(l.book.denied()) > 0 }

// Origin holds who makes a component against the limits; why is a sentence.
func (l *Limits) Origin(o *graph.Operator) (Answer, string) {
	switch {
	case !l.Origins():
		return NotAsked, ""
	case o == nil || o.Entity == "":
		return Unsure, "who makes it is not known"
	case len(l.Makers) > 0:
		return worst(l.Makers, func(a *Allow) (Answer, string) { return a.hold(o) })
	}
	for i := range l.Operators {
		if why := l.Operators[i].denies(o); why != "" {
			return Outside, why
		}
	}
	if !o.Confidence.Firm() {
		return Unsure, fmt.Sprintf("that %s makes it is only claimed", name(o))
	}
	return Inside, ""
}

// denies says why a list denies an entity: by its name, by its country, or by
// those of who controls it. "" when it does not.
func (a *Allow) denies(o *graph.Operator) string {
	if a.Denied[o.Entity] {
		return fmt.Sprintf("%s is denied by name", name(o))
	}
	if a.DeniedIn[o.Seat] {
		return fmt.Sprintf("%s is seated in %s", name(o), o.Seat)
	}
	for _, c := range o.Control {
		if a.Denied[c.Entity] || a.DeniedIn[c.Country] {
			return fmt.Sprintf("%s is controlled by %s, %s", name(o), or(c.Name, string(c.Entity)), c.Country)
		}
	}
	return ""
}
