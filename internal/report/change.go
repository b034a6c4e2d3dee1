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
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// mostRows bounds a table of a comment: forges take 64 KiB.
const mostRows = 60

// Change writes a flow diff as Markdown, for a comment on a change.
func Change(w io.Writer, c *finding.Change) error {
	m := &comment{bufio.NewWriter(w)}
	m.f("## Data flows against %s\n\n", code(c.Base))
	switch {
	case c.Verdict == finding.VerdictViolation:
		m.f("**Something new is outside of the perimeter.**\n\n")
	case c.Verdict == finding.VerdictUndecided:
		m.f("**Of something new it is not established whether it is inside of the perimeter.**\n\n")
	default:
		m.f("Nothing new is outside of the perimeter.\n\n")
	}
	if c.Empty() {
		m.f("No flow, recipient, country, operator, model or key differs.\n\n")
	}
	for _, name := range c.Crossings {
		m.f("- ✕ %s leaves the perimeter\n", code(name))
	}
	if len(c.Crossings) > 0 {
		m.f("\n")
	}
	m.things("Flows", "flow", &c.Flows)
	m.things("Recipients", "recipient", &c.Recipients)
	m.countries(&c.Countries)
	m.things("Operators", "operator", &c.Operators)
	m.things("Models", "model", &c.Models)
	m.things("Keys", "asset", &c.Keys)
	m.findings(c.Findings)
	m.f("This is evidence, not legal advice.\n")
	return m.Flush()
}

// A comment is a flow diff in the making.
type comment struct{ *bufio.Writer }

func (m *comment) f(format string, args ...any) { fmt.Fprintf(m, format, args...) }

// table writes rows, and how many are left out.
func (m *comment) table(head []string, rows [][]string) {
	m.f("| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)))
	for _, r := range rows[:min(len(rows), mostRows)] {
		m.f("| %s |\n", strings.Join(r, " | "))
	}
	m.f("\n")
	if n := len(rows) - mostRows; n > 0 {
		m.f("And %d more: `--format json` has all.\n\n", n)
	}
}

// things are those of one kind that differ; one is what the rows name.
func (m *comment) things(what, one string, d *finding.Delta) {
	if d.Empty() {
		return
	}
	var rows [][]string
	for _, t := range d.New {
		rows = append(rows, []string{"new", code(t.Name), known(t.Is), cell(t.Origin.At())})
	}
	for _, t := range d.Changed {
		rows = append(rows, []string{"changed", code(t.Name), altered(&t), cell(t.Origin.At())})
	}
	for _, t := range d.Gone {
		rows = append(rows, []string{"gone", code(t.Name), known(t.Is), cell(t.Origin.At())})
	}
	m.f("### %s\n\n", what)
	m.table([]string{"", one, "what is known", "read in"}, rows)
}

// countries are those that are new and gone, in a row for each line that they were read in.
func (m *comment) countries(d *finding.Delta) {
	if d.Empty() {
		return
	}
	var rows [][]string
	add := func(state string, list []finding.Thing) {
		var order []graph.Origin
		names := map[graph.Origin][]string{}
		for _, t := range list {
			if names[t.Origin] == nil {
				order = append(order, t.Origin)
			}
			names[t.Origin] = append(names[t.Origin], code(t.Name))
		}
		for _, at := range order {
			rows = append(rows, []string{state, strings.Join(names[at], ", "), cell(at.At())})
		}
	}
	add("new", d.New)
	add("gone", d.Gone)
	m.f("### Countries\n\n")
	m.table([]string{"", "country", "read in"}, rows)
}

// findings are those that are new, those that are gone, and what cannot be read.
func (m *comment) findings(d *finding.Difference) {
	if len(d.New) > 0 {
		var rows [][]string
		for i := range d.New {
			x := &d.New[i]
			rows = append(rows, []string{string(x.Status), cell(string(x.Rule)), code(string(x.Subject)), cell(clip(x.Message, markdownCell))})
		}
		m.f("### New findings\n\n")
		m.table([]string{"status", "rule", "subject", "why"}, rows)
	}
	if n := len(d.Gone); n > 0 {
		var rows [][]string
		for i := range d.Gone {
			x := &d.Gone[i]
			rows = append(rows, []string{string(x.Status), cell(string(x.Rule)), code(string(x.Subject))})
		}
		m.f("<details><summary>Findings that are gone: %d</summary>\n\n", n)
		m.table([]string{"status", "rule", "subject"}, rows)
		m.f("</details>\n\n")
	}
	if len(d.Problems) == 0 {
		return
	}
	m.f("### What is new and cannot be read, or is not understood\n\n")
	for _, p := range d.Problems[:min(len(d.Problems), mostRows)] {
		m.f("- %s: %s\n", code(p.Origin.At()), cell(p.Message))
	}
	if n := len(d.Problems) - mostRows; n > 0 {
		m.f("- and %d more: `--format json` has all\n", n)
	}
	m.f("\n")
}

// known are the words about a thing, in the order of their names.
func known(is map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(is)) {
		out = append(out, cell(k+": "+short(is[k])))
	}
	return strings.Join(out, "<br>")
}

// altered are the words that differ. An arrow would read like one of a flow.
func altered(t *finding.Altered) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(t.Is)) {
		out = append(out, cell(k+": was "+cmp.Or(short(t.Was[k]), "none")+"; is "+cmp.Or(short(t.Is[k]), "none")))
	}
	return strings.Join(out, "<br>")
}

// mostWords bounds a list in a cell: a region that is a union of countries has 34.
const mostWords = 8

// short is a list of words with the first few; that something is not known is
// among those, wherever it stands.
func short(said string) string {
	words := finding.Words(said)
	if len(words) <= mostWords {
		return said
	}
	out := slices.Clone(words[:mostWords])
	left := words[mostWords:]
	if slices.Contains(left, finding.NotKnown) {
		out = append(out, finding.NotKnown)
		left = left[1:]
	}
	return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), len(left))
}
