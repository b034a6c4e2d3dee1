package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
)

var columns = []string{"repository", ".tf", "blocks", "in text", "absent", "rows", "partial", "inert", "unknown type", "problems", "pass", "fail", "undecided", "CPU s", "peak MiB"}

func (r *row) cells() []string {
	if r.Error != "" {
		return []string{r.Name, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", fmt.Sprintf("%.2f", r.CPU), r.Error}
	}
	unknown := fmt.Sprint(r.Unknown)
	if r.Blocks > 0 && r.Unknown > 0 {
		unknown += fmt.Sprintf(" (%.1f %%)", 100*float64(r.Unknown)/float64(r.Blocks))
	}
	out := []string{r.Name}
	for _, n := range []int{r.Files, r.Blocks, r.Written, r.Absent, r.Rows, r.Partial, r.Inert} {
		out = append(out, fmt.Sprint(n))
	}
	out = append(out, unknown)
	for _, n := range []int{r.Problems, r.Pass, r.Fail, r.Undecided} {
		out = append(out, fmt.Sprint(n))
	}
	return append(out, fmt.Sprintf("%.2f", r.CPU), fmt.Sprintf("%.0f", r.PeakMiB))
}

// total adds the rows up; its memory is that of the largest.
func total(rows []row) row {
	t := row{Name: "all", Types: map[string]int{}}
	for i := range rows {
		r := &rows[i]
		for _, p := range []struct{ sum, n *int }{
			{&t.Files, &r.Files}, {&t.Written, &r.Written}, {&t.Blocks, &r.Blocks}, {&t.Absent, &r.Absent}, {&t.Rows, &r.Rows},
			{&t.Partial, &r.Partial}, {&t.Inert, &r.Inert}, {&t.Unknown, &r.Unknown}, {&t.Problems, &r.Problems},
			{&t.Pass, &r.Pass}, {&t.Fail, &r.Fail}, {&t.Undecided, &r.Undecided},
		} {
			*p.sum += *p.n
		}
		for typ, n := range r.Types {
			t.Types[typ] += n
		}
		t.CPU += r.CPU
		t.PeakMiB = max(t.PeakMiB, r.PeakMiB)
	}
	return t
}

// write prints the table, and below it the types that no dialect knows.
func write(w io.Writer, format string, rows []row) error {
	sum := total(rows)
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintln(&text, strings.Join(cells, "\t")+"\t") }
	var end func() error
	if format == "markdown" {
		line = func(cells []string) { fmt.Fprintln(&text, "| "+strings.Join(cells, " | ")+" |") }
		end = func() error { _, err := io.WriteString(w, text.String()); return err }
	} else {
		end = func() error {
			tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
			if _, err := io.WriteString(tw, text.String()); err != nil {
				return err
			}
			return tw.Flush()
		}
	}
	line(columns)
	if format == "markdown" {
		line(strings.Split("---"+strings.Repeat(" ---:", len(columns)-1), " "))
	}
	for i := range rows {
		line(rows[i].cells())
	}
	line(sum.cells())
	if err := end(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nTypes that no dialect knows, most blocks first: %s.\n", corpora.Frequent(sum.Types, 40))
	return err
}
