package evidence

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
)

//go:embed page.html
var pageHTML string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"picture": picture, "link": linkTo, "terse": Terse, "next": func(n int) int { return n + 1 },
	}).Parse(pageHTML))
})

// writeHTML writes one page that needs nothing else: it has a language, landmarks, a
// table of contents, captions and heads of columns for who reads it by ear
// (WCAG 2.2, level AA).
func writeHTML(w io.Writer, d *Document) error {
	return pageTemplate().Execute(w, pageOf(d))
}

// A page is a document as the template reads it: numbered.
type page struct {
	*Document
	Parts []part
}

// A part is a block with its number, and the id of a heading.
type part struct {
	Block
	Number int
	ID     string
	Tag    string
}

func pageOf(d *Document) *page {
	p := &page{Document: d}
	tables, figures, heads := 0, 0, 0
	for _, b := range d.Blocks {
		q := part{Block: b}
		switch {
		case b.Table != nil:
			tables++
			q.Number = tables
		case b.Figure != nil:
			figures++
			q.Number = figures
		case b.Heading != nil:
			heads++
			q.Number = heads
			q.Tag = "h" + string(rune('1'+b.Heading.Level))
		}
		p.Parts = append(p.Parts, q)
	}
	return p
}

// picture draws the map of figure n as SVG within a page.
func picture(m *diagram.Map, n int) (template.HTML, error) {
	var b strings.Builder
	err := diagram.WritePicture(&b, m, "figure"+strconv.Itoa(n))
	return template.HTML(b.String()), err // #nosec G203: the writer escapes every text
}

// With is a sentence and the words around it, as the template passes them on.
func (p *page) With(s Sentence) struct {
	S Sentence
	F *Frame
} {
	return struct {
		S Sentence
		F *Frame
	}{s, p.Frame}
}
