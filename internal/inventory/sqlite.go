package inventory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// sqliteBlobs calls f with the last column of every row of a table, which is a
// blob. It reads the file form of SQLite 3 (https://www.sqlite.org/fileformat2.html)
// as far as a table without an index needs it: the whole engine would be larger
// than this program.
func sqliteBlobs(r io.ReaderAt, size int64, table string, f func([]byte) error) error {
	head := make([]byte, 100)
	if _, err := r.ReadAt(head, 0); err != nil {
		return errors.New("it is cut short")
	}
	d := &sqlite{r: r, page: int64(binary.BigEndian.Uint16(head[16:]))}
	if d.page == 1 {
		d.page = 65_536
	}
	if d.page < 512 || d.page&(d.page-1) != 0 {
		return fmt.Errorf("pages of %d bytes are not possible", d.page)
	}
	d.usable, d.pages = d.page-int64(head[20]), size/d.page
	if d.usable < 480 {
		return errors.New("its pages are all reserve")
	}
	root := int64(0)
	err := d.walk(1, 0, func(row []byte) error {
		cols, err := columns(row)
		if err != nil {
			return err
		}
		if len(cols) >= 4 && string(cols[0].data) == "table" && string(cols[1].data) == table {
			root = cols[3].number()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if root == 0 {
		return fmt.Errorf("it has no table %s", table)
	}
	return d.walk(root, 0, func(row []byte) error {
		cols, err := columns(row)
		if err != nil {
			return err
		}
		if len(cols) == 0 {
			return errors.New("a row has no columns")
		}
		return f(cols[len(cols)-1].data)
	})
}

type sqlite struct {
	r            io.ReaderAt
	page, usable int64
	pages        int64
	visited      int64
}

const (
	interiorTable = 0x05
	leafTable     = 0x0d
)

func (d *sqlite) read(no int64) ([]byte, error) {
	if d.visited++; no < 1 || no > d.pages || d.visited > 2*d.pages+16 {
		return nil, errors.New("its pages lead out of it, or in a circle")
	}
	p := make([]byte, d.page)
	if _, err := d.r.ReadAt(p, (no-1)*d.page); err != nil {
		return nil, errors.New("it is cut short")
	}
	return p, nil
}

// walk calls f with the payload of every row below a page.
func (d *sqlite) walk(no int64, depth int, f func([]byte) error) error {
	if depth > 32 {
		return errors.New("its tree is too deep")
	}
	p, err := d.read(no)
	if err != nil {
		return err
	}
	h := p
	if no == 1 {
		h = p[100:]
	}
	cells := int(binary.BigEndian.Uint16(h[3:]))
	first := 8
	if h[0] == interiorTable {
		first = 12
	}
	if h[0] != interiorTable && h[0] != leafTable || first+2*cells > len(h) {
		return errors.New("a page is broken")
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(h[first+2*i:]))
		if at+4 > len(p) {
			return errors.New("a cell is broken")
		}
		if h[0] == interiorTable {
			err = d.walk(int64(binary.BigEndian.Uint32(p[at:])), depth+1, f)
		} else if row, bad := d.payload(p, at); bad != nil {
			err = bad
		} else {
			err = f(row)
		}
		if err != nil {
			return err
		}
	}
	if h[0] == interiorTable {
		return d.walk(int64(binary.BigEndian.Uint32(h[8:])), depth+1, f)
	}
	return nil
}

// payload reads the row of a cell, with what of it stands on other pages.
func (d *sqlite) payload(p []byte, at int) ([]byte, error) {
	want, n := varint(p[at:])
	_, m := varint(p[min(at+n, len(p)):])
	at += n + m
	if n == 0 || m == 0 || want > textLimit {
		return nil, errors.New("a cell is broken")
	}
	here, most, least := want, d.usable-35, (d.usable-12)*32/255-23
	if want > most {
		if here = least + (want-least)%(d.usable-4); here > most {
			here = least
		}
	}
	if int64(at)+here > int64(len(p)) {
		return nil, errors.New("a cell is broken")
	}
	out := append(make([]byte, 0, min(want, d.pages*d.page)), p[at:int64(at)+here]...)
	if here == want {
		return out, nil
	}
	at += int(here)
	if at+4 > len(p) {
		return nil, errors.New("a cell is broken")
	}
	for next := int64(binary.BigEndian.Uint32(p[at:])); int64(len(out)) < want; {
		o, err := d.read(next)
		if err != nil {
			return nil, err
		}
		out = append(out, o[4:4+min(d.usable-4, want-int64(len(out)))]...)
		next = int64(binary.BigEndian.Uint32(o))
	}
	return out, nil
}

type column struct {
	kind int64
	data []byte
}

func (c column) number() int64 {
	switch c.kind {
	case 8:
		return 0
	case 9:
		return 1
	}
	n := int64(0)
	for _, b := range c.data[:min(len(c.data), 8)] {
		n = n<<8 | int64(b)
	}
	return n
}

// columns takes a row apart.
func columns(row []byte) ([]column, error) {
	size, n := varint(row)
	if n == 0 || size < int64(n) || size > int64(len(row)) {
		return nil, errors.New("a row is broken")
	}
	var out []column
	data := row[size:]
	for head := row[n:size]; len(head) > 0; {
		kind, n := varint(head)
		if n == 0 {
			return nil, errors.New("a row is broken")
		}
		head = head[n:]
		length := int64(0)
		switch {
		case kind >= 12:
			length = (kind - 12) / 2
		case kind <= 4:
			length = kind
		case kind == 5:
			length = 6
		case kind == 6, kind == 7:
			length = 8
		}
		if length < 0 || length > int64(len(data)) {
			return nil, errors.New("a row is broken")
		}
		out = append(out, column{kind, data[:length]})
		data = data[length:]
	}
	return out, nil
}

// varint reads a number of SQLite's; n is 0 when there is none.
func varint(b []byte) (v int64, n int) {
	for i := range min(len(b), 9) {
		if i == 8 {
			return v<<8 | int64(b[i]), 9
		}
		v = v<<7 | int64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
