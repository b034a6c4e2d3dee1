package diagram

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"
)

//go:embed page.html
var page string

var pageTemplate = template.Must(template.New("map").Funcs(template.FuncMap{"at": at, "heading": heading, "upper": strings.ToUpper}).Parse(page))

// A row is an edge of the table, with the names of its ends.
type row struct {
	*Edge
	FromName, ToName, Lane, Words string
}

// writeHTML writes a page with the picture and the same as tables: who cannot
// see the picture, and who wants to search it, misses nothing.
func writeHTML(w io.Writer, m *Map) error {
	var pic bytes.Buffer
	if err := writeSVG(&pic, m); err != nil {
		return err
	}
	ids := named(m)
	var rows []row
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to, ok := ids.ends(e)
		if !ok {
			continue
		}
		rows = append(rows, row{e, m.Nodes[from].Full, m.Nodes[to].Full, m.Lanes[ids.lane[m.Nodes[to].Lane]].Name, m.edgeWords(e)})
	}
	type lane struct {
		*Lane
		Words string
		Nodes []*Node
	}
	var lanes []lane
	for i := range m.Lanes {
		ln := lane{Lane: &m.Lanes[i], Words: m.standingWords(&m.Lanes[i])}
		for _, n := range ids.in[ln.ID] {
			ln.Nodes = append(ln.Nodes, &m.Nodes[n])
		}
		if len(ln.Nodes) > 0 {
			lanes = append(lanes, ln)
		}
	}
	return pageTemplate.Execute(w, map[string]any{"M": m, "Picture": template.HTML(pic.String()), "Rows": rows, "Lanes": lanes, "Count": strconv.Itoa(len(rows))}) //nolint:gosec // our own picture, escaped by its writer
}
