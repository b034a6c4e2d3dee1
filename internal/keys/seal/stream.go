package seal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// buffers hold one sealed segment each.
var buffers = sync.Pool{New: func() any { return new([fullSegment]byte) }}

// A stream reads a sealed file from its beginning to its end.
type stream struct {
	from   io.Reader
	d      *derived
	number int64
	sealed []byte
	plain  []byte // decrypted and not read yet
	room   []byte
	err    error
}

// NewReader reads a sealed file from where no part can be read alone. Each
// segment is given out when it is known to be good; that the file is whole is
// known at its end only, so what was read counts only after [io.EOF].
func NewReader(ctx context.Context, from io.Reader, key keys.Key, c keys.Context) (io.Reader, error) {
	h := make([]byte, fixedHead, headSize)
	if _, err := io.ReadFull(from, h); err != nil {
		return nil, cut(err)
	}
	size, err := HeaderSize(h)
	if err != nil {
		return nil, err
	}
	h = append(h, make([]byte, size-fixedHead)...)
	if _, err := io.ReadFull(from, h[fixedHead:]); err != nil {
		return nil, cut(err)
	}
	d, data, err := openHeader(ctx, h, key, c)
	if err != nil {
		return nil, err
	}
	clear(data)
	return &stream{from: from, d: d, sealed: make([]byte, fullSegment), room: make([]byte, 0, SegmentSize)}, nil
}

// cut tells a file that ended from a source that failed.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends too early: %w", ErrCorrupt)
	}
	return fmt.Errorf("read sealed file: %w", err)
}

func (s *stream) Read(p []byte) (int, error) {
	for len(s.plain) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.next()
	}
	n := copy(p, s.plain)
	s.plain = s.plain[n:]
	return n, nil
}

// WriteTo writes all that is left, without copying it once more.
func (s *stream) WriteTo(w io.Writer) (n int64, err error) {
	for {
		k, err := w.Write(s.plain)
		n, s.plain = n+int64(k), s.plain[k:]
		switch {
		case err != nil:
			return n, err
		case errors.Is(s.err, io.EOF):
			return n, nil
		case s.err != nil:
			return n, s.err
		}
		s.next()
	}
}

// next decrypts the next segment, and knows the last one by its size.
func (s *stream) next() {
	n, err := io.ReadFull(s.from, s.sealed)
	last := errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case err != nil && !last || n < tagSize:
		s.err = cut(err)
		return
	case s.number == maxSegments:
		s.err = fmt.Errorf("too many segments: %w", ErrCorrupt)
		return
	}
	plain, err := s.d.gcm.Open(s.room, s.d.nonce(s.number, last), s.sealed[:n], nil)
	if err != nil {
		s.err = fmt.Errorf("segment %d: %w", s.number, ErrCorrupt)
		return
	}
	s.plain = plain
	s.number++
	if last {
		s.err = io.EOF
	}
}
