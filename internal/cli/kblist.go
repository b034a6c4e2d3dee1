package cli

import "fmt"

// A kbList is a list of address ranges that a provider publishes, as embedded.
type kbList struct {
	Name     string `json:"name"`
	Ranges   int    `json:"ranges"`
	Source   string `json:"source"`
	Licence  string `json:"licence"`
	AsOf     string `json:"as_of"`
	ReviewBy string `json:"review_by"`
}

// writeLists writes one line a list: what it is, its size, its day, where it
// was read and under which licence.
func writeLists(e *env, lists []kbList) {
	for _, l := range lists {
		fmt.Fprintf(e.out, "%-33s %6d ranges of %s, from %s (%s), to review by %s\n", l.Name, l.Ranges, l.AsOf, l.Source, l.Licence, l.ReviewBy)
	}
}
