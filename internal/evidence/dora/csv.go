package dora

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// head are the columns of the export: a line for every cell of the register. report is
// the value as the reporting taxonomy writes it.
var head = []string{"template", "column", "name", "row", "record", "value", "report", "status", "text", "question", "sources"}

// writeCSV writes the register as one table of cells. Templates have different columns,
// and no row of one is complete before people answer: a file for each would be a package
// that no supervisor accepts, with nothing to tell a blank from a fact.
func writeCSV(w io.Writer, c *evidence.Case, language string) error {
	b, err := evidence.NewBuilder(c, "dora", language, messages)
	if err != nil {
		return err
	}
	r := newRegister(b)
	r.make()
	d, err := b.Document()
	if err != nil {
		return err
	}
	var out [][]string
	for _, t := range templates {
		for i, x := range r.of(t.code) {
			for k, name := range t.columns {
				c := x.cells[number(k)]
				out = append(out, append([]string{t.code, t.code + "." + number(k), label(b, name), strconv.Itoa(i + 1), x.key, c.value, reported(name, c.value)}, said(d, c.said)...))
			}
		}
	}
	for i, s := range r.strays {
		out = append(out, append([]string{"", "", b.Word("part.strays"), strconv.Itoa(i + 1), string(s.Subject), "", ""}, said(d, r.stray(s))...))
	}
	if _, err := b.Document(); err != nil {
		return err
	}
	return evidence.CSV(w, head, out)
}

// said is how a sentence came to be, its text, the id of its question, and its sources.
func said(d *evidence.Document, s evidence.Sentence) []string {
	id := ""
	if s.Asking != nil {
		id = s.Asking.ID
	}
	var sources []string
	for _, n := range s.Sources {
		sources = append(sources, d.Sources[n-1].At)
	}
	slices.Sort(sources)
	return []string{string(s.Manner), s.Text, id, strings.Join(slices.Compact(sources), "; ")}
}
