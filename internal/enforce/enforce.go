// Package enforce has what every target shares: a target turns bounds into the
// native guardrails of one system that can refuse. Each has a folder of its own
// here, and a line in internal/enforce/all.
//
// A target is deterministic: the same bounds give the same bytes. What it cannot
// hold it says, as an error that names the clause; it never writes a weaker
// constraint instead.
package enforce

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

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

// NeverClear refuses a cloud that the perimeter tolerates only as long as it sees
// no clear text: whether data was encrypted before it came, nothing that the cloud
// offers can see. What says what that is there: "no policy of AWS".
func NeverClear(c *bounds.Cloud, what string) error {
	if c.Tolerance == nil || c.Tolerance.ClearText {
		return nil
	}
	return &Unmet{Clause: fmt.Sprintf("spec.operators.tolerate (%s, cleartext: never)", c.Tolerance.Operator),
		Why: what + " sees whether data was encrypted before it came; encrypt in the program (KEY-009 checks that), or tolerate it in-use"}
}

func (u *Unmet) Error() string { return fmt.Sprintf("%s cannot be held here: %s", u.Clause, u.Why) }

// Header says from where a file comes, in lines for comments of its language:
// what it is, the digests, and the requirements that it serves.
func Header(b *bounds.Bounds, title string, holds ...graph.RuleID) []string {
	out := []string{
		fmt.Sprintf("%s, for the perimeter %s.", title, Line(b.Perimeter.Name)),
		"Written by bailiwick enforce; change the perimeter and write it again instead of editing.",
		"",
		"perimeter: " + b.Perimeter.Digest,
		"knowledge: " + b.KB.Digest,
		"law of:    " + b.At,
		"data:      " + graph.Listed(b.Classes),
		"inside:    " + b.Limits.Places.String(),
	}
	for _, id := range holds {
		out = append(out, "holds:     "+Cite(b, id))
	}
	return out
}

// JSON writes a document for a person.
func JSON(doc any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return buf.Bytes(), err
}

// Title begins a block of Terraform: what it makes impossible, and whom that serves.
func Title(w *strings.Builder, b *bounds.Bounds, about string, holds []graph.RuleID) {
	fmt.Fprintf(w, "\n# %s.\n", Line(about))
	for _, id := range holds {
		fmt.Fprintf(w, "# %s\n", Cite(b, id))
	}
}

// Comment writes lines as comments that begin so.
func Comment(mark string, lines []string) string {
	var s strings.Builder
	for _, l := range lines {
		s.WriteString(strings.TrimRight(mark+" "+Line(l), " "))
		s.WriteByte('\n')
	}
	return s.String()
}

// Line makes a text safe for a comment of one line.
func Line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Cite words what a rule serves: "LOC-001: GDPR_ART_44".
func Cite(b *bounds.Bounds, id graph.RuleID) string {
	if cited := b.Cited(id); len(cited) > 0 {
		return string(id) + ": " + graph.Listed(cited)
	}
	return string(id)
}
