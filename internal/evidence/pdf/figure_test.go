package pdf

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
)

// TestMarks: what pictures write beside names is in the fonts of the page, or drawn.
func TestMarks(t *testing.T) {
	for name, ttf := range map[string][]byte{"regular": goregular.TTF, "bold": gobold.TTF, "mono": gomonobold.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for _, r := range "✓✕?→←…·×□äöüÄÖÜßéèêàçœÉÀ" {
			if g, err := f.GlyphIndex(&b, r); (err != nil || g == 0) && marks[r] == "" {
				t.Errorf("%s has no %c, and it is not drawn", name, r)
			}
		}
	}
}

// TestNumberBeginsLine: where the number of a source has no room on its line, what comes
// after it stands below, and not upon that line.
func TestNumberBeginsLine(t *testing.T) {
	p := begin(&evidence.Document{Language: "en", Frame: &evidence.Frame{}, Sources: []evidence.Source{{}}}, 1)
	p.AddPage()
	p.links = []int{p.AddLink()}
	begun := 0
	for n := range 300 {
		y := p.GetY()
		p.SetX(margin)
		p.sentence(&evidence.Sentence{Text: strings.Repeat("i", n), Sources: []int{1}}, body, lead)
		x, after := p.GetXY()
		if x < margin+5 && n > 50 {
			begun++
			if after < y+lead-0.01 {
				t.Errorf("of %d letters what follows is set at %.1f, where the line is at %.1f", n, after, y)
			}
		}
		p.SetY(margin)
	}
	if begun == 0 {
		t.Error("no number begins a line")
	}
}

// TestBlanks: a cell is not cut at a blank that must not break.
func TestBlanks(t *testing.T) {
	p := begin(&evidence.Document{Language: "en", Frame: &evidence.Frame{}}, 1)
	p.SetFont("go", "", body)
	for _, l := range p.lines("claimed: 0, known: 4, against:\u00a01", p.GetStringWidth("claimed: 0, known: 4, against:")) {
		if strings.HasSuffix(l, "against:") {
			t.Errorf("it is cut after %q", l)
		}
	}
}

// TestFigures sets figures of every kind below one another: each stands with its
// caption, on as many pages as it takes, and pages that lie are followed by ones
// that stand.
func TestFigures(t *testing.T) {
	small := &diagram.Map{Title: "✕ 数 \U0001F512", Day: "2026-11-25", By: "country", Lanes: []diagram.Lane{{ID: "?", Name: "?", Form: diagram.NotKnown, Standing: diagram.Open}},
		Nodes: []diagram.Node{{ID: "a", Lane: "?", Name: "a", Full: "a", Fails: 2, Standing: diagram.Outside}, {ID: "b", Lane: "?", Name: "b", Full: "b", Opens: 1}},
		Edges: []diagram.Edge{{From: "a", To: "b", State: "observed", Standing: diagram.Open}}}
	figure := func(m *diagram.Map) evidence.Block {
		return evidence.Block{Figure: &evidence.Figure{Caption: "caption", Map: m}}
	}
	head := evidence.Block{Heading: &evidence.Heading{Level: 1, Text: "heading"}}
	d := &evidence.Document{Name: "trial", Language: "en", Title: "Trial", Blocks: []evidence.Block{head, figure(small), head, figure(small), figure(small), head}}
	k := evidence.Kind{Name: "trial", Messages: fstest.MapFS{"en.yaml": {Data: []byte("title: Trial\n")}}, Write: func(*evidence.Builder) error { return nil }}
	made, err := k.Make(evidencetest.Case(t, evidencetest.Example("clinic-assistant-sovereign", 3), nil), "en")
	if err != nil {
		t.Fatal(err)
	}
	d.Frame = made.Frame
	p := begin(d, 1)
	lying := &evidence.Sheets{Across: true}
	d1, s := diagram.Fit(small, evidence.AcrossWidth, evidence.AcrossHeight)
	lying.Parts, lying.Scales = []*diagram.Drawing{d1}, []float64{s}
	p.plans[d.Blocks[3].Figure], p.plans[d.Blocks[4].Figure] = lying, lying
	p.SetCompression(false)
	p.set()
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	var ways []string
	for _, m := range regexp.MustCompile(`/Type /Page\n.*\n(?s:.*?)>>`).FindAllString(out.String(), -1) {
		way := "stands"
		if strings.Contains(m, "841.89 595.28") {
			way = "lies"
		}
		ways = append(ways, way)
	}
	if got := strings.Join(ways, " "); got != "stands lies lies stands" {
		t.Errorf("the pages: %s", got)
	}
}
