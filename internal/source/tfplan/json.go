package tfplan

import (
	"bytes"
	"encoding/json"
	"sort"
)

// A span is one JSON value inside a document: src[from:to]. The zero span is
// no value. Documents are validated once; after that they are walked in
// place, because a plan of 10,000 resources has 50 MB, of which a check reads
// a small part.
type span struct{ from, to int }

func (s span) none() bool { return s.to == 0 }

// A doc is a valid JSON document with its lines.
type doc struct {
	file   string
	src    []byte
	breaks []int // offsets of line ends
}

func newDoc(file string, src []byte) *doc {
	d := &doc{file: file, src: src}
	for at := 0; ; {
		i := bytes.IndexByte(src[at:], '\n')
		if i < 0 {
			return d
		}
		d.breaks = append(d.breaks, at+i)
		at += i + 1
	}
}

// line is the 1-based line of an offset.
func (d *doc) line(at int) int { return sort.SearchInts(d.breaks, at) + 1 }

// kind is the first byte of the value: { [ " t f n, or one of a number; 0 for none.
func (d *doc) kind(s span) byte {
	if s.none() {
		return 0
	}
	return d.src[s.from]
}

func (d *doc) isNull(s span) bool { k := d.kind(s); return k == 0 || k == 'n' }
func (d *doc) isTrue(s span) bool { return d.kind(s) == 't' }

// text is a string; "" for other values.
func (d *doc) text(s span) string {
	if d.kind(s) != '"' {
		return ""
	}
	raw := d.src[s.from+1 : s.to-1]
	if bytes.IndexByte(raw, '\\') < 0 && isASCII(raw) {
		return string(raw)
	}
	var out string
	_ = json.Unmarshal(d.src[s.from:s.to], &out) // the document is valid
	return out
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// plain is the value as plain Go, numbers as float64.
func (d *doc) plain(s span) any {
	if s.none() {
		return nil
	}
	var v any
	_ = json.Unmarshal(d.src[s.from:s.to], &v) // fails on numbers beyond float64 only: nil
	return v
}

// A member is one key of an object.
type member struct {
	name string
	at   int // offset of the key
	val  span
}

// members returns the keys of an object in order; nil for other values.
func (d *doc) members(s span) []member {
	if d.kind(s) != '{' {
		return nil
	}
	var out []member
	for i := d.space(s.from + 1); d.src[i] != '}'; {
		k := span{i, d.skip(i)}
		i = d.space(d.space(k.to) + 1) // after the colon
		v := span{i, d.skip(i)}
		out = append(out, member{d.text(k), k.from, v})
		if i = d.space(v.to); d.src[i] == ',' {
			i = d.space(i + 1)
		}
	}
	return out
}

// find returns the value of a key; of equal keys the last one counts.
func find(ms []member, name string) (member, bool) {
	for i := len(ms) - 1; i >= 0; i-- {
		if ms[i].name == name {
			return ms[i], true
		}
	}
	return member{}, false
}

// get returns the value of a key of an object; none when it is not there.
func (d *doc) get(s span, name string) span {
	m, _ := find(d.members(s), name)
	return m.val
}

// items returns the elements of a list; nil for other values.
func (d *doc) items(s span) []span {
	if d.kind(s) != '[' {
		return nil
	}
	var out []span
	for i := d.space(s.from + 1); d.src[i] != ']'; {
		v := span{i, d.skip(i)}
		out = append(out, v)
		if i = d.space(v.to); d.src[i] == ',' {
			i = d.space(i + 1)
		}
	}
	return out
}

// root is the value of the whole document.
func (d *doc) root() span {
	i := d.space(0)
	return span{i, d.skip(i)}
}

func (d *doc) space(i int) int {
	for i < len(d.src) && (d.src[i] == ' ' || d.src[i] == '\n' || d.src[i] == '\r' || d.src[i] == '\t') {
		i++
	}
	return i
}

// skip returns the offset after the value at i.
func (d *doc) skip(i int) int {
	switch d.src[i] {
	case '"':
		return d.skipString(i)
	case '{', '[':
		for depth := 0; ; i++ {
			switch d.src[i] {
			case '"':
				i = d.skipString(i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(d.src) && bytes.IndexByte([]byte(",]} \n\r\t"), d.src[i]) < 0 {
		i++
	}
	return i
}

func (d *doc) skipString(i int) int {
	for i++; ; i++ {
		switch d.src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}
