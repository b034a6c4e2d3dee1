package corpora

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Frequent lists the first n of a count, most first.
func Frequent(types map[string]int, n int) string {
	names := make([]string, 0, len(types))
	for t := range types {
		names = append(names, t)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(-cmp.Compare(types[a], types[b]), cmp.Compare(a, b)) })
	var out []string
	for i, t := range names {
		if i == n {
			out = append(out, fmt.Sprintf("and %d more", len(names)-n))
			break
		}
		out = append(out, fmt.Sprintf("%s (%d)", t, types[t]))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
