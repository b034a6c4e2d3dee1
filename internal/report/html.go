package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed report.html
var page string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"where": where, "basis": basis, "requirements": graph.Listed[graph.RequirementID],
	"word": func(v finding.Verdict) string { return strings.ToUpper(string(v)) },
}).Parse(page))

// A htmlGroup is one jurisdiction on the page.
type htmlGroup struct {
	Name     string
	Findings []*finding.Finding
}

func writeHTML(w io.Writer, r *finding.Result, o Options) error {
	t := &text{r: r, o: o}
	var groups []htmlGroup
	for _, c := range t.crossings() {
		groups = append(groups, htmlGroup{c.name, c.findings})
	}
	var waived []*finding.Finding
	for i := range r.Findings {
		if r.Findings[i].Status == finding.Waived {
			waived = append(waived, &r.Findings[i])
		}
	}
	others := heard(r)
	return pageTemplate.Execute(w, map[string]any{"R": r, "Groups": groups, "Waived": waived, "Others": others, "Heard": heardOf(others), "Version": o.Version})
}
