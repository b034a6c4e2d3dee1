package diagram

import (
	"io"
	"strings"
)

// writeDOT writes a graph for Graphviz with a cluster for each lane.
// https://graphviz.org/doc/info/lang.html
func writeDOT(w io.Writer, m *Map) error {
	p, ids := &printer{w: w}, named(m)
	p.f("digraph bailiwick {\n  label=%s; labelloc=t; rankdir=LR; newrank=true;\n", dotText(heading(m)+lawOf(m)))
	p.f("  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=10];\n  edge [fontname=\"Helvetica\", fontsize=9];\n")
	for i := range m.Lanes {
		ln := &m.Lanes[i]
		if len(ids.in[ln.ID]) == 0 {
			continue
		}
		p.f("  subgraph cluster_%d {\n    label=%s; fontname=\"Helvetica\"; style=%s; color=%s;\n", i, dotText(m.laneText(ln)), dotStyle(ln.Standing, "rounded"), dotColor(ln.Standing))
		for _, n := range ids.in[ln.ID] {
			nd := &m.Nodes[n]
			shape := "box"
			if nd.Host {
				shape = "oval"
			}
			p.f("    n%d [label=%s, shape=%s, style=%s, color=%s];\n", n, dotText(nodeText(nd, "\n")), shape, dotStyle(nd.Standing, "rounded"), dotColor(nd.Standing))
		}
		p.f("  }\n")
	}
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to, ok := ids.ends(e)
		if !ok {
			continue
		}
		width, head := "1", "normal"
		switch e.State {
		case "observed":
			width = "2.5"
		case "declared":
			head = "empty"
		}
		p.f("  n%d -> n%d [label=%s, color=%s, style=%s, penwidth=%s, arrowhead=%s];\n", from, to, dotText(m.edgeText(e)), dotColor(e.Standing), dotStyle(e.Standing, "solid"), width, head)
	}
	p.f("}\n")
	return p.err
}

// dotText is a quoted string. Graphviz reads escapes and HTML entities in it.
func dotText(s string) string {
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		lines = append(lines, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(printable(l)))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}

func dotStyle(s Standing, form string) string {
	switch s {
	case Outside:
		form += ",dashed"
	case Open:
		form += ",dotted"
	}
	return `"` + strings.TrimPrefix(form, "solid,") + `"`
}

func dotColor(s Standing) string {
	switch s {
	case Outside:
		return `"#b3261e"`
	case Open:
		return `"#8a6100"`
	}
	return `"#4b6b8a"`
}
