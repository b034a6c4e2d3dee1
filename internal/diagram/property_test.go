package diagram

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func (r rect) overlaps(o rect) bool {
	return r.x < o.right() && o.x < r.right() && r.y < o.bottom() && o.y < r.bottom()
}

// worlds are maps of every size that people draw, and none.
func worlds() map[string]*Map {
	out := map[string]*Map{"empty": {Title: "t", Day: "2026-11-23", By: "country"}, "edgeless": world(3, 1)}
	out["edgeless"].Edges = nil
	for _, n := range []int{2, 10, 35, 60, 120, 300} {
		for seed := range uint64(4) {
			out[fmt.Sprintf("%d/%d", n, seed)] = world(n, seed)
		}
	}
	return out
}

// No two nodes and no two boxes overlap, every node lies in its box, and what is
// drawn lies in the picture.
func TestApart(t *testing.T) {
	for name, m := range worlds() {
		l := place(m)
		for _, list := range [][]rect{l.nodes, areas(l)} {
			for i := range list {
				for j := range i {
					if list[i].overlaps(list[j]) {
						t.Errorf("%s: %v and %v overlap", name, list[i], list[j])
					}
				}
			}
		}
		for i, r := range l.nodes {
			b := l.boxOf[m.Nodes[i].Lane].area
			if r.x < b.x || r.right() > b.right() || r.y < b.y+headerH || r.bottom() > b.bottom() {
				t.Errorf("%s: node %d at %v is not in its box %v", name, i, r, b)
			}
		}
		for _, b := range areas(l) {
			if b.x < 0 || b.y < 0 || b.right() > l.width || b.bottom() > l.height {
				t.Errorf("%s: the box %v is not in the picture", name, b)
			}
		}
	}
}

func areas(l *layout) []rect {
	var out []rect
	for _, b := range l.boxes {
		out = append(out, b.area)
	}
	return out
}

// Every edge is drawn, in right angles, and crosses no node and no box that it
// neither leaves nor comes to.
func TestEdges(t *testing.T) {
	drawn := 0
	for name, m := range worlds() {
		l := place(m)
		inTrunks := 0
		for _, tr := range l.trunks {
			inTrunks += len(tr.edges)
			for _, ps := range tr.lines {
				for i := 1; i < len(ps); i++ {
					a, b := ps[i-1], ps[i]
					if a.x != b.x && a.y != b.y {
						t.Errorf("%s: %v to %v is no right angle", name, a, b)
					}
					seg := rect{min(a.x, b.x), min(a.y, b.y), math.Abs(a.x - b.x), math.Abs(a.y - b.y)}
					for j, n := range l.nodes {
						inner := rect{n.x + 0.5, n.y + 0.5, n.w - 1, n.h - 1}
						if seg.x < inner.right() && inner.x < seg.right()+0.01 && seg.y < inner.bottom() && inner.y < seg.bottom()+0.01 {
							t.Fatalf("%s: the line %v crosses node %d at %v", name, seg, j, n)
						}
					}
					for _, bx := range l.boxes {
						if bx != tr.from && bx != tr.to && seg.x < bx.area.right() && bx.area.x < seg.right()+0.01 && seg.y < bx.area.bottom() && bx.area.y < seg.bottom()+0.01 {
							t.Fatalf("%s: the line %v crosses the box of %s", name, seg, bx.lane.Name)
						}
					}
				}
			}
			drawn += len(tr.lines)
		}
		if inTrunks != len(m.Edges) {
			t.Errorf("%s: %d of %d edges are drawn", name, inTrunks, len(m.Edges))
		}
	}
	if drawn < 500 {
		t.Fatalf("only %d lines were looked at", drawn)
	}
}

// Trunks share no line: of two lines upon each other nobody could tell which
// is which.
func TestTracks(t *testing.T) {
	for name, m := range worlds() {
		l := place(m)
		l.eachStreet(func(s *street) {
			for i := range s.visits {
				for j := range i {
					if a, b := &s.visits[i], &s.visits[j]; a.track == b.track && a.meets(b) {
						t.Errorf("%s: two trunks share track %d", name, a.track)
					}
				}
			}
		})
	}
}

// In a map that is not too large lines that join lead to one end.
func TestTrunksLeadToOneEnd(t *testing.T) {
	l := place(world(35, 1))
	if len(l.trunks) > l.finest || len(l.trunks) == 0 {
		t.Fatalf("%d trunks", len(l.trunks))
	}
	for _, tr := range l.trunks {
		if len(tr.heads) != 1 {
			t.Errorf("a trunk has %d ends", len(tr.heads))
		}
	}
}

