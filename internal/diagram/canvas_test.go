package diagram

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A recorder is a canvas that keeps what is drawn.
type recorder struct {
	classes map[[2]string]bool
	paths   []string
	texts   []*Text
	open    int
	hatched int
}

func (r *recorder) see(element, class string) { r.classes[[2]string{element, class}] = true }

func (r *recorder) Begin(string, ...string) { r.open++ }
func (r *recorder) End()                    { r.open-- }
func (r *recorder) Rect(_, _, _, _, _ float64, class string) {
	r.see("rect", class)
}
func (r *recorder) Hatch(_, _, _, _, _ float64) { r.hatched++ }
func (r *recorder) Path(d string, _, _ float64, class string) {
	r.see("path", class)
	r.paths = append(r.paths, d)
}
func (r *recorder) Text(t *Text) {
	r.see("text", t.Class)
	r.texts = append(r.texts, t)
}

func record(m *Map) *recorder {
	r := &recorder{classes: map[[2]string]bool{}}
	d, _ := Fit(m, 493, 640)
	d.Draw(r)
	return r
}

// Everything that is drawn has a look: it is seen on every canvas, and groups end.
func TestLooks(t *testing.T) {
	r := record(world(35, 2))
	if r.open != 0 || r.hatched == 0 || len(r.classes) < 20 {
		t.Fatalf("%d groups are open, %d areas hatched, %d classes", r.open, r.hatched, len(r.classes))
	}
	for c := range r.classes {
		l := LookOf(c[0], c[1])
		switch {
		case strings.HasPrefix(c[1], "group"), strings.HasPrefix(c[1], "icon"), strings.HasPrefix(c[1], "halo"), strings.HasPrefix(c[1], "e "):
			if l.Fill != nil || l.Stroke == nil {
				t.Errorf("%v is no line: %+v", c, l)
			}
		case strings.HasPrefix(c[1], "strip neutral"):
		case l.Fill == nil:
			t.Errorf("%v is not seen: %+v", c, l)
		case *l.Fill == Colour{}:
			t.Errorf("%v is in no rule of the sheet", c)
		}
	}
	if l := LookOf("path", "e outside observed"); *l.Stroke != (Colour{0xb3, 0x26, 0x1e}) || l.Width != 2.8 || !slices.Equal(l.Dash, []float64{6, 3}) {
		t.Errorf("an observed flow that leaves: %+v", l)
	}
	if l := LookOf("text", "s b outside"); *l.Fill != (Colour{0xb3, 0x26, 0x1e}) || !l.Bold {
		t.Errorf("a text of a rule with an element: %+v", l)
	}
	if l := LookOf("text", "s soft"); *l.Fill != (Colour{0x5a, 0x68, 0x76}) || l.Bold {
		t.Errorf("a soft text: %+v", l)
	}
	if l := LookOf("path", "h inside declared"); *l.Fill != (Colour{255, 255, 255}) {
		t.Errorf("what is declared has an empty arrow: %+v", l)
	}
}

// Every icon is read whole and stays in its square.
func TestOutline(t *testing.T) {
	for name, d := range icons {
		steps := Outline(d)
		if n := len(regexp.MustCompile(`[A-Za-z]`).FindAllString(d, -1)); len(steps) < n {
			t.Errorf("%s: %d steps of %d signs", name, len(steps), n)
		}
		for _, s := range steps {
			for _, v := range []float64{s.X, s.Y} {
				if math.IsNaN(v) || v < 0 || v > 14 {
					t.Errorf("%s: %+v is not in the square", name, s)
				}
			}
		}
	}
	// A circle around 7,7 of two halves stays 6 away from it.
	at := Step{}
	for _, s := range Outline(icons["host"])[:5] {
		if s.Kind == 'C' {
			for _, u := range []float64{0.25, 0.5, 0.75} {
				v := 1 - u
				x := v*v*v*at.X + 3*v*v*u*s.X1 + 3*v*u*u*s.X2 + u*u*u*s.X
				y := v*v*v*at.Y + 3*v*v*u*s.Y1 + 3*v*u*u*s.Y2 + u*u*u*s.Y
				if r := math.Hypot(x-7, y-7); math.Abs(r-6) > 0.01 {
					t.Errorf("the circle is %.3f from its centre at %.2f %.2f", r, x, y)
				}
			}
		}
		at = s
	}
	if at.Kind != 'C' || math.Hypot(at.X-7, at.Y-1) > 1e-6 {
		t.Errorf("the circle ends at %+v", at)
	}
	if n := len(Outline("nonsense 12 zz")); n > 2 {
		t.Errorf("what is no path has %d steps", n)
	}
}

