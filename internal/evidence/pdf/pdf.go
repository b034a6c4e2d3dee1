// Package pdf writes documents as PDF: A4, searchable text in fonts that are
// embedded, links from each statement to where it was read, bookmarks. The same
// document gives the same bytes.
package pdf

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// Measures of the page, in millimetres.
const (
	margin   = 18.0
	foot     = 16.0
	body     = 9.5 // points
	small    = 7.5
	lead     = 4.6 // height of a line of body text
	leadTiny = 3.7
)

// A writer sets one document.
type writer struct {
	*fpdf.Fpdf
	d               *evidence.Document
	width           float64 // of the text
	links           []int   // of the sources, by number
	tables, figures int
	plans           map[*evidence.Figure]*evidence.Sheets
	across          bool // the page lies
	lacked          bool // some character is named by its number

	drawn func(page int, y, lead float64, line []span) // sees each line, in tests
}

// Write writes a document as PDF. It is set twice: how many pages there are is known
// at the end, and stands on each.
func Write(w io.Writer, d *evidence.Document) error {
	first, err := set(d, 0)
	if err != nil {
		return err
	}
	p, err := set(d, first.PageCount())
	if err != nil {
		return err
	}
	return p.Output(w)
}

// set sets a document of so many pages.
func set(d *evidence.Document, pages int) (*writer, error) {
	p := begin(d, pages)
	p.set()
	if err := p.Error(); err != nil {
		return nil, fmt.Errorf("write %s as PDF: %w", d.Name, err)
	}
	return p, nil
}

func begin(d *evidence.Document, pages int) *writer {
	p := &writer{Fpdf: fpdf.New("P", "mm", "A4", ""), d: d, plans: map[*evidence.Figure]*evidence.Sheets{}}
	p.prepare(pages)
	return p
}

// set sets the whole document.
func (p *writer) set() {
	p.front()
	for i := range p.d.Blocks {
		p.block(p.d.Blocks, i)
	}
	if p.across {
		p.turn(false)
	}
	p.sources()
}

// epoch is the day of creation that every file has: when it was made is no fact of
// the document, and would make two runs differ.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (p *writer) prepare(pages int) {
	p.SetCreationDate(epoch)
	p.SetModificationDate(epoch)
	p.SetCatalogSort(true)
	p.SetTitle(p.shown(p.d.Title+" · "+p.d.Subject), true)
	p.SetLang(p.d.Language)
	p.SetProducer("Bailiwick", true)
	// fpdf writes into the bytes of a font: without a copy the second document would
	// differ from the first.
	p.AddUTF8FontFromBytes("go", "", bytes.Clone(goregular.TTF))
	p.AddUTF8FontFromBytes("go", "B", bytes.Clone(gobold.TTF))
	p.AddUTF8FontFromBytes("go", "I", bytes.Clone(goitalic.TTF))
	p.AddUTF8FontFromBytes("mono", "B", bytes.Clone(gomonobold.TTF))
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0) // each line asks for its room
	w, _ := p.GetPageSize()
	p.width = w - 2*margin
	p.SetCellMargin(0)
	p.SetFooterFunc(func() {
		w, _ := p.GetPageSize() // of the page that ends, which may lie
		w -= 2 * margin
		p.SetY(-foot)
		p.ink(soft)
		p.SetFont("go", "", small)
		p.CellFormat(w/2, 5, p.fit(p.shown(p.d.Title+" · "+p.d.Subject), w*0.72), "", 0, "L", false, 0, "")
		p.CellFormat(w/2, 5, p.d.Frame.Page(p.PageNo(), pages), "", 0, "R", false, 0, "")
	})
	for range p.d.Sources {
		p.links = append(p.links, p.AddLink())
	}
}

// fit cuts a text to a width.
func (p *writer) fit(s string, width float64) string {
	if p.GetStringWidth(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && p.GetStringWidth(string(r)+"…") > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// A colour is red, green and blue.
type colour [3]int

var (
	ink    = colour{28, 39, 51}
	soft   = colour{90, 104, 118}
	link   = colour{11, 87, 164}
	line   = colour{201, 210, 219}
	shade  = colour{240, 243, 246}
	asking = colour{253, 248, 236}
	amber  = colour{138, 97, 0}
)

func (p *writer) ink(c colour)  { p.SetTextColor(c[0], c[1], c[2]) }
func (p *writer) fill(c colour) { p.SetFillColor(c[0], c[1], c[2]) }
func (p *writer) draw(c colour) { p.SetDrawColor(c[0], c[1], c[2]) }

// room begins a new page unless there are so many millimetres left on this one.
func (p *writer) room(height float64) {
	if height > p.left()+0.01 {
		p.turn(p.across)
	}
}

// left is how high what still fits on the page is, page how high all that fits on one is.
func (p *writer) left() float64 {
	_, h := p.GetPageSize()
	return h - foot - 4 - p.GetY()
}

func (p *writer) page() float64 {
	_, h := p.GetPageSize()
	return h - foot - 4 - margin
}

// front is the head of the first page.
func (p *writer) front() {
	p.AddPage()
	p.lines(p.text(p.d.Title, look{"B", 20, ink}, p.width), margin, 9)
	p.lines(p.text(p.d.Subject, look{"", 11, soft}, p.width), margin, 6)
	p.Ln(2)
	p.lines(p.text(p.d.Frame.Word("notice"), look{"I", small + 1, soft}, p.width), margin, leadTiny+0.4)
	p.Ln(1.5)
	p.lines(p.text(p.d.Frame.Open(p.d), look{"B", body, ink}, p.width), margin, lead)
	p.Ln(2)
}
