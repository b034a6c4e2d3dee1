package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// An item is one resource: where its text stands.
type item struct {
	from, to int
	line     int  // of its first byte
	whole    bool // it is all of the file, or its first line: perhaps another tool's document
}

// items calls f for every resource of a file: of a list, of the list at one of
// the keys of an object, or one a line. It stops at what is not valid.
func (in *inventory) items(keys []string, f func(it item, n *tree.Node)) {
	w := &walker{in: in, d: jsontext.NewDecoder(bytes.NewReader(in.src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), line: 1, f: f}
	for n := 0; ; n++ {
		switch w.d.PeekKind() {
		case '[':
			w.list()
		case '{':
			if w.object(keys, n == 0) {
				break
			}
		case 0:
			if _, err := w.d.ReadToken(); !errors.Is(err, io.EOF) {
				in.problem(w.at(), fmt.Sprintf("this is not valid JSON: %v", cause(err)))
			}
			return
		default:
			in.problem(w.at(), "there is something else than resources here")
			return
		}
		if w.failed {
			return
		}
	}
}

// cause is the reason in an error of the decoder, without its offset.
func cause(err error) error {
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		if errors.Is(s.Err, io.ErrUnexpectedEOF) {
			return errors.New("it ends in the middle; the file may have been cut short")
		}
		return s.Err
	}
	return err
}

type walker struct {
	in     *inventory
	d      *jsontext.Decoder
	line   int
	seen   int // the offset up to which lines were counted
	f      func(it item, n *tree.Node)
	failed bool
	whole  bool // see [item]
}

// at is the line of what was read last.
func (w *walker) at() int {
	if off := int(w.d.InputOffset()); off > w.seen {
		w.line += bytes.Count(w.in.src[w.seen:off], []byte{'\n'})
		w.seen = off
	}
	return w.line
}

func (w *walker) fail(err error) {
	w.failed = true
	w.in.problem(w.at(), fmt.Sprintf("this is not valid JSON: %v", cause(err)))
}

func (w *walker) list() {
	if _, err := w.d.ReadToken(); err != nil {
		w.fail(err)
		return
	}
	for w.d.PeekKind() == '{' || w.d.PeekKind() == '[' || w.d.PeekKind() == '"' {
		if w.value(); w.failed {
			return
		}
	}
	if t, err := w.d.ReadToken(); err != nil {
		w.fail(err)
	} else if t.Kind() != ']' {
		w.failed = true
		w.in.problem(w.at(), "there is something else than resources in the list")
	}
}

// value hands one resource on. What is no object is nobody's.
func (w *walker) value() {
	v, err := w.d.ReadValue()
	if err != nil {
		w.fail(err)
		return
	}
	to := int(w.d.InputOffset())
	w.at()
	it := item{to - len(v), to, w.line - bytes.Count(v, []byte{'\n'}), w.whole}
	if v.Kind() != '{' {
		return
	}
	n, err := w.in.node(it)
	if err != nil {
		w.in.broken(it.line, err)
		return
	}
	w.f(it, n)
}

// object looks for the list in an object; one that has none is a resource
// itself, as in a file with one a line.
func (w *walker) object(keys []string, first bool) bool {
	off := int(w.d.InputOffset())
	start := off + bytes.IndexByte(w.in.src[off:], '{')
	if !first || !holds(w.in.src[start:], keys) {
		w.whole = first
		w.value()
		w.whole = false
		return true
	}
	if _, err := w.d.ReadToken(); err != nil {
		w.fail(err)
		return false
	}
	for w.d.PeekKind() == '"' {
		name, err := w.d.ReadToken()
		if err != nil {
			w.fail(err)
			return false
		}
		if has(keys, name.String()) && w.d.PeekKind() == '[' {
			if w.list(); w.failed {
				return false
			}
		} else if err := w.d.SkipValue(); err != nil {
			w.fail(err)
			return false
		}
	}
	if _, err := w.d.ReadToken(); err != nil {
		w.fail(err)
	}
	return true
}

// holds reports whether an object has one of the keys with a list, without
// reading further than that.
func holds(src []byte, keys []string) bool {
	d := jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadToken(); err != nil {
		return false
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return false
		}
		if has(keys, name.String()) && d.PeekKind() == '[' {
			return true
		}
		if d.SkipValue() != nil {
			return false
		}
	}
	return false
}

func has(keys []string, name string) bool {
	for _, k := range keys {
		if k == name {
			return true
		}
	}
	return false
}

// node parses a resource.
func (in *inventory) node(it item) (*tree.Node, error) {
	n, err := tree.JSON(in.src[it.from:it.to])
	if err == nil {
		in.finish(n, it.line-1)
	}
	return n, err
}

// finish moves the lines of a resource to where it stands, and marks what names
// another resource of the inventory.
func (in *inventory) finish(n *tree.Node, lines int) {
	n.Line += lines
	if n.Kind == tree.String && len(n.Text) > 4 {
		if a, ok := in.index[fold(n.Text)]; ok {
			n.Refs = append(n.Refs, a)
		}
	}
	for _, it := range n.Items {
		in.finish(it, lines)
	}
	for i := range n.Fields {
		n.Fields[i].Line += lines
		in.finish(n.Fields[i].Value, lines)
	}
}