// In a map with very many lines what was observed is not drawn as what is planned.
func TestMostReal(t *testing.T) {
	m := world(120, 5)
	for i := range m.Edges {
		m.Edges[i].State = []graph.FlowState{graph.Declared, graph.Planned, graph.Observed}[i%3]
	}
	l := place(m)
	shared := 0
	for _, tr := range l.trunks {
		most := graph.FlowState("")
		into := map[int]graph.FlowState{}
		for i, e := range tr.edges {
			_, to, _ := l.ends(&m.Edges[e])
			if s := m.Edges[e].State; i == 0 || s == graph.Observed || s == graph.Planned && most == graph.Declared {
				most = s
			}
			if s := m.Edges[e].State; into[to] == "" || s == graph.Observed || s == graph.Planned && into[to] == graph.Declared {
				into[to] = s
			}
		}
		if tr.state != most {
			t.Errorf("a line of which the most real is %s is drawn as %s", most, tr.state)
		}
		for _, h := range tr.heads {
			if h.state != into[h.node] {
				t.Errorf("an arrow of which the most real is %s is drawn as %s", into[h.node], h.state)
			}
		}
		if len(tr.edges) > 1 && len(tr.heads) > 1 {
			shared++
		}
	}
	if shared == 0 {
		t.Error("no line is shared")
	}
}

type written struct {
	rect
	text string
}

// texts reads the texts of a picture back, with the room that they take.
func texts(t *testing.T, svg []byte) []written {
	t.Helper()
	var out []written
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok || el.Name.Local != "text" {
			continue
		}
		attr := map[string]string{}
		for _, a := range el.Attr {
			attr[a.Name.Local] = a.Value
		}
		var text string
		if err := d.DecodeElement(&text, &el); err != nil {
			t.Fatal(err)
		}
		if attr["transform"] != "" {
			continue // the names of strips are upright
		}
		x, y, size := number(t, attr["x"]), number(t, attr["y"]), number(t, attr["font-size"])
		f := sans
		if strings.HasPrefix(attr["class"], "m ") {
			f = mono
		}
		w := f.measure(text, size)
		if attr["text-anchor"] == "end" {
			x -= w
		}
		out = append(out, written{rect{x, y - size*0.75, w, size * 0.95}, text})
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Texts lie in the picture, those of a node in the node, and no two overlap.
func TestTexts(t *testing.T) {
	seen := 0
	for name, m := range worlds() {
		l := place(m)
		var b bytes.Buffer
		if err := writeSVG(&b, m); err != nil {
			t.Fatal(err)
		}
		all := texts(t, b.Bytes())
		for i, w := range all {
			seen++
			if w.x < 0 || w.right() > l.width || w.bottom() > l.height {
				t.Errorf("%s: %q at %v is not in the picture (%v wide)", name, w.text, w.rect, l.width)
			}
			for _, o := range all[:i] {
				if w.overlaps(o.rect) {
					t.Errorf("%s: %q and %q overlap", name, w.text, o.text)
				}
			}
			for _, n := range l.nodes {
				if w.overlaps(n) && (w.x < n.x || w.right() > n.right() || w.y < n.y || w.bottom() > n.bottom()) {
					t.Errorf("%s: %q at %v leaves its node %v", name, w.text, w.rect, n)
				}
			}
		}
	}
	if seen < 1000 {
		t.Fatalf("only %d texts were looked at", seen)
	}
}

// The same map gives the same bytes, in every format.
func TestDeterminism(t *testing.T) {
	for _, f := range Formats() {
		var first, second bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &second} {
			if err := Write(b, f, world(60, 5)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s differs from run to run", f)
		}
	}
	if err := Write(io.Discard, "nonsense", world(2, 1)); err == nil || !strings.Contains(err.Error(), "svg") {
		t.Errorf("an unknown format is %v", err)
	}
}

// The picture fetches nothing and runs nothing.
func TestSelfContained(t *testing.T) {
	for _, f := range []string{"svg", "html"} {
		var b bytes.Buffer
		if err := Write(&b, f, world(60, 5)); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "href=", "src=", "@import", "@font-face", "<foreignObject", "url(http"} {
			if bytes.Contains(b.Bytes(), []byte(bad)) {
				t.Errorf("%s holds %s", f, bad)
			}
		}
	}
}

