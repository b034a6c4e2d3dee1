package diagram

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A painter draws a layout on a canvas.
type painter struct {
	l *layout
	Canvas
}

// text draws a text that fits into a width.
func (s *painter) text(x, y, width float64, f *font, size float64, class, text string, front bool) {
	room := width
	if class == "b" && f == sans {
		width /= 1.1 // bold letters are wider
	}
	t := &Text{X: x, Y: y, Width: room, Size: size, Class: f.css + " " + class}
	t.Text = elide(text, front, s.fits(t, f, width))
	s.Text(t)
}

// fits says of texts whether they fit into the room of t: as the canvas measures
// them, where it can, else into the width, which is less for bold ones.
func (s *painter) fits(t *Text, f *font, width float64) func(string) bool {
	if m, ok := s.Canvas.(Measurer); ok {
		probe := *t
		return func(text string) bool { probe.Text = text; return m.Measure(&probe) <= probe.Width }
	}
	return func(text string) bool { return f.measure(text, t.Size) <= width }
}

func (s *painter) rect(r rect, radius float64, class string) {
	s.Rect(r.x, r.y, r.w, r.h, radius, class)
}

func (s *painter) page() {
	l, m := s.l, s.l.m
	s.rect(rect{0, 0, l.width, l.height}, 0, "bg")
	s.head()
	for i := range l.strips {
		st := &l.strips[i]
		s.rect(st.area, 10, "strip "+string(st.standing))
		room := st.area.h - 16
		name := strings.ToUpper(m.say("strip."+st.name, nil))
		if sans.measure(name, 10.5)*1.1 > room && (st.name == "inside" || st.name == "outside") {
			name = strings.ToUpper(m.say("strip."+st.name+"_short", nil))
		}
		t := &Text{X: st.area.x + 19, Y: st.area.y + st.area.h/2, Width: room, Size: 10.5, Anchor: "middle", Upright: true, Class: "s b " + string(st.standing)}
		t.Text = elide(name, false, s.fits(t, sans, room/1.1))
		s.Text(t)
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
}

// heading is the title of a map in one line.
func heading(m *Map) string {
	if m.Title == "" {
		return m.say("untitled", nil)
	}
	return m.say("heading", Values{"title": m.Title})
}

func (s *painter) head() {
	m, width := s.l.m, s.l.width-2*marginX
	right := 0.0
	if m.Verdict != "" {
		word := strings.ToUpper(m.say("verdict."+m.Verdict, nil))
		right = sans.measure(word, 15)*1.1 + 8
		s.Text(&Text{X: s.l.width - marginX, Y: 34, Width: right, Size: 15, Anchor: "end", Class: "s b " + m.Verdict, Text: word})
	}
	s.text(marginX, 34, width-right, sans, 20, "b", heading(m), false)
	line := strings.Join(append([]string{m.say("law", Values{"day": m.Day})}, m.Summary...), " · ")
	if lines := sans.wrap(line, 12, width); s.l.measure == onPaper && len(lines) > 1 {
		s.text(marginX, 52, width, sans, 12, "soft", lines[0], false)
		s.text(marginX, 66, width, sans, 12, "soft", strings.Join(lines[1:], " "), false)
		return
	}
	s.text(marginX, 54, width, sans, 12, "soft", line, false)
}

// marks are the signs of standings that do not rest on colour.
var marks = map[Standing]string{Inside: "✓", Outside: "✕", Open: "?", Neutral: ""}

func (s *painter) box(b *box) {
	s.Begin("", or(b.lane.Full, b.lane.Name)+" ("+s.l.m.standingWords(b.lane)+")", s.l.m.say("nodes", Values{"n": len(b.nodes)}))
	s.rect(b.area, 9, "box "+string(b.lane.Standing))
	if b.lane.Form == NotKnown {
		s.Hatch(b.area.x, b.area.y, b.area.w, b.area.h, 9)
	}
	mark, x := marks[b.lane.Standing], b.area.x+boxPad
	if mark != "" {
		s.text(x, b.area.y+21, 16, sans, 13, "b "+string(b.lane.Standing), mark, false)
		x += 18
	}
	s.text(x, b.area.y+21, b.area.right()-boxPad-x, sans, 13, "b", b.lane.Name, false)
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
	s.End()
}

func (m *Map) standingWords(ln *Lane) string {
	switch {
	case ln.Form == NotKnown:
		return m.say("lane.unknown", nil)
	case ln.Standing == Outside, ln.Standing == Inside, ln.Standing == Open:
		return m.say("lane."+string(ln.Standing), nil)
	}
	return m.say("lane.neutral", nil)
}

func (s *painter) edges() {
	paths := make([]string, len(s.l.trunks))
	for i, t := range s.l.trunks {
		paths[i] = path(t)
		s.Path(paths[i], 0, 0, "halo")
	}
	for i, t := range s.l.trunks {
		class := string(t.key.standing)
		s.Begin("flow", s.told(t)...)
		s.Path(paths[i], 0, 0, "e "+class+" "+string(t.state))
		for _, p := range t.heads {
			s.Path("M"+num(p.x-4)+" "+num(p.y-7.5)+"h8L"+num(p.x)+" "+num(p.y-0.5)+"z", 0, 0, "h "+class+" "+string(p.state))
		}
		s.End()
	}
}

// told is what a trunk shows, in words: an edge a line.
func (s *painter) told(t *trunk) []string {
	const most = 12
	var out []string
	for i, e := range t.edges {
		if i == most {
			out = append(out, s.l.m.say("more", Values{"n": len(t.edges) - most}))
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
	out := name(e.From) + " → " + name(e.To) + ": " + l.m.edgeWords(e)
	if e.Standing == Outside {
		return l.m.say("leaves", Values{"flow": out})
	}
	return out
}

// edgeWords are the purpose, the state and what was seen.
func (m *Map) edgeWords(e *Edge) string {
	var out string
	for p := range strings.SplitSeq(or(e.Purpose, "data"), ", ") {
		out += m.say("purpose."+p, nil) + ", "
	}
	out += m.say("state."+string(e.State), nil)
	if e.Count > 1 {
		out += ", " + m.say("flows", Values{"n": e.Count})
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

func (s *painter) node(n *Node, r rect) {
	s.Begin("thing", s.l.m.nodeWords(n)...)
	radius := 6.0
	if n.Host {
		radius = 16
	}
	class := string(n.Standing)
	if len(n.Members) > 0 {
		s.rect(rect{r.x + 4, r.bottom() - 4, r.w - 8, 8}, 4, "node") // below: arrows end above
	}
	s.rect(r, radius, "node "+class)
	s.Rect(r.x+5, r.y+12, 3, r.h-24, 1.5, "bar "+class)
	s.Path(icon(n), r.x+13, r.y+6.5, "icon")
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
		s.Text(&Text{X: r.right() - 9, Y: r.y + 17, Width: bw, Size: 10.5, Anchor: "end", Class: "s b " + badgeClass, Text: badge})
		width -= bw
	}
	s.text(r.x+32, r.y+17.5, width, mono, 11, "b", n.Name, len(n.Members) == 0)
	for i, line := range n.Lines[:min(len(n.Lines), 2)] {
		s.text(r.x+14, r.y+32+float64(i)*13.5, r.w-24, sans, 10, "soft", line, false)
	}
	s.End()
}

// nodeWords is everything about a node, for who points at it.
func (m *Map) nodeWords(n *Node) []string {
	const most = 20
	out := []string{n.Full}
	out = append(out, n.Lines...)
	switch {
	case n.Fails > 0:
		out = append(out, m.say("findings", Values{"n": n.Fails}))
	case n.Opens > 0:
		out = append(out, m.say("questions", Values{"n": n.Opens}))
	}
	for i, name := range n.Members {
		if i == most {
			out = append(out, m.say("more", Values{"n": len(n.Members) - most}))
			break
		}
		out = append(out, "· "+name)
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

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
