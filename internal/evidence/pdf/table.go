package pdf

import (
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

func number(n int) string { return strconv.Itoa(n) }

const (
	tableSize = 8.2
	tableLead = 3.9
	pad       = 1.2
)

// A setTable is a table that is cut into lines.
type setTable struct {
	*evidence.Table
	widths  []float64
	caption [][]span
	head    [][][]span // by column
}

func (p *writer) setTable(t *evidence.Table, number int) *setTable {
	s := &setTable{Table: t, widths: p.columns(t)}
	s.caption = p.text(p.d.Frame.Caption("table", number, t.Caption), look{"B", body - 0.5, ink}, p.width)
	for i, h := range t.Head {
		s.head = append(s.head, p.text(h, look{"B", tableSize, ink}, s.widths[i]-2*pad))
	}
	return s
}

// high is the height of the highest of some cells.
func high(cells [][][]span) int {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return most
}

// table sets rows below a head, which stands again on every page. A row is not cut
// unless it is higher than a page.
func (p *writer) table(t *evidence.Table) {
	p.tables++
	p.room(p.tableStart(t, p.tables))
	s := p.setTable(t, p.tables)
	p.lines(s.caption, margin, lead)
	p.Ln(0.6)
	if len(t.Rows) == 0 {
		p.lines(p.text(p.d.Frame.Word("none_listed"), look{"", body - 0.5, soft}, p.width), margin, lead)
		p.Ln(2)
		return
	}
	p.tableHead(s)
	for _, row := range t.Rows {
		p.row(s, row)
	}
	p.Ln(3)
}

// tableStart is the height of the caption, the head and the first row.
func (p *writer) tableStart(t *evidence.Table, number int) float64 {
	s := p.setTable(t, number)
	height := float64(len(s.caption))*lead + 0.6
	if len(t.Rows) == 0 {
		return height + lead
	}
	first := float64(high(p.cells(s.widths, t.Rows[0])))*tableLead + 2*pad
	return min(height+s.headHeight()+first, p.page()*0.7)
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

func (s *setTable) headHeight() float64 { return float64(high(s.head))*tableLead + 2*pad }

func (p *writer) tableHead(s *setTable) {
	p.fill(shade)
	p.strip(s.widths, s.head, 0, high(s.head), s.headHeight(), "FD")
}

// cells cuts a row into lines.
func (p *writer) cells(widths []float64, row []evidence.Cell) [][][]span {
	out := make([][][]span, len(row))
	for i, c := range evidence.Terse(row) {
		for j := range c {
			s := &c[j]
			text := s.Text
			if s.Manner == evidence.Asked {
				text = p.asking(s.Asking)
			}
			f := p.flow(widths[i] - 2*pad)
			f.say(text, lookOf(s, tableSize), s.Sources)
			out[i] = append(out[i], f.lines...)
		}
	}
	return out
}

func (p *writer) row(s *setTable, row []evidence.Cell) {
	cells := p.cells(s.widths, row)
	most := high(cells)
	fit := max(1, int((p.page()-s.headHeight()-2*pad)/tableLead))
	for from := 0; from < most; {
		count := min(most-from, fit)
		height := float64(count)*tableLead + 2*pad
		if height > p.left()+0.01 {
			p.turn(p.across)
			p.tableHead(s)
		}
		p.strip(s.widths, cells, from, count, height, "D")
		from += count
	}
}

// strip sets some lines of a row, within frames of a kind.
func (p *writer) strip(widths []float64, cells [][][]span, from, count int, height float64, frame string) {
	x, y := margin, p.GetY()
	p.draw(line)
	for i, c := range cells {
		p.Rect(x, y, widths[i], height, frame)
		for j := from; j < min(from+count, len(c)); j++ {
			p.SetY(y + pad + float64(j-from)*tableLead)
			p.line(c[j], x+pad, tableLead)
		}
		x += widths[i]
	}
	p.SetXY(margin, y+height)
}