func TestElide(t *testing.T) {
	for _, f := range []*font{mono, sans} {
		for _, s := range []string{"", "a", "module.rag.aws_s3_bucket.corpus", strings.Repeat("数", 40), "x\u202ey\nz"} {
			for _, front := range []bool{true, false} {
				got := f.elide(s, 11, 90, front)
				if f.measure(got, 11) > 90 || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\u202e") {
					t.Errorf("%q becomes %q", s, got)
				}
			}
		}
	}
	if got := mono.elide("module.rag.aws_s3_bucket.corpus", 11, 90, true); !strings.HasSuffix(got, "…corpus") {
		t.Errorf("the end tells more: %q", got)
	}
}

// hostile holds what every format takes for a sign of its own.
const hostile = "\"'`<b>&amp;&#34;]]>--><!--</text></title></svg><script>alert(1)</script>\\N${x}#quot;%%{init}%%;\nend\n  subgraph\x00\u202e|[](){}*_~"

// FuzzEscape: whatever names hold, each format stays one document of its
// language, of as many elements as the map has.
func FuzzEscape(f *testing.F) {
	f.Add(hostile)
	f.Add("")
	f.Add("é数\xff'''\"\"\"")
	f.Fuzz(func(t *testing.T, s string) {
		m := &Map{Title: s, Day: "2026-11-23", Verdict: "violation", By: "country", Summary: []string{s}, Notes: []string{s},
			Lanes: []Lane{{s, s, s, Country, Outside}, {s + "2", s, s, NotKnown, Open}},
			Nodes: []Node{{ID: s, Lane: s, Group: s, Name: s, Full: s, Lines: []string{s, s}, Standing: Outside, Members: []string{s}, Because: []string{s}, Origin: graph.Origin{File: s, Line: 1}}, {ID: s + "n", Lane: s + "2", Name: s, Full: s, Host: true}},
			Edges: []Edge{{From: s, To: s + "n", State: graph.Observed, Purpose: s, Label: s, Standing: Outside, Count: 1}}}
		out := map[string]string{}
		for _, format := range Formats() {
			var b bytes.Buffer
			if err := Write(&b, format, m); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			out[format] = b.String()
		}
		texts(t, []byte(out["svg"]))
		if !json.Valid([]byte(out["json"])) {
			t.Error("the JSON is none")
		}
		if n := strings.Count(out["html"], "<script"); n != 0 {
			t.Error("a name became a script")
		}
		for format, lines := range map[string]int{"mermaid": lineCount(m, "mermaid"), "dot": lineCount(m, "dot"), "d2": lineCount(m, "d2")} {
			if got := strings.Count(out[format], "\n"); got != lines {
				t.Errorf("%s: a name with a line end gives %d lines instead of %d:\n%s", format, got, lines, out[format])
			}
		}
		if quotes := unescaped(out["dot"]); quotes%2 != 0 {
			t.Errorf("quotes of DOT do not match:\n%s", out["dot"])
		}
		for _, line := range strings.Split(out["d2"], "\n") {
			if strings.Count(line, "'")%2 != 0 {
				t.Errorf("quotes of D2 do not match: %s", line)
			}
		}
	})
}

// lineCount is how many lines the same map has with plain names.
func lineCount(m *Map, format string) int {
	c := *m
	c.Title = "t"
	c.Lanes, c.Nodes, c.Edges = slices.Clone(m.Lanes), slices.Clone(m.Nodes), slices.Clone(m.Edges)
	for i := range c.Lanes {
		c.Lanes[i].Name = "l"
	}
	for i := range c.Nodes {
		c.Nodes[i].Full, c.Nodes[i].Lines = "n", nil
	}
	c.Edges[0].Purpose, c.Edges[0].Label = "p", ""
	var b bytes.Buffer
	if err := Write(&b, format, &c); err != nil {
		return -1
	}
	return strings.Count(b.String(), "\n")
}

// unescaped counts double quotes that no backslash stands before.
func unescaped(s string) (n int) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			n++
		}
	}
	return n
}

func BenchmarkLayout60(b *testing.B) {
	m := world(60, 3)
	for b.Loop() {
		place(m)
	}
}

func BenchmarkSVG60(b *testing.B) {
	m := world(60, 3)
	for b.Loop() {
		if err := Write(io.Discard, "svg", m); err != nil {
			b.Fatal(err)
		}
	}
}
