package terraform

import (
	"regexp"
	"strings"
)

// pattern writes codes as alternatives of a regular expression.
func pattern(s []string) string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = regexp.QuoteMeta(s[i])
	}
	return strings.Join(out, "|")
}