// The parts of a map have each node and each edge; each edge once, with its ends.
func TestCut(t *testing.T) {
	for name, m := range worlds() {
		for _, most := range []int{1, 8, 20} {
			edges, nodes := 0, map[string]bool{}
			for _, p := range Cut(m, most) {
				if len(p.Nodes) > max(most, 2) {
					t.Errorf("%s: a part has %d nodes of %d", name, len(p.Nodes), most)
				}
				in := map[string]bool{}
				for i := range p.Nodes {
					in[p.Nodes[i].ID], nodes[p.Nodes[i].ID] = true, true
				}
				for i := range p.Edges {
					if e := &p.Edges[i]; !in[e.From] || !in[e.To] {
						t.Errorf("%s: the edge from %s to %s has lost an end", name, e.From, e.To)
					}
				}
				edges += len(p.Edges)
			}
			if edges != len(m.Edges) || len(nodes) != len(m.Nodes) {
				t.Errorf("%s: %d of %d edges and %d of %d nodes", name, edges, len(m.Edges), len(nodes), len(m.Nodes))
			}
		}
	}
}

// A map is laid out for the form of the page.
func TestFit(t *testing.T) {
	for name, m := range worlds() {
		for _, page := range [][2]float64{{493, 640}, {740, 400}} {
			d, s := Fit(m, page[0], page[1])
			if w, h := d.Size(); w*s > page[0]+0.01 || h*s > page[1]+0.01 || s <= 0 {
				t.Errorf("%s: %v by %v at %v is not on the page %v", name, w, h, s, page)
			}
		}
	}
	if _, s := Fit(world(10, 1), 493, 640); s < 0.55 {
		t.Errorf("ten things are not legible: %v", s)
	}
}

// Two pictures on one page have no id in common, and refer to their own.
func TestIDs(t *testing.T) {
	ids := regexp.MustCompile(`\bid="([^"]+)"`)
	refs := regexp.MustCompile(`aria-labelledby="([^"]+)"|url\(#([^)]+)\)`)
	seen := map[string]bool{}
	for _, prefix := range []string{"a", "b"} {
		var out bytes.Buffer
		if err := WritePicture(&out, world(35, 2), prefix); err != nil {
			t.Fatal(err)
		}
		mine := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(out.String(), -1) {
			if seen[m[1]] {
				t.Errorf("the id %s stands twice", m[1])
			}
			seen[m[1]], mine[m[1]] = true, true
		}
		n := 0
		for _, m := range refs.FindAllStringSubmatch(out.String(), -1) {
			for _, id := range strings.Fields(m[1] + " " + m[2]) {
				n++
				if !mine[id] {
					t.Errorf("picture %s refers to %s", prefix, id)
				}
			}
		}
		if n < 3 {
			t.Errorf("picture %s refers to %d ids", prefix, n)
		}
	}
}

// A picture with words of its own has no English ones left in it.
func TestWords(t *testing.T) {
	m := world(35, 2)
	m.Title, m.Summary, m.Notes = "", nil, nil
	asked := map[string]bool{}
	m.Words = func(key string, v Values) string {
		asked[key] = true
		return "¤"
	}
	for i := range m.Lanes {
		m.Lanes[i].Name, m.Lanes[i].Full = "¤", ""
	}
	for i := range m.Nodes {
		n := &m.Nodes[i]
		n.Name, n.Full, n.Group, n.Lines = "¤", "¤", "", nil
	}
	var out bytes.Buffer
	if err := WritePicture(&out, m, "x"); err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>|main\.tf|GB|sent`).ReplaceAllString(out.String(), "")
	if rest := regexp.MustCompile(`[a-z]{3,}`).FindAllString(plain, -1); len(rest) > 0 {
		t.Errorf("words that nobody translates: %q", rest)
	}
	for key := range asked {
		if family, _, _ := strings.Cut(key, "."); english[key] == "" && !slices.Contains([]string{"kind", "purpose", "state", "verdict"}, family) {
			t.Errorf("the key %q is not among the words", key)
		}
	}
}
