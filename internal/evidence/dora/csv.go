package dora

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// head are the columns of the export: a line for every cell of the register. report is
// the number of the column in the reporting taxonomy.
var head = []string{"template", "column", "report", "name", "row", "record", "value", "status", "text", "question", "sources"}

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
				out = append(out, line(d, x, t.code+"."+number(k), strconv.Itoa(i+1), x.cells[number(k)], b.Word("column."+name)))
			}
		}
	}
	if _, err := b.Document(); err != nil {
		return err
	}
	return evidence.CSV(w, head, out)
}

// line is one cell of the register.
func line(d *evidence.Document, x *row, code, nth string, c cell, name string) []string {
	report, differs := reported[code]
	if !differs {
		report = code[len(code)-4:]
	}
	id := ""
	if c.said.Asking != nil {
		id = c.said.Asking.ID
	}
	var sources []string
	for _, n := range c.said.Sources {
		sources = append(sources, d.Sources[n-1].At)
	}
	slices.Sort(sources)
	return []string{x.template, code, report, name, nth, x.key, c.value, string(c.said.Manner), c.said.Text, id, strings.Join(slices.Compact(sources), "; ")}
}
