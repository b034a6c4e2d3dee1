package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// rungs are those of the ladder of KEY-002, by grade.
var rungs = []string{
	"the provider's own key", "the customer's key in software of a provider", "the customer's key in hardware of a provider",
	"imported into a provider's service", "held by another entity, who is known, and it cannot leave", "only the customer has it",
}

// A line is a label and what it labels.
func line(w io.Writer, label, format string, args ...any) {
	fmt.Fprintf(w, "%-9s %s\n", label, finding.Tame(fmt.Sprintf(format, args...)))
}

// writeKey writes what is known of a key for a person.
func writeKey(w io.Writer, d *described) {
	s := &d.Statement
	line(w, "key", "%s", s.Key)
	if s.Provider != "" {
		line(w, "service", "%s", strings.TrimSpace(string(s.Provider)+" "+s.Region+" "+graph.Listed(s.Countries)))
	}
	line(w, "holder", "%s", known(string(s.Holder)))
	line(w, "made", "%s", known(string(s.Material)))
	line(w, "hardware", "%s", known(string(s.Hardware)))
	line(w, "can leave", "%s", known(string(s.Exportable)))
	line(w, "regions", "%s", map[keys.Answer]string{keys.Yes: "it is, or may be, in several", keys.No: "one"}[s.MultiRegion]+unknownOnly(s.MultiRegion))
	for _, e := range s.Evidence {
		line(w, "evidence", "%s, %d bytes of %s, %s (%s)", e.Name, len(e.Body), e.Media, s.Time.UTC().Format(time.RFC3339), s.Grade)
	}
	writeLadder(w, &d.Custody)
	for _, doc := range d.Documents {
		line(w, "document", "%s", doc)
	}
	if d.Verdict == "" {
		return
	}
	fmt.Fprintln(w)
	for _, c := range d.Classes {
		c.write(w)
	}
	line(w, "verdict", "%s", d.Verdict)
}

func known(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func unknownOnly(a keys.Answer) string {
	if a == keys.Yes || a == keys.No {
		return ""
	}
	return "unknown"
}

func writeLadder(w io.Writer, c *graph.Custody) {
	if c.Unknown != "" {
		line(w, "custody", "undecided: %s", c.Unknown)
	} else {
		line(w, "custody", "grade %d of 5 (%s)", c.Grade, c.Confidence)
	}
	for g := len(rungs) - 1; g >= 0; g-- {
		mark := " "
		if c.Unknown == "" && graph.Grade(g) == c.Grade {
			mark = ">"
		}
		line(w, "", "%s %d %s", mark, g, rungs[g])
	}
	for _, b := range c.Because {
		line(w, "because", "%s", b)
	}
}
