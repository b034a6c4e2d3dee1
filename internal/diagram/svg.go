package diagram

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func writeSVG(w io.Writer, m *Map) error {
	s := &svg{l: place(m)}
	s.page()
	_, err := w.Write(s.b.Bytes())
	return err
}

// An svg writes one picture.
type svg struct {
	b bytes.Buffer
	l *layout
}

// escape makes a text safe within elements and attributes.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace

// num is a coordinate, which is never negative, with at most one digit after the point.
func num(f float64) string {
	tenths := int64(f*10 + 0.5)
	if tenths%10 == 0 {
		return strconv.FormatInt(tenths/10, 10)
	}
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

func (s *svg) add(parts ...string) {
	for _, p := range parts {
		s.b.WriteString(p)
	}
}

// text writes a text that fits into a width.
func (s *svg) text(x, y, width float64, f *font, size float64, class, text string, front bool) {
	text = f.elide(text, size, width, front)
	s.add(`<text x="`, num(x), `" y="`, num(y), `" font-size="`, num(size), `" class="`, f.css, ` `, class, `">`, escape(text), "</text>\n")
}

func (s *svg) title(lines ...string) {
	s.add("<title>")
	for i, t := range lines {
		if i > 0 {
			s.add("\n")
		}
		s.add(escape(printable(t)))
	}
	s.add("</title>")
}

func (s *svg) rect(r rect, radius float64, class string) {
	s.add(`<rect x="`, num(r.x), `" y="`, num(r.y), `" width="`, num(r.w), `" height="`, num(r.h), `" rx="`, num(radius), `" class="`, class, "\"/>\n")
}

func (s *svg) page() {
	l, m := s.l, s.l.m
	w, h := num(l.width), num(l.height)
	s.add(`<svg xmlns="http://www.w3.org/2000/svg" class="bw" role="img" aria-labelledby="bw-title bw-desc" viewBox="0 0 `, w, ` `, h, `" width="`, w, `" height="`, h, "\">\n")
	s.add(`<title id="bw-title">`, escape(printable(heading(m))), "</title>\n")
	s.add(`<desc id="bw-desc">`, escape(printable(describe(m))), "</desc>\n<style>", style, "</style>\n")
	s.add(`<defs><pattern id="bw-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="8" class="hatch"/></pattern></defs>`, "\n")
	s.rect(rect{0, 0, l.width, l.height}, 0, "bg")
	s.head()
	for i := range l.strips {
		st := &l.strips[i]
		s.rect(st.area, 10, "strip "+string(st.standing))
		x, y := st.area.x+19, st.area.y+st.area.h/2
		name := strings.ToUpper(st.name)
		if sans.measure(name, 10.5)*1.1 > st.area.h-16 {
			name, _, _ = strings.Cut(name, " THE ")
		}
		name = sans.elide(name, 10.5, (st.area.h-16)/1.1, false)
		s.add(`<text transform="translate(`, num(x), ` `, num(y), `) rotate(-90)" text-anchor="middle" font-size="10.5" class="s b `, string(st.standing), `">`, escape(name), "</text>\n")
	}
	for _, b := range l.boxes {
		s.box(b)
	}
	s.edges()
	for _, b := range l.boxes {
		for _, n := range b.nodes {
			s.node(&m.Nodes[n], l.nodes[n])
		}
	}
	s.legend()
	s.add("</svg>\n")
}

// heading is the title of a map in one line.
func heading(m *Map) string {
	out := "Data flows of " + m.Title
	if m.Title == "" {
		out = "Data flows"
	}
	return out
}

// describe says in words what the picture shows.
func describe(m *Map) string {
	out := fmt.Sprintf("%d things in %d lanes by %s, %d flows.", len(m.Nodes), len(m.Lanes), m.By, len(m.Edges))
	for _, e := range m.Edges {
		if e.Standing == Outside {
			out += " " + e.From + " → " + e.To + " leaves the perimeter."
		}
		if len(out) > 600 {
			return out + " …"
		}
	}
	return out
}

func (s *svg) head() {
	m, width := s.l.m, s.l.width-2*marginX
	right := 0.0
	if m.Verdict != "" {
		word := strings.ToUpper(m.Verdict)
		right = sans.measure(word, 15)*1.1 + 8
		s.add(`<text x="`, num(s.l.width-marginX), `" y="34" text-anchor="end" font-size="15" class="s b `, escape(m.Verdict), `">`, escape(word), "</text>\n")
	}
	s.text(marginX, 34, (width-right)/1.1, sans, 20, "b", heading(m), false)
	line := strings.Join(append([]string{"law as of " + m.Day}, m.Summary...), " · ")
	s.text(marginX, 54, width, sans, 12, "soft", line, false)
}

// marks are the signs of standings that do not rest on colour.
var marks = map[Standing]string{Inside: "✓", Outside: "✕", Open: "?", Neutral: ""}

func (s *svg) box(b *box) {
	s.add("<g>")
	s.title(or(b.lane.Full, b.lane.Name)+" ("+standingWords(b.lane)+")", plural(len(b.nodes), "node"))
	s.rect(b.area, 9, "box "+string(b.lane.Standing))
	if b.lane.Form == NotKnown {
		r := b.area
		s.add(`<rect x="`, num(r.x), `" y="`, num(r.y), `" width="`, num(r.w), `" height="`, num(r.h), `" rx="9" fill="url(#bw-hatch)"/>`, "\n")
	}
	mark, x := marks[b.lane.Standing], b.area.x+boxPad
	if mark != "" {
		s.text(x, b.area.y+21, 16, sans, 13, "b "+string(b.lane.Standing), mark, false)
		x += 18
	}
	s.text(x, b.area.y+21, (b.area.right()-boxPad-x)/1.1, sans, 13, "b", b.lane.Name, false)
	for i := range b.bands {
		for j := range b.bands[i].groups {
			g := &b.bands[i].groups[j]
			if g.name == "" {
				continue
			}
			s.rect(rect{g.area.x - 5, g.area.y, g.area.w + 10, g.area.h - 2}, 6, "group")
			s.text(g.area.x, g.area.y+13, g.area.w, sans, 10.5, "soft", g.name, false)
		}
	}
	s.add("</g>\n")
}

func standingWords(ln *Lane) string {
	switch {
	case ln.Form == NotKnown:
		return "nobody established where"
	case ln.Standing == Outside:
		return "outside the perimeter"
	case ln.Standing == Inside:
		return "inside the perimeter"
	case ln.Standing == Open:
		return "not established"
	}
	return "no place of its own"
}

func (s *svg) edges() {
	paths := make([]string, len(s.l.trunks))
	for i, t := range s.l.trunks {
		paths[i] = path(t)
		s.add(`<path class="halo" d="`, paths[i], "\"/>\n")
	}
	for i, t := range s.l.trunks {
		class := string(t.key.standing)
		s.add(`<g class="flow">`)
		s.title(s.told(t)...)
		s.add(`<path class="e `, class, ` `, string(t.key.state), `" d="`, paths[i], "\"/>")
		for _, p := range t.heads {
			s.add(`<path class="h `, class, ` `, string(t.key.state), `" d="M`, num(p.x-4), ` `, num(p.y-7.5), `h8L`, num(p.x), ` `, num(p.y-0.5), "z\"/>")
		}
		s.add("</g>\n")
	}
}

// told is what a trunk shows, in words: an edge a line.
func (s *svg) told(t *trunk) []string {
	const most = 12
	var out []string
	for i, e := range t.edges {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(t.edges)-most))
			break
		}
		out = append(out, s.l.sentence(&s.l.m.Edges[e]))
	}
	return out
}

