package seal

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A ReaderAt reads any part of a sealed file, and reads and decrypts only the
// segments in which that part stands. It may be used by many at a time.
type ReaderAt struct {
	from io.ReaderAt
	d    *derived
	head int64
	full int64 // segments but the last
	rest int64 // bytes of the last
	// held has room for the segment of which a part was read last: who reads on in
	// small steps does not decrypt it for each.
	held chan *segment
}

// A segment is one that was decrypted.
type segment struct {
	number int64
	size   int64 // of its plaintext; -1 when there is none
	room   [SegmentSize]byte
}

// NewReaderAt opens a sealed file of that size, header included. It calls the
// key once, and decrypts the last segment: so what [ReaderAt.Size] says is what
// was written, and a file that was cut is never opened.
func NewReaderAt(ctx context.Context, from io.ReaderAt, size int64, key keys.Key, c keys.Context) (*ReaderAt, error) {
	h := make([]byte, fixedHead)
	if err := readAt(from, h, 0, size); err != nil {
		return nil, err
	}
	head, err := HeaderSize(h)
	if err != nil {
		return nil, err
	}
	h = make([]byte, head)
	if err := readAt(from, h, 0, size); err != nil {
		return nil, err
	}
	body := size - int64(head)
	r := &ReaderAt{from: from, head: int64(head), full: body / fullSegment, rest: body%fullSegment - tagSize, held: make(chan *segment, 1)}
	if r.rest < 0 || r.full >= maxSegments {
		return nil, fmt.Errorf("no file has %d bytes: %w", size, ErrCorrupt)
	}
	d, data, err := openHeader(ctx, h, key, c)
	if err != nil {
		return nil, err
	}
	clear(data)
	r.d = d
	if _, err := r.part(nil, r.full, 0); err != nil {
		return nil, err
	}
	return r, nil
}

// Size is how many bytes were sealed.
func (r *ReaderAt) Size() int64 { return r.full*SegmentSize + r.rest }

// ReadAt reads as [io.ReaderAt] says. Bytes that were changed are an error
// that is [ErrCorrupt], and none of their segment is given out.
func (r *ReaderAt) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("an offset below zero")
	}
	for len(p) > 0 {
		number, at := off/SegmentSize, off%SegmentSize
		if off >= r.Size() {
			return n, io.EOF
		}
		size := r.size(number)
		if at == 0 && int64(len(p)) >= size {
			// Whole segments are decrypted where they are wanted.
			if err := r.decrypt(p[:0:size], number); err != nil {
				return n, err
			}
			p, n, off = p[size:], n+int(size), off+size
			continue
		}
		k, err := r.part(p, number, at)
		if err != nil {
			return n, err
		}
		p, n, off = p[k:], n+k, off+int64(k)
	}
	return n, nil
}

// size is that of a segment's plaintext.
func (r *ReaderAt) size(number int64) int64 {
	if number == r.full {
		return r.rest
	}
	return SegmentSize
}

// part copies what stands in a segment from at on.
func (r *ReaderAt) part(p []byte, number, at int64) (int, error) {
	var s *segment
	select {
	case s = <-r.held:
	default: // there is none yet, or another reader has it
		s = &segment{size: -1}
	}
	if s.size < 0 || s.number != number {
		s.number, s.size = number, -1
		if err := r.decrypt(s.room[:0], number); err != nil {
			return 0, err
		}
		s.size = r.size(number)
	}
	n := copy(p, s.room[at:s.size])
	select {
	case r.held <- s:
	default:
	}
	return n, nil
}

// decrypt puts the plaintext of a segment into dst, which has room for it.
func (r *ReaderAt) decrypt(dst []byte, number int64) error {
	b := buffers.Get().(*[fullSegment]byte)
	defer buffers.Put(b)
	sealed := b[:r.size(number)+tagSize]
	end := r.head + r.full*fullSegment + r.rest + tagSize
	if err := readAt(r.from, sealed, r.head+number*fullSegment, end); err != nil {
		return err
	}
	if _, err := r.d.gcm.Open(dst, r.d.nonce(number, number == r.full), sealed, nil); err != nil {
		return fmt.Errorf("segment %d: %w", number, ErrCorrupt)
	}
	return nil
}

// readAt fills b from a file of that size.
func readAt(from io.ReaderAt, b []byte, off, size int64) error {
	if off+int64(len(b)) > size {
		return fmt.Errorf("%d bytes are too few: %w", size, ErrCorrupt)
	}
	n, err := from.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == io.EOF:
		return fmt.Errorf("the file ends at byte %d, not %d: %w", off+int64(n), size, ErrCorrupt)
	}
	return fmt.Errorf("read sealed file: %w", err)
}
