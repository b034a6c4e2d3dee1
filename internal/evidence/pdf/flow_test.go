package pdf

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
)

// hostile are texts as files of others may have them.
var hostile = []string{
	"", " ", "<script>alert(1)</script> | `x` (\\) Tj", strings.Repeat("x", 10_000), strings.Repeat("a.b/c-", 2_000),
	"数据库 and 🔒🔒, שלום, e\u0301", "\u202egnp.exe\u2066\u0000\u001b[31m\u200b", "\xff\xfe\xe2\x82", strings.Repeat("many words ", 300),
	strings.Repeat("\U0001F512", 600), "12\u00a0345\u00a0MB of " + strings.Repeat("\u00a0", 400),
}

// document is one in English of what write adds.
func document(t *testing.T, write func(*evidence.Builder)) *evidence.Document {
	t.Helper()
	k := evidence.Kind{Name: "trial", Messages: fstest.MapFS{"en.yaml": {Data: []byte("title: Trial\nhead: \"{x}\"\ntable: Table\ncolumn: COLUMN\n")}}, Write: func(b *evidence.Builder) error { write(b); return nil }}
	d, err := k.Make(evidencetest.Case(t, evidencetest.Example("clinic-assistant-sovereign", 3), nil), "en")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestLinesHoldTheirWidth: no line is wider than its cell, however many numbers follow,
// and no text is lost.
func TestLinesHoldTheirWidth(t *testing.T) {
	d := document(t, func(b *evidence.Builder) {
		for i := range 120 {
			b.Paragraph(b.Name("x", evidence.In(strings.Repeat("i", i+1))))
		}
	})
	p := begin(d, 1)
	p.AddPage()
	var sources []int
	for i := range d.Sources {
		sources = append(sources, i+1)
	}
	n := 0
	for _, width := range []float64{5, 14, 28, 90, 174} {
		for _, text := range hostile {
			for _, count := range []int{0, 1, 7, 120} {
				f := p.flow(width)
				f.say(text, look{"", tableSize, ink}, sources[:count])
				f.say("and a second one", look{"I", tableSize, ink}, sources[:count])
				var said strings.Builder
				links := 0
				for _, l := range f.lines {
					x := 0.0
					for _, s := range l {
						x += s.gap + s.width
						if s.link != 0 {
							links++
						} else {
							said.WriteString(s.text)
						}
						n++
					}
					if x > width+0.01 {
						t.Errorf("a line of %.1f mm stands in %.1f mm: %.80q…", x, width, l[0].text)
					}
				}
				want := 2 * count
				if strings.TrimLeft(text, " ") == "" {
					want = count
				}
				if links != want {
					t.Errorf("%d numbers of %d stand behind %.40q", links, want, text)
				}
				if all := strings.Join(strings.Fields(p.shown(text)), "") + "andasecondone"; strings.ReplaceAll(said.String(), "\u00a0", "") != strings.ReplaceAll(all, "\u00a0", "") {
					t.Errorf("%.40q became %.80q", text, said.String())
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing was set")
	}
}

// TestNothingIsDroppedForWantOfAGlyph names what the fonts do not have.
func TestNothingIsDroppedForWantOfAGlyph(t *testing.T) {
	p := begin(document(t, func(*evidence.Builder) {}), 1)
	for in, want := range map[string]string{
		"ordinary → text: „äöüß“ – 12\u00a0345 €": "ordinary → text: „äöüß“ – 12\u00a0345 €",
		"e\u0301":      "é",
		"数据 x":         "[U+6570 U+636E] x",
		"a\U0001F512":  "a[U+1F512]",
		"\u202etxt":    "[U+202E]txt",
		"\xff":         "\ufffd",
		"line\nbroken": "line\nbroken",
	} {
		if got := p.shown(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if !p.lacked {
		t.Error("the note about it is not asked for")
	}
}

// TestFontsHaveTheSame holds the fonts of the page against each other, since one is
// asked for all.
func TestFontsHaveTheSame(t *testing.T) {
	for name, ttf := range map[string][]byte{"regular": goregular.TTF, "bold": gobold.TTF, "italic": goitalic.TTF, "mono": gomonobold.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for r := range has() {
			if g, err := f.GlyphIndex(&b, r); err != nil || g == 0 {
				t.Errorf("%s has no %U", name, r)
			}
		}
	}
	if len(has()) < 500 {
		t.Errorf("the fonts have %d characters only", len(has()))
	}
}

// TestHostileTexts sets what files of others may say in every place of a document: there
// is one, its lines stay on the page, and it is the same twice.
func TestHostileTexts(t *testing.T) {
	at := evidence.Source{Kind: evidence.File, At: "a\u202e数🔒.tf:1"}
	made := document(t, func(b *evidence.Builder) {
		for _, text := range hostile {
			if strings.TrimSpace(text) == "" {
				continue
			}
			b.Head(1, "head", evidence.Values{"x": text})
			b.Paragraph(b.Name(text, at), b.Ask("unbound", ""), b.Ask("purpose", text))
			b.List(evidence.Item{b.Name(text, at), b.Ask("contact", text)})
			b.Table("table", []string{"table", "table"}, []int{1, 5}, [][]evidence.Cell{{{b.Name(text, at)}, {b.Name(text, at), b.Ask("contact", text)}}})
		}
		b.Table("table", []string{"table"}, []int{1}, nil)
	})
	made.Title, made.Subject = "Trial 🔒", "\xe2 of 数"
	made.Blocks = append(made.Blocks, evidence.Block{Figure: &evidence.Figure{Caption: "数🔒", Map: &diagram.Map{Title: "\U0001F512", Day: "2026-11-25", By: "country",
		Lanes: []diagram.Lane{{ID: "?", Name: "数", Form: diagram.NotKnown, Standing: diagram.Open}},
		Nodes: []diagram.Node{{ID: "a", Lane: "?", Name: "数🔒" + strings.Repeat("n", 500), Full: "a"}}}}})
	var one, two bytes.Buffer
	if err := Write(&one, made); err != nil {
		t.Fatal(err)
	}
	if err := Write(&two, made); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("two runs differ: %v", err)
	}
	if one.Len() > 4<<20 {
		t.Errorf("it has %d bytes", one.Len())
	}
}

// TestPages sets sections one below the other, so that pages end at every place: no line
// leaves its page, a heading is followed by what it is for, and a table has its head on
// each page.
func TestPages(t *testing.T) {
	at := evidence.In("x")
	made := document(t, func(b *evidence.Builder) {
		for i := range 240 {
			b.Head(1, "head", evidence.Values{"x": "HEADING one"})
			b.Head(2, "head", evidence.Values{"x": "HEADING two " + strings.Repeat("which is long ", i%9)})
			b.Paragraph(b.Name(strings.Repeat("filler ", 1+i*13%90), at))
			switch i % 3 {
			case 0:
				b.Table("table", []string{"column"}, []int{1}, [][]evidence.Cell{{{b.Name(strings.Repeat("cell ", 1+i*31%400), at)}}, {{b.Name("cell", at)}}, {{b.Name("cell", at)}}, {{b.Name(strings.Repeat("cell ", 1+i*53%900), at)}}})
			case 1:
				b.Paragraph(b.Ask("purpose", "triage"))
			default:
				b.List(evidence.Item{b.Name(strings.Repeat("item ", 1+i*17%120), at)})
			}
		}
	})
	p := begin(made, 1)
	type seen struct {
		page int
		text string
	}
	var lines []seen
	p.drawn = func(page int, y, lead float64, line []span) {
		_, h := p.GetPageSize()
		if bottom := h - foot - 4; y < margin-0.01 || y+lead > bottom+0.02 {
			t.Errorf("page %d: a line stands at %.1f to %.1f", page, y, y+lead)
		}
		text := ""
		for _, s := range line {
			text += s.text + " "
		}
		lines = append(lines, seen{page, text})
	}
	p.set()
	if err := p.Error(); err != nil {
		t.Fatal(err)
	}
	heads, tables := 0, 0
	for i, l := range lines[:len(lines)-1] {
		next := lines[i+1]
		if strings.HasPrefix(l.text, "HEADING") {
			heads++
			if next.page != l.page {
				t.Errorf("page %d ends with %q", l.page, l.text)
			}
		}
		first := i == 0 || lines[i-1].page != l.page
		if first && strings.HasPrefix(l.text, "cell") {
			t.Errorf("page %d begins with a row and no head", l.page)
		}
		if first && strings.HasPrefix(l.text, "COLUMN") {
			tables++
		}
	}
	if heads < 480 || tables < 10 || p.PageNo() < 60 {
		t.Errorf("%d headings, %d tables over two pages, %d pages: the test shows nothing", heads, tables, p.PageNo())
	}
}
