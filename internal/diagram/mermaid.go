package diagram

import (
	"fmt"
	"io"
	"strings"
)

// writeMermaid writes a flowchart with a subgraph for each lane, as Markdown of
// code hosts shows it. https://mermaid.js.org/syntax/flowchart.html
func writeMermaid(w io.Writer, m *Map) error {
	p, ids := &printer{w: w}, named(m)
	p.f("---\ntitle: %s\n---\nflowchart LR\n", yamlText(heading(m)+lawOf(m)))
	for i := range m.Lanes {
		ln := &m.Lanes[i]
		if len(ids.in[ln.ID]) == 0 {
			continue
		}
		p.f("  subgraph l%d[\"%s\"]\n    direction TB\n", i, mermaidText(m.laneText(ln)))
		for _, n := range ids.in[ln.ID] {
			open, end := "[", "]"
			if m.Nodes[n].Host {
				open, end = "([", "])"
			}
			p.f("    n%d%s\"%s\"%s\n", n, open, mermaidText(nodeText(&m.Nodes[n], "\n")), end)
		}
		p.f("  end\n")
	}
	links := map[Standing][]string{}
	drawn := 0
	for i := range m.Edges {
		e := &m.Edges[i]
		from, to, ok := ids.ends(e)
		if !ok {
			continue
		}
		p.f("  n%d %s|\"%s\"| n%d\n", from, map[string]string{"observed": "==>", "declared": "-.->"}[string(e.State)]+strings.Repeat("-->", one(e.State == "planned" || e.State == "")), mermaidText(m.edgeText(e)), to)
		links[e.Standing] = append(links[e.Standing], fmt.Sprint(drawn))
		drawn++
	}
	p.f("  classDef outside stroke:#b3261e,stroke-width:2px,stroke-dasharray:5 3\n  classDef open stroke:#8a6100,stroke-dasharray:2 2\n")
	for _, st := range []Standing{Outside, Open} {
		var of []string
		for i := range m.Nodes {
			if m.Nodes[i].Standing == st && ids.drawn(i) {
				of = append(of, fmt.Sprintf("n%d", i))
			}
		}
		for i := range m.Lanes {
			if m.Lanes[i].Standing == st && len(ids.in[m.Lanes[i].ID]) > 0 {
				of = append(of, fmt.Sprintf("l%d", i))
			}
		}
		if len(of) > 0 {
			p.f("  class %s %s\n", strings.Join(of, ","), st)
		}
	}
	if ls := links[Outside]; len(ls) > 0 {
		p.f("  linkStyle %s stroke:#b3261e\n", strings.Join(ls, ","))
	}
	return p.err
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mermaidText writes everything that Mermaid, Markdown or HTML could take for a
// sign of theirs as an entity, which Mermaid writes #60; without an ampersand.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\n", "\x00") {
		switch {
		case r == 0:
			b.WriteString("<br/>")
		case strings.ContainsRune("\"#<>&`\\;[]{}|*~$%@", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteString(printable(string(r)))
		}
	}
	return b.String()
}

// yamlText is a text between double quotes, as YAML and JSON both read it.
func yamlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(printable(s)) + `"`
}

// An idTable gives lanes and nodes short names: theirs may hold anything.
type idTable struct {
	m     *Map
	in    map[string][]int // nodes by lane
	index map[string]int
	lane  map[string]int
}

func named(m *Map) *idTable {
	t := &idTable{m, map[string][]int{}, map[string]int{}, map[string]int{}}
	for i := range m.Lanes {
		t.lane[m.Lanes[i].ID] = i
	}
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if _, ok := t.lane[n.Lane]; ok {
			t.in[n.Lane] = append(t.in[n.Lane], i)
			t.index[n.ID] = i
		}
	}
	return t
}

func (t *idTable) drawn(node int) bool { _, ok := t.lane[t.m.Nodes[node].Lane]; return ok }

func (t *idTable) ends(e *Edge) (from, to int, ok bool) {
	from, ok = t.index[e.From]
	to, ok2 := t.index[e.To]
	return from, to, ok && ok2
}

func (m *Map) laneText(ln *Lane) string {
	mark := marks[ln.Standing]
	if mark != "" {
		mark += " "
	}
	return mark + m.laneName(ln) + " (" + m.standingWords(ln) + ")"
}

// nodeText is a node in words, with a separator between its lines.
func nodeText(n *Node, sep string) string {
	out := n.Full
	if n.Fails > 0 {
		out = fmt.Sprintf("✕%d ", n.Fails) + out
	} else if n.Opens > 0 {
		out = fmt.Sprintf("?%d ", n.Opens) + out
	}
	for _, l := range n.Lines {
		out += sep + l
	}
	return out
}

func (m *Map) edgeText(e *Edge) string {
	out := m.edgeWords(e)
	if mark := marks[e.Standing]; mark != "" && e.Standing != Inside {
		out = mark + " " + out
	}
	return out
}

// lawOf says whose law counts; a map without a day is one of every day.
func lawOf(m *Map) string {
	if m.Day == "" {
		return ""
	}
	return ", " + m.say("law", Values{"day": m.Day})
}
