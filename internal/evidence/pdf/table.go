package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

func number(n int) string { return strconv.Itoa(n) }

// A piece of a cell is some lines in one style; the numbers of its sources follow
// on its last line.
type piece struct {
	style   string
	c       colour
	lines   []string
	sources []int
}

const (
	tableSize = 8.2
	tableLead = 3.9
	pad       = 1.2
)

// table sets rows below a head, which stands again on every page. A row is not cut
// unless it is higher than a page.
func (p *writer) table(t *evidence.Table) {
	p.tables++
	widths := p.columns(t)
	p.room(p.tableStart(t))
	p.ink(ink)
	p.SetFont("go", "B", body-0.5)
	p.MultiCell(p.width, lead, p.d.Frame.Caption("table", p.tables, t.Caption), "", "L", false)
	p.Ln(0.6)
	if len(t.Rows) == 0 {
		p.SetFont("go", "", body-0.5)
		p.ink(soft)
		p.MultiCell(p.width, lead, p.d.Frame.Word("none_listed"), "", "L", false)
		p.Ln(2)
		return
	}
	p.tableHead(t, widths)
	for _, row := range t.Rows {
		p.row(t, widths, row)
	}
	p.Ln(3)
}

// tableStart is the height of the caption, the head and the first row.
func (p *writer) tableStart(t *evidence.Table) float64 {
	if len(t.Rows) == 0 {
		return 4 * lead
	}
	_, most := p.cells(p.columns(t), t.Rows[0])
	_, h := p.GetPageSize()
	return min(4*lead+2*tableLead+float64(most)*tableLead+4*pad, (h-2*margin-foot)*0.6)
}

// columns are the widths of the columns in millimetres.
func (p *writer) columns(t *evidence.Table) []float64 {
	sum := 0
	for _, w := range t.Widths {
		sum += w
	}
	out := make([]float64, len(t.Widths))
	for i, w := range t.Widths {
		out[i] = p.width * float64(w) / float64(sum)
	}
	return out
}

func (p *writer) tableHead(t *evidence.Table, widths []float64) {
	p.SetFont("go", "B", tableSize)
	lines := make([][]string, len(t.Head))
	most := 1
	for i, h := range t.Head {
		lines[i] = p.SplitText(h, widths[i]-2*pad)
		most = max(most, len(lines[i]))
	}
	height := float64(most)*tableLead + 2*pad
	x, y := margin, p.GetY()
	p.draw(line)
	p.fill(shade)
	for i := range t.Head {
		p.Rect(x, y, widths[i], height, "FD")
		p.ink(ink)
		for j, l := range lines[i] {
			p.SetXY(x+pad, y+pad+float64(j)*tableLead)
			p.CellFormat(widths[i]-2*pad, tableLead, l, "", 0, "L", false, 0, "")
		}
		x += widths[i]
	}
	p.SetXY(margin, y+height)
}

// cells cuts a row into lines, and counts those of its highest cell.
func (p *writer) cells(widths []float64, row []evidence.Cell) (cells [][]piece, most int) {
	cells, most = make([][]piece, len(row)), 1
	for i, c := range row {
		n := 0
		for j := range c {
			pc := p.piece(&c[j], widths[i]-2*pad)
			cells[i] = append(cells[i], pc)
			n += len(pc.lines)
		}
		most = max(most, n)
	}
	return cells, most
}

func (p *writer) row(t *evidence.Table, widths []float64, row []evidence.Cell) {
	cells, most := p.cells(widths, evidence.Terse(row))
	_, h := p.GetPageSize()
	full := h - margin - foot - 4 - 20
	for from := 0; from < most; {
		count := most - from
		if fit := int((full - 2*pad) / tableLead); count > fit {
			count = fit
		}
		height := float64(count)*tableLead + 2*pad
		if p.GetY()+height > h-foot-4 {
			p.AddPage()
			p.tableHead(t, widths)
		}
		p.strip(widths, cells, from, count, height)
		from += count
	}
}

// strip sets some lines of a row.
func (p *writer) strip(widths []float64, cells [][]piece, from, count int, height float64) {
	x, y := margin, p.GetY()
	p.draw(line)
	for i, c := range cells {
		p.Rect(x, y, widths[i], height, "D")
		at := 0
		for _, pc := range c {
			for j, l := range pc.lines {
				if at >= from && at < from+count {
					p.SetXY(x+pad, y+pad+float64(at-from)*tableLead)
					p.SetFont("go", pc.style, tableSize)
					p.ink(pc.c)
					if l != "" { // a cell without width would reach to the margin
						p.CellFormat(p.GetStringWidth(l), tableLead, l, "", 0, "L", false, 0, "")
					}
					if j == len(pc.lines)-1 {
						p.numbers(pc.sources)
					}
				}
				at++
			}
		}
		x += widths[i]
	}
	p.SetXY(margin, y+height)
}

// numbers sets the numbers of sources, each a link, behind a text.
func (p *writer) numbers(ns []int) {
	p.SetFont("go", "", tableSize*0.68)
	p.ink(link)
	x, y := p.GetXY()
	x += 0.4
	for i, n := range ns {
		text := number(n)
		if i > 0 {
			text = "," + text
		}
		w := p.GetStringWidth(text)
		p.SetXY(x, y-0.7)
		p.CellFormat(w, tableLead, text, "", 0, "L", false, p.links[n-1], "")
		x += w + 0.3
	}
}

// piece cuts a sentence into lines that leave room for its numbers.
func (p *writer) piece(s *evidence.Sentence, width float64) piece {
	pc := piece{style: manner(s), c: ink, sources: s.Sources}
	text := s.Text
	if s.Manner == evidence.Asked {
		pc.c = amber
		text = p.d.Frame.Question(s.Asking) + " " + text + " (" + s.Asking.ID + ")"
	}
	p.SetFont("go", "", tableSize*0.68)
	reserve := 0.4
	for _, n := range s.Sources {
		reserve += p.GetStringWidth(","+number(n)) + 0.3
	}
	p.SetFont("go", pc.style, tableSize)
	pc.lines = p.lines(text, width)
	if n := len(pc.lines); n > 0 && len(s.Sources) > 0 && p.GetStringWidth(pc.lines[n-1])+reserve > width {
		pc.lines = append(pc.lines, "")
	}
	return pc
}

// lines cuts a text at blanks, and what is longer than a line, such as an address,
// where its parts end.
func (p *writer) lines(text string, width float64) []string {
	var out []string
	cur := ""
	push := func(word string) {
		next := word
		if cur != "" {
			next = cur + " " + word
		}
		if p.GetStringWidth(next) <= width {
			cur = next
			return
		}
		if cur != "" {
			out = append(out, cur)
		}
		cur = word
		for p.GetStringWidth(cur) > width {
			head := p.part(cur, width)
			out = append(out, head)
			cur = cur[len(head):]
		}
	}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) { // not where it must not break
		push(w)
	}
	return append(out, cur)
}

// part is as much of the beginning of a word as fits, up to the end of a part of it
// where there is one.
func (p *writer) part(word string, width float64) string {
	end, good := 0, 0
	for i, r := range word {
		next := i + len(string(r))
		if p.GetStringWidth(word[:next]) > width {
			break
		}
		end = next
		if strings.ContainsRune("./_-:@#→", r) {
			good = next
		}
	}
	if good > end/3 {
		return word[:good]
	}
	if end == 0 {
		_, size := utf8.DecodeRuneInString(word)
		return word[:size]
	}
	return word[:end]
}
