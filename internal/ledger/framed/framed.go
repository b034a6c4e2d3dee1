// Package framed cuts files into frames, so that what a crash or a damaged
// disk left is told from what was written. A frame is
//
//	u32  length of the payload, little endian
//	u32  CRC-32C of number and payload
//	u64  number: which frame this is, so that none passes for another
//	     payload
package framed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Header is how many bytes stand before the payload.
const Header = 16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal fills in the header of the frame that begins at the given offset of
// the buffer and goes to its end.
func Seal(buffer []byte, at int, number int64) {
	frame := buffer[at:]
	binary.LittleEndian.PutUint32(frame, uint32(len(frame)-Header))
	binary.LittleEndian.PutUint64(frame[8:], uint64(number))
	binary.LittleEndian.PutUint32(frame[4:], crc32.Checksum(frame[8:], castagnoli))
}

// ErrTorn is a frame that was not written whole.
var ErrTorn = errors.New("torn frame")

// Next cuts a frame off, which must have that number.
func Next(b []byte, number int64) (payload, rest []byte, err error) {
	if len(b) < Header {
		return nil, nil, ErrTorn
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n == 0 || n > int64(len(b)-Header) {
		return nil, nil, ErrTorn
	}
	frame := b[:Header+n]
	if binary.LittleEndian.Uint32(frame[4:]) != crc32.Checksum(frame[8:], castagnoli) {
		return nil, nil, ErrTorn
	}
	if got := int64(binary.LittleEndian.Uint64(frame[8:])); got != number {
		return nil, nil, fmt.Errorf("the frame is of entry %d where entry %d is due", got, number)
	}
	return frame[Header:], b[Header+n:], nil
}

// A Reader reads frames one after the other, through one buffer that grows to
// the largest.
type Reader struct {
	File io.ReaderAt
	At   int64 // where the next frame begins
	Size int64 // of the file
	Most int64 // bytes that a payload has at most

	buffer []byte
	held   []byte // bytes of the file from At on
}

// ReadAhead is how much is read at once.
const ReadAhead = 1 << 20

// Next reads a frame, which must have that number. Its payload stays as it is
// until the next call. At the end of the file the error is [io.EOF].
func (r *Reader) Next(number int64) ([]byte, error) {
	if r.At == r.Size {
		return nil, io.EOF
	}
	if err := r.hold(Header); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(r.held))
	if n > r.Most {
		return nil, ErrTorn
	}
	if err := r.hold(Header + n); err != nil {
		return nil, err
	}
	payload, rest, err := Next(r.held, number)
	if err != nil {
		return nil, err
	}
	r.At += int64(len(r.held) - len(rest))
	r.held = rest
	return payload, nil
}

// hold sees to it that n bytes from At on are held.
func (r *Reader) hold(n int64) error {
	if int64(len(r.held)) >= n {
		return nil
	}
	if r.Size-r.At < n {
		return ErrTorn
	}
	want := min(max(n, ReadAhead), r.Size-r.At)
	if int64(cap(r.buffer)) < want {
		r.buffer = make([]byte, want)
	}
	r.held = r.buffer[:want]
	_, err := r.File.ReadAt(r.held, r.At)
	return err
}
