package kb

import (
	"slices"
	"strings"
)

// didYouMean returns ", did you mean X?" for the known name nearest to a wrong
// one, or the list of known names when none is near and they are few.
func didYouMean(name string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < at && d < max(len(name), 2) {
			best, at = k, d
		}
	}
	if best != "" {
		return "; did you mean " + best + "?"
	}
	if len(known) == 0 || len(known) > 40 {
		return ""
	}
	known = slices.Clone(known)
	slices.Sort(known)
	return "; known are " + strings.Join(known, ", ")
}

// distance is the number of single-character edits between two words.
func distance(a, b string) int {
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur := make([]int, len(b)+1)
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
		}
		prev = cur
	}
	return prev[len(b)]
}