// sentence is an edge in words.
func (l *layout) sentence(e *Edge) string {
	name := func(id string) string {
		if i, ok := l.index[id]; ok {
			return l.m.Nodes[i].Full
		}
		return id
	}
	out := name(e.From) + " → " + name(e.To) + ": " + edgeWords(e)
	if e.Standing == Outside {
		out += ", leaves the perimeter"
	}
	return out
}

// edgeWords are the purpose, the state and what was seen.
func edgeWords(e *Edge) string {
	out := or(e.Purpose, "data") + ", " + string(e.State)
	if e.Count > 1 {
		out += fmt.Sprintf(", %d flows", e.Count)
	}
	if e.Label != "" {
		out += ", " + e.Label
	}
	return out
}

// path is the lines of a trunk, with round corners.
func path(t *trunk) string {
	const radius = 5.0
	var b strings.Builder
	put := func(sign string, p point) {
		b.WriteString(sign)
		b.WriteString(num(p.x))
		b.WriteByte(' ')
		b.WriteString(num(p.y))
	}
	for _, ps := range t.lines {
		ps = straight(ps)
		put("M", ps[0])
		for i := 1; i < len(ps); i++ {
			if i+1 == len(ps) {
				put("L", ps[i])
				break
			}
			r := min(radius, length(ps[i-1], ps[i])/2, length(ps[i], ps[i+1])/2)
			put("L", toward(ps[i], ps[i-1], r))
			put("Q", ps[i])
			put(" ", toward(ps[i], ps[i+1], r))
		}
	}
	return b.String()
}

