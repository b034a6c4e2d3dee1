package ingest

import (
	"errors"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// errCut says that a record ends before it should, or is no JSON.
var errCut = errors.New("it is no whole JSON object")

var errLong = errors.New("the line is longer than 4 MiB")

// errHalf says that text may go on: that of JSON shows whether it does.
var errHalf = errors.New("the line has no end, so it may be half of one: read the file again when it is whole")

// jsonValues frames JSON: an object a line, or documents of any form, in which
// the lists of that name hold the records.
func jsonValues(lists ...string) func(in *logs.Input, t *taker) error {
	return func(in *logs.Input, t *taker) error {
		if in.ByLine() {
			return eachLine(in, t, func(l []byte) {
				if len(l) > 0 {
					t.lineOf(logs.JSONPart(l), lists)
				}
			})
		}
		values := in.Values(lists...)
		for t.goesOn() {
			v, line, err := values.Next()
			t.line = line
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				t.refuse(err)
				if !errors.Is(err, logs.ErrLong) {
					t.rest = true
					return nil
				}
			default:
				t.record(v)
			}
		}
		return t.stopped()
	}
}

// lineOf takes the records of one line of JSON.
func (t *taker) lineOf(v []byte, lists []string) {
	if v[0] == '[' {
		t.list(v)
		return
	}
	for _, name := range lists {
		if l := logs.Get(v, name); len(l) > 0 && l[0] == '[' {
			t.list(l)
			return
		}
	}
	t.record(v)
}

// list takes the records of a list. One that is cut off is refused as the
// record that is, or after the last that is whole.
func (t *taker) list(l []byte) {
	cut := false
	if whole := logs.Elements(l, func(v []byte) {
		before := t.sum.Refused
		t.record(v)
		cut = t.sum.Refused > before
	}); !whole && !cut {
		t.refuse(errCut)
	}
}

// textLines frames text: a record a line.
func textLines(in *logs.Input, t *taker) error {
	return eachLine(in, t, func(l []byte) {
		if in.Pieces && len(l) > 0 {
			t.refuse(errHalf)
			return
		}
		t.record(l)
	})
}

// eachLine calls f for each line; an empty one may be part of a record.
func eachLine(in *logs.Input, t *taker, f func(l []byte)) error {
	for t.goesOn() {
		l, ok := in.Next()
		t.line = in.Line
		switch {
		case !ok:
			return nil
		case in.Pieces && t.open():
			return nil // half a line: it is read when it is whole
		case l == nil:
			t.refuse(errLong)
		default:
			f(l)
		}
	}
	return t.stopped()
}

// joined frames text whose records go on over further lines. begins says that
// a record begins with a line, and whole whether one is whole when a line was
// added to it: nil where that shows only when the next begins.
func joined(begins func(l []byte) bool, whole func(line []byte, first bool) bool) func(in *logs.Input, t *taker) error {
	return func(in *logs.Input, t *taker) error {
		var rec []byte
		at := 0
		flush := func() {
			if len(rec) == 0 {
				return
			}
			now := t.line
			t.line = at
			t.record(rec)
			t.line, rec = now, rec[:0]
		}
		err := eachLine(in, t, func(l []byte) {
			if len(rec) > 0 && (begins(l) || len(rec)+len(l) > logs.MaxLine) {
				flush()
			}
			if in.Pieces && len(l) > 0 {
				if len(rec) > 0 {
					t.line, rec = at, rec[:0] // that it goes on with is not whole either
				}
				t.refuse(errHalf)
				return
			}
			first := len(rec) == 0
			if first {
				at = t.line
			} else {
				rec = append(rec, '\n')
			}
			rec = append(rec, l...)
			if whole != nil && whole(l, first) {
				flush()
			}
		})
		if err == nil && !t.open() {
			flush()
		}
		return err
	}
}
