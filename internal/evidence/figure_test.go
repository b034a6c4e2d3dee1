package evidence_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

var named = regexp.MustCompile(`\{[a-z]+\}`)

func namesOf(s string) []string {
	out := named.FindAllString(s, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

// TestFigureWords: each word of a picture is there, with the names that the picture
// has values for.
func TestFigureWords(t *testing.T) {
	src, err := os.ReadFile("words/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for line := range strings.Lines(string(src)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		text[key] = value
	}
	for _, key := range diagram.Keys() {
		have, ok := text["figure."+key]
		if want := namesOf(diagram.English(key, nil)); !ok || !slices.Equal(namesOf(have), want) {
			t.Errorf("figure.%s is %q; the picture has values for %q", key, have, want)
		}
	}
	families := 0
	for key := range text {
		family, word, _ := strings.Cut(key, ".")
		if slices.Contains([]string{"kind", "purpose", "state", "verdict"}, family) {
			families++
			if text["figure."+family+"."+word] == "" {
				t.Errorf("figure.%s.%s is missing", family, word)
			}
		}
	}
	if families < 60 {
		t.Errorf("only %d words of lists were looked at", families)
	}
}

// figures are a document of three figures.
func figures(t *testing.T, language string) *evidence.Document {
	t.Helper()
	k := kind("f: Figure\n", func(b *evidence.Builder) error {
		b.Figure("f", nil, "", chart.ByCountry)
		b.Figure("f", nil, "triage", chart.ByOperator)
		b.Figure("f", nil, "", chart.ByCountry, diagram.Outside)
		return nil
	})
	d, err := k.Make(clinic(t), language)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestFigureLanguage: a German document has German pictures.
func TestFigureLanguage(t *testing.T) {
	var page, marks bytes.Buffer
	d := figures(t, "de")
	if err := evidence.Write(&page, "html", d); err != nil {
		t.Fatal(err)
	}
	if err := evidence.Write(&marks, "markdown", d); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{page.String(), marks.String()} {
		for _, want := range []string{"Deutschland", "außerhalb des Perimeters", "Vereinigte Staaten", "Nutzdaten", "Rechtsstand 25. November 2026"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing", want)
			}
		}
		for _, never := range []string{"Germany", "United States", "the perimeter", "object store", ", planned", "law as of"} {
			if strings.Contains(out, never) {
				t.Errorf("%q stands in a German picture", never)
			}
		}
	}
	told := regexp.MustCompile(`<desc id="[^"]+">([^<]*)</desc>`).FindAllStringSubmatch(page.String(), -1)
	if len(told) != 3 {
		t.Fatalf("%d of 3 figures are described", len(told))
	}
	for _, m := range told {
		for _, want := range []string{"Nach ", " Elemente, ", "verlässt den Perimeter."} {
			if !strings.Contains(m[1], want) {
				t.Errorf("%q is missing in the description %q", want, m[1])
			}
		}
		for _, never := range []string{"fold ", "host ", "ours ", "Germany"} {
			if strings.Contains(m[1], never) {
				t.Errorf("the description has the word %q of the program: %q", never, m[1])
			}
		}
	}
	if !strings.Contains(told[0][1], "Deutschland, innerhalb des Perimeters: ") || !strings.Contains(told[1][1], "Amazon Web Services, Recht von: Vereinigte Staaten, außerhalb des Perimeters: ") {
		t.Errorf("the descriptions say nothing of lanes: %q, %q", told[0][1], told[1][1])
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bid="([^"]+)"`).FindAllStringSubmatch(page.String(), -1) {
		if ids[m[1]] {
			t.Errorf("the id %s stands twice on the page", m[1])
		}
		ids[m[1]] = true
	}
}

// TestPageIsAccessible holds a page against what WCAG 2.2 asks and a program can see.
func TestPageIsAccessible(t *testing.T) {
	k := kind("h: Head\nt: Table\nf: Figure\n", func(b *evidence.Builder) error {
		b.Head(1, "h", nil)
		b.Figure("f", nil, "", chart.ByCountry)
		b.Head(2, "h", nil)
		b.Table("t", []string{"t"}, []int{1}, [][]evidence.Cell{{{b.Quote("quoted", evidence.In("x"))}}})
		b.Table("t", []string{"t"}, []int{1}, nil)
		b.Paragraph(b.Ask("purpose", "triage"))
		return nil
	})
	d, err := k.Make(clinic(t), "fr")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := evidence.Write(&out, "html", d); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for want, n := range map[string]int{`<html lang="fr">`: 1, "<h1>": 1, "<main ": 1, "<title>Trial · ": 1, `class="skip" href="#main"`: 1, `<th scope="col">`: 1, "<caption id=": 2, `role="img" aria-labelledby="figure1-title figure1-desc"`: 1, `lang="en"`: 1, `role="region" tabindex="0"`: 2, "@media print": 2} {
		if got := strings.Count(page, want); got != n {
			t.Errorf("%s stands %d times, want %d", want, got, n)
		}
	}
	refers := regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(refers) < 8 {
		t.Errorf("only %d references", len(refers))
	}
	for _, m := range refers {
		for id := range strings.FieldsSeq(m[1]) {
			if strings.Count(page, ` id="`+id+`"`) != 1 {
				t.Errorf("%s refers to no part of the page, or to several", m[0])
			}
		}
	}
	last := 1
	for _, m := range regexp.MustCompile(`<h([1-6])[ >]`).FindAllStringSubmatch(page, -1) {
		level := int(m[1][0] - '0')
		if level > last+1 {
			t.Errorf("a heading of level %d below one of level %d", level, last)
		}
		last = level
	}
}

// TestOnPaper: whatever its size, a map is legible on its pages, and nothing of it
// is lost.
func TestOnPaper(t *testing.T) {
	d := figures(t, "en")
	if n := len(evidence.OnPaper(d.Blocks[0].Figure.Map).Parts); n != 1 {
		t.Errorf("the overview takes %d pages", n)
	}
	wide := &diagram.Map{Day: "2026-11-25", By: "country"}
	for i := range 60 {
		id := string(rune('A'+i/26)) + string(rune('A'+i%26))
		wide.Lanes = append(wide.Lanes, diagram.Lane{ID: id, Name: id, Form: diagram.Country, Standing: diagram.Outside})
		wide.Nodes = append(wide.Nodes, diagram.Node{ID: id, Lane: id, Name: id, Full: id, Standing: diagram.Outside})
	}
	for name, m := range map[string]*diagram.Map{"whole": d.Blocks[0].Figure.Map, "system": d.Blocks[1].Figure.Map, "outside": d.Blocks[2].Figure.Map, "many lanes": wide, "empty": {Day: "2026-11-25", By: "country"}} {
		s := evidence.OnPaper(m)
		if len(s.Parts) == 0 {
			t.Errorf("%s: no page", name)
		}
		for i, p := range s.Parts {
			w, h := p.Size()
			most, high := evidence.PageWidth, evidence.PageHeight
			if s.Across {
				most, high = evidence.AcrossWidth, evidence.AcrossHeight
			}
			if s.Scales[i] < evidence.Legible || w*s.Scales[i] > most+0.01 || h*s.Scales[i] > high+0.01 {
				t.Errorf("%s: part %d is %v by %v at %v", name, i, w, h, s.Scales[i])
			}
		}
	}
}
