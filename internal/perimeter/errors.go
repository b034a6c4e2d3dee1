package perimeter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// An Error is one thing that is wrong with a perimeter. Its message says what
// a person can do next.
type Error struct {
	File    string // as the user would type it
	Line    int    // 1-based; 0 when the file as a whole is meant
	Message string
}

// Error returns "file:line: message".
func (e Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Errors is everything that is wrong with a perimeter, in the order of the
// file: a person mends a file once, not once for each error.
type Errors []Error

// Error returns one line for each error.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// maxErrors bounds how many errors are collected: who sees a hundred knows
// that the file is something else.
const maxErrors = 100

func (es Errors) sort() {
	slices.SortStableFunc(es, func(a, b Error) int { return cmp.Compare(a.Line, b.Line) })
}

// maxShown bounds the text of the file that a message repeats.
const maxShown = 60

// show quotes text of the file for a message.
func show(s string) string {
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// maxKnown bounds how many known words a message lists.
const maxKnown = 40

// suggest returns the tail of a message about a word that is not known: the
// one that was probably meant, and the known ones.
func suggest(word string, known []string) string {
	shown := known
	if len(known) > maxKnown {
		shown = append(slices.Clone(known[:maxKnown]), fmt.Sprintf("and %d more", len(known)-maxKnown))
	}
	list := "; known: " + strings.Join(shown, ", ")
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("; did you mean %q?%s", near, strings.Replace(list, ";", "", 1))
	}
	return list
}

// Suggest is the tail of a message about a word that is not among the known ones.
func Suggest(word string, known []string) string { return suggest(word, known) }

// Near is the known word that a typing error may have made word of, or "".
func Near(word string, known []string) string { return nearest(word, known) }

// nearest returns the known word that a typing error may have made word of,
// or "" when none is near.
func nearest(word string, known []string) string {
	if len(word) > maxShown || len(known) > 1000 {
		return "" // nobody wrote such a list by hand
	}
	best, at := "", 1+max(1, (len(word)+2)/3)
	for _, k := range known {
		if len(word) > 2 && strings.HasPrefix(k, word) {
			return k
		}
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); d < at {
			best, at = k, d
		}
	}
	return best
}
