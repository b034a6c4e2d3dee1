package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// cells are the numbers that both tables have.
func (c *count) cells() []string {
	return []string{fmt.Sprint(c.Files), fmt.Sprint(c.Assets), share(c.UnknownTypes, c.Assets), fmt.Sprint(c.Flows), fmt.Sprint(c.Inside),
		share(c.UnknownEnds, c.Flows-c.Inside), fmt.Sprint(c.Packages), fmt.Sprint(c.Problems)}
}

var numbers = []string{"files", "assets", "of unknown type", "flows", "that stay inside", "of the others, to unknown ends", "packages", "problems"}

func share(n, of int) string {
	if n == 0 || of == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(of))
}

// write prints one table by source and one by repository, and below them the
// types that no dialect knows.
func write(w io.Writer, format string, rows []row) error {
	bySource, types, sum := map[string]*count{}, map[string]int{}, &count{}
	second := [][]string{append(append([]string{"repository"}, numbers...), "CPU s", "peak MiB")}
	var cpu, peak float64
	for i := range rows {
		r := &rows[i]
		own := &count{}
		for name, c := range r.Sources {
			if bySource[name] == nil {
				bySource[name] = &count{}
			}
			bySource[name].add(c)
			own.add(c)
		}
		for t, n := range r.Types {
			types[t] += n
		}
		own.Repositories = 1
		sum.add(own)
		cpu, peak = cpu+r.Cost.CPU, max(peak, r.Cost.PeakMiB)
		second = append(second, append(append([]string{r.Name}, own.cells()...), fmt.Sprintf("%.2f", r.Cost.CPU), fmt.Sprintf("%.0f", r.Cost.PeakMiB)))
	}
	second = append(second, append(append([]string{"all"}, sum.cells()...), fmt.Sprintf("%.2f", cpu), fmt.Sprintf("%.0f", peak)))
	first := [][]string{append([]string{"source", "repositories"}, numbers...)}
	for _, name := range slices.Sorted(slices.Values(all.Names())) {
		if c := bySource[name]; c != nil {
			first = append(first, append([]string{name, fmt.Sprint(c.Repositories)}, c.cells()...))
		}
	}
	first = append(first, append([]string{"all", fmt.Sprint(sum.Repositories)}, sum.cells()...))
	for _, t := range [][][]string{first, second} {
		if err := table(w, format, t); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "Types that no dialect knows, most assets first: %s.\n", corpora.Frequent(types, 40))
	return err
}

func table(w io.Writer, format string, lines [][]string) error {
	if format == "markdown" {
		for i, l := range lines {
			fmt.Fprintf(w, "| %s |\n", strings.Join(l, " | "))
			if i == 0 {
				fmt.Fprintf(w, "| ---%s |\n", strings.Repeat(" | ---:", len(l)-1))
			}
		}
		_, err := fmt.Fprintln(w)
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, l := range lines {
		fmt.Fprintln(tw, strings.Join(l, "\t")+"\t")
	}
	fmt.Fprintln(tw)
	return tw.Flush()
}