// straight leaves out points in the middle of a line.
func straight(ps []point) []point {
	out := ps[:1:1]
	for i := 1; i < len(ps); i++ {
		n := len(out)
		if ps[i] == out[n-1] {
			continue
		}
		if n > 1 && (out[n-2].x == out[n-1].x && out[n-1].x == ps[i].x || out[n-2].y == out[n-1].y && out[n-1].y == ps[i].y) {
			out[n-1] = ps[i]
			continue
		}
		out = append(out, ps[i])
	}
	return out
}

func length(a, b point) float64 { return max(a.x-b.x, b.x-a.x) + max(a.y-b.y, b.y-a.y) }

func toward(from, to point, r float64) point {
	switch {
	case to.x > from.x:
		return point{from.x + r, from.y}
	case to.x < from.x:
		return point{from.x - r, from.y}
	case to.y > from.y:
		return point{from.x, from.y + r}
	}
	return point{from.x, from.y - r}
}

func (s *svg) node(n *Node, r rect) {
	s.add(`<g class="thing">`)
	s.title(nodeWords(n)...)
	radius := 6.0
	if n.Host {
		radius = 16
	}
	class := string(n.Standing)
	if len(n.Members) > 0 {
		s.rect(rect{r.x + 4, r.bottom() - 4, r.w - 8, 8}, 4, "node") // below: arrows end above
	}
	s.rect(r, radius, "node "+class)
	s.add(`<rect x="`, num(r.x+5), `" y="`, num(r.y+12), `" width="3" height="`, num(r.h-24), `" rx="1.5" class="bar `, class, `"/>`)
	s.add(`<path class="icon" transform="translate(`, num(r.x+13), ` `, num(r.y+6.5), `)" d="`, icon(n), "\"/>\n")
	badge, badgeClass := "", "outside"
	switch {
	case n.Fails > 0:
		badge = fmt.Sprintf("✕%d", n.Fails)
	case n.Opens > 0:
		badge, badgeClass = fmt.Sprintf("?%d", n.Opens), "open"
	}
	width := r.w - 32 - 8
	if badge != "" {
		bw := sans.measure(badge, 10.5) + 2
		s.add(`<text x="`, num(r.right()-9), `" y="`, num(r.y+17), `" text-anchor="end" font-size="10.5" class="s b `, badgeClass, `">`, badge, "</text>\n")
		width -= bw
	}
	s.text(r.x+32, r.y+17.5, width, mono, 11, "b", n.Name, len(n.Members) == 0)
	for i, line := range n.Lines[:min(len(n.Lines), 2)] {
		s.text(r.x+14, r.y+32+float64(i)*13.5, r.w-24, sans, 10, "soft", line, false)
	}
	s.add("</g>\n")
}

// nodeWords is everything about a node, for who points at it.
func nodeWords(n *Node) []string {
	const most = 20
	out := []string{n.Full}
	out = append(out, n.Lines...)
	switch {
	case n.Fails > 0:
		out = append(out, plural(n.Fails, "finding"))
	case n.Opens > 0:
		out = append(out, plural(n.Opens, "open question"))
	}
	for i, m := range n.Members {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(n.Members)-most))
			break
		}
		out = append(out, "· "+m)
	}
	out = append(out, n.Because[:min(len(n.Because), 6)]...)
	if n.Origin.File != "" {
		out = append(out, at(n.Origin))
	}
	return out
}

func at(o graph.Origin) string {
	if o.Line == 0 {
		return o.File
	}
	return o.File + ":" + strconv.Itoa(o.Line)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
