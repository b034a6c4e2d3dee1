package kubernetes

import (
	"path/filepath"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes/chart"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// render takes charts and kustomizations out of the files; what is left is read
// as it stands.
func (r *reader) render(files []string) []string {
	return r.kustomizations(r.charts(files))
}

// charts renders the charts among the files. A chart within another one belongs
// to it.
func (r *reader) charts(files []string) []string {
	var dirs []string
	for _, f := range files {
		if filepath.Base(f) == chartName {
			dirs = append(dirs, filepath.Dir(f))
		}
	}
	dirs = slices.DeleteFunc(dirs, func(d string) bool {
		return slices.ContainsFunc(dirs, func(p string) bool { return d != p && below(d, filepath.Join(p, "charts")) })
	})
	r.inCharts = dirs
	for _, dir := range dirs {
		r.chart(dir)
		files = slices.DeleteFunc(files, func(f string) bool {
			if !part(f, dir) {
				return false
			}
			r.read[f] = true // also a template that renders to nothing
			return true
		})
	}
	return files
}

// part reports whether a file is one that rendering the chart reads.
func part(file, chart string) bool {
	for _, own := range []string{"templates", "crds", "charts"} {
		if below(file, filepath.Join(chart, own)) {
			return true
		}
	}
	return filepath.Dir(file) == chart
}

func (r *reader) chart(dir string) {
	r.read[filepath.Join(dir, chartName)] = true
	res := chart.Render(dir, chart.Options{Values: r.o.Values, Set: r.o.Set})
	for _, p := range res.Problems {
		r.problem(p.Path, p.Line, p.Message)
	}
	for _, f := range res.Files {
		docs, err := parse(f.Path, []byte(f.Text))
		for _, d := range docs {
			relined(d, f.Lines)
			r.document(d, slashed(f.Path), dir)
		}
		if err == nil {
			continue
		}
		line, text := tree.Fault(err)
		r.problem(f.Path, lineOf(line, f.Lines), "what the template renders to is wrong: "+text)
	}
}

// relined makes the lines of a rendered text those of its template.
func relined(n *tree.Node, lines []int) {
	if lines == nil {
		return
	}
	n.Line = lineOf(n.Line, lines)
	for _, it := range n.Items {
		relined(it, lines)
	}
	for i := range n.Fields {
		n.Fields[i].Line = lineOf(n.Fields[i].Line, lines)
		relined(n.Fields[i].Value, lines)
	}
}

func lineOf(line int, lines []int) int {
	if line < 1 || line > len(lines) {
		return line
	}
	return lines[line-1]
}
