// Package enforce has what every target shares: a target turns bounds into the
// native guardrails of one system that can refuse. Each has a folder of its own
// here, and a line in internal/enforce/all.
//
// A target is deterministic: the same bounds give the same bytes. What it cannot
// hold it says, as an error that names the clause; it never writes a weaker
// constraint instead.
package enforce

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Target is one system that can refuse.
type Target struct {
	Name  string
	Title string // what it writes, for the list
	// Holds are the rules whose breach it makes impossible, in its system.
	Holds []graph.RuleID
	Write func(*bounds.Bounds) ([]File, error)
}

// A File is one that a target writes. Its name is relative, with slashes.
type File struct {
	Name string
	Data []byte
}

// An Unmet is a clause of the perimeter that a target cannot express.
type Unmet struct {
	Clause string // as the perimeter writes it: spec.data.prompts.keys
	Why    string // and what to do instead
}

func (u *Unmet) Error() string { return fmt.Sprintf("%s cannot be held here: %s", u.Clause, u.Why) }

// Header says from where a file comes, in lines for comments of its language:
// what it is, the digests, and the requirements that it serves.
func Header(b *bounds.Bounds, title string, holds ...graph.RuleID) []string {
	out := []string{
		fmt.Sprintf("%s, for the perimeter %s.", title, OneLine(b.Perimeter.Name)),
		"Written by bailiwick enforce; change the perimeter and write it again instead of editing.",
		"",
		"perimeter: " + b.Perimeter.Digest,
		"knowledge: " + b.KB.Digest,
		"law of:    " + b.At,
		"data:      " + b.ClassNames(),
		"inside:    " + b.Limits.Places.String(),
	}
	for _, id := range holds {
		line := "holds:     " + string(id)
		if cited := b.Cited(id); len(cited) > 0 {
			line += " (" + Requirements(cited) + ")"
		}
		out = append(out, line)
	}
	return out
}

// OneLine makes a name one line that can stand in a comment: a perimeter's is
// whatever somebody wrote.
func OneLine(s string) string {
	print := func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}
	return strings.Join(strings.Fields(strings.Map(print, s)), " ")
}

// Requirements words requirement ids.
func Requirements(ids []graph.RequirementID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

// Comment writes lines as comments that begin so.
func Comment(mark string, lines []string) string {
	var s strings.Builder
	for _, l := range lines {
		s.WriteString(strings.TrimRight(mark+" "+l, " "))
		s.WriteByte('\n')
	}
	return s.String()
}
