package diagram

import (
	"io"
	"strings"
)

// writeD2 writes a diagram for D2 with a container for each lane. Texts are in
// single quotes, in which D2 replaces nothing. https://d2lang.com/tour/strings
func writeD2(w io.Writer, m *Map) error {
	p, ids := &printer{w: w}, named(m)
	p.f("direction: right\ntitle: %s {\n  shape: text\n  near: top-center\n}\n", d2Text(heading(m)+lawOf(m)))
	for i := range m.Lanes {
		ln := &m.Lanes[i]
		if len(ids.in[ln.ID]) == 0 {
			continue
		}
		p.f("l%d: %s {\n", i, d2Text(m.laneText(ln)))
		d2Style(p, "  ", ln.Standing)
		for _, n := range ids.in[ln.ID] {
			nd := &m.Nodes[n]
			p.f("  n%d: %s {\n", n, d2Text(nodeText(nd, " · ")))
			if nd.Host {
				p.f("    shape: oval\n")
			}
			d2Style(p, "    ", nd.Standing)
			p.f("  }\n")
		}
		p.f("}\n")
	}
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to, ok := ids.ends(e)
		if !ok {
			continue
		}
		p.f("l%d.n%d -> l%d.n%d: %s {\n", ids.lane[m.Nodes[from].Lane], from, ids.lane[m.Nodes[to].Lane], to, d2Text(m.edgeText(e)))
		if e.State == "observed" {
			p.f("  style.stroke-width: 4\n")
		}
		if e.State == "declared" {
			p.f("  target-arrowhead: {\n    style.filled: false\n  }\n")
		}
		d2Style(p, "  ", e.Standing)
		p.f("}\n")
	}
	return p.err
}

func d2Style(p *printer, indent string, s Standing) {
	switch s {
	case Outside:
		p.f("%sstyle.stroke: '#b3261e'\n%sstyle.stroke-dash: 5\n", indent, indent)
	case Open:
		p.f("%sstyle.stroke: '#8a6100'\n%sstyle.stroke-dash: 2\n", indent, indent)
	}
}

func d2Text(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(printable(s), `\`, "/"), "'", "''") + "'"
}
