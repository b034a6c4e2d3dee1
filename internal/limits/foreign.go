package limits

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// Foreign keeps those access laws that are foreign to the perimeter: laws of a
// country where some list of operators allows nobody to be seated. The law of
// an allowed country is no exposure there.
func (l *Limits) Foreign(laws []graph.LawID) []graph.LawID {
	if l.book == nil || len(laws) == 0 || len(l.Operators) == 0 {
		return laws
	}
	var out []graph.LawID
	for _, id := range laws {
		c := l.book.lawOf[id]
		for i := range l.Operators {
			if a := &l.Operators[i]; !a.Has(c) || a.DeniedIn[c] {
				out = append(out, id)
				break
			}
		}
	}
	return out
}
