// Package cut takes binary formats apart: little endian, lengths before what
// they measure, and every length a lie until the bytes are there.
package cut

import (
	"encoding/binary"
	"fmt"
)

// A Reader cuts bytes from the front. After the first fault it gives nothing
// more, so that a parser asks once, at the end, whether all was there.
type Reader struct {
	what string
	b    []byte
	at   int
	err  error
}

// New reads b, which errors call by a name.
func New(what string, b []byte) *Reader { return &Reader{what: what, b: b} }

// Err is the first fault.
func (r *Reader) Err() error { return r.err }

// Fail notes a fault, if it is the first.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %s", r.what, fmt.Sprintf(format, args...))
	}
}

// Read is what was cut off so far, and Rest what is left.
func (r *Reader) Read() []byte { return r.b[:r.at:r.at] }

// Rest is what is left.
func (r *Reader) Rest() []byte { return r.b[r.at:] }

// Take cuts n bytes off; nil when they are not there. They are of the input.
func (r *Reader) Take(part string, n int) []byte {
	if n < 0 || n > len(r.b)-r.at {
		r.Fail("cut off in the %s: %d bytes wanted, %d are left", part, n, len(r.b)-r.at)
	}
	if r.err != nil {
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at : r.at]
}

// Uint16 cuts a number of two bytes off.
func (r *Reader) Uint16(part string) int {
	if b := r.Take(part, 2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

// Uint32 cuts a number of four bytes off.
func (r *Reader) Uint32(part string) int64 {
	if b := r.Take(part, 4); b != nil {
		return int64(binary.LittleEndian.Uint32(b))
	}
	return 0
}

// Box cuts off what a number of four bytes measures, to be read apart.
func (r *Reader) Box(part string) *Reader {
	n := r.Uint32("size of the " + part)
	if n > int64(len(r.b)) {
		r.Fail("the %s claims to have %d bytes", part, n)
	}
	b := r.Take(part, int(n)) // before the error is looked at
	return &Reader{what: r.what, b: b, err: r.err}
}
