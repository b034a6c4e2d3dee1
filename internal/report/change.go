package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Change writes a flow diff as Markdown, for a comment on a change.
func Change(w io.Writer, c *finding.Change) error {
	b := bufio.NewWriter(w)
	f := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	f("## Data flows against %s\n\n", code(c.Base))
	switch {
	case c.Verdict == finding.VerdictViolation:
		f("**Something new is outside of the perimeter.**\n\n")
	case c.Verdict == finding.VerdictUndecided:
		f("**Of something new it is not established whether it is inside of the perimeter.**\n\n")
	default:
		f("Nothing new is outside of the perimeter.\n\n")
	}
	if c.Empty() {
		f("No flow, recipient, country, operator, model or key differs.\n\n")
	}
	for _, name := range c.Crossings {
		f("- ✕ %s leaves the perimeter\n", code(name))
	}
	if len(c.Crossings) > 0 {
		f("\n")
	}
	for _, d := range []struct {
		what string
		*finding.Delta
	}{{"Flows", &c.Flows}, {"Recipients", &c.Recipients}, {"Countries", &c.Countries}, {"Operators", &c.Operators}, {"Models", &c.Models}, {"Keys", &c.Keys}} {
		if d.Empty() {
			continue
		}
		f("### %s\n\n| | %s | what is known | read in |\n|---|---|---|---|\n", d.what, strings.ToLower(strings.TrimSuffix(d.what, "s")))
		for _, t := range d.New {
			f("| new | %s | %s | %s |\n", code(t.Name), known(t.Is), cell(t.Origin.At()))
		}
		for _, t := range d.Changed {
			f("| changed | %s | %s | %s |\n", code(t.Name), altered(&t), cell(t.Origin.At()))
		}
		for _, t := range d.Gone {
			f("| gone | %s | %s | %s |\n", code(t.Name), known(t.Is), cell(t.Origin.At()))
		}
		f("\n")
	}
	if n := len(c.Findings.New); n > 0 {
		f("### New findings\n\n| status | rule | subject | why |\n|---|---|---|---|\n")
		for i := range c.Findings.New {
			x := &c.Findings.New[i]
			f("| %s | %s | %s | %s |\n", x.Status, cell(string(x.Rule)), code(string(x.Subject)), cell(x.Message))
		}
		f("\n")
	}
	if n := len(c.Findings.Gone); n > 0 {
		f("Findings that are gone: %d.\n\n", n)
	}
	for _, p := range c.Findings.Problems {
		f("- cannot be read any more: %s: %s\n", code(p.Origin.At()), cell(p.Message))
	}
	f("This is evidence, not legal advice.\n")
	return b.Flush()
}

// known are the words about a thing, in the order of their names.
func known(is map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(is)) {
		out = append(out, cell(k+": "+is[k]))
	}
	return strings.Join(out, "<br>")
}

func altered(t *finding.Altered) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(t.Is)) {
		out = append(out, cell(k+": "+cmp.Or(t.Was[k], "none")+" → "+cmp.Or(t.Is[k], "none")))
	}
	return strings.Join(out, "<br>")
}
