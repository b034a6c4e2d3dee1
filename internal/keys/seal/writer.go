package seal

import (
	"context"
	"errors"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Writer encrypts what is written to it. What it wrote is whole only after
// [Writer.Close]: what was cut off before cannot be read.
type Writer struct {
	to     io.Writer
	d      *derived
	number int64  // of the next segment
	held   []byte // less than a segment
	out    []byte
	err    error
}

// NewWriter writes the header of a new file and returns what encrypts the rest.
// It calls the key once.
func NewWriter(ctx context.Context, to io.Writer, key keys.Key, c keys.Context) (*Writer, error) {
	h, d, err := newHeader(ctx, key, c)
	if err != nil {
		return nil, err
	}
	if _, err := to.Write(h); err != nil {
		return nil, err
	}
	return &Writer{to: to, d: d, held: make([]byte, 0, SegmentSize), out: make([]byte, 0, fullSegment)}, nil
}

var errWriterClosed = errors.New("the sealed file was closed before")

// Write encrypts p. After an error the file cannot be finished.
func (w *Writer) Write(p []byte) (n int, err error) {
	for len(p) > 0 && w.err == nil {
		if len(w.held) == 0 && len(p) >= SegmentSize {
			w.segment(p[:SegmentSize], false)
			p, n = p[SegmentSize:], n+SegmentSize
			continue
		}
		k := min(len(p), SegmentSize-len(w.held))
		w.held = append(w.held, p[:k]...)
		p, n = p[k:], n+k
		if len(w.held) == SegmentSize {
			w.segment(w.held, false)
			w.held = w.held[:0]
		}
	}
	return n, w.err
}

// ReadFrom encrypts what it reads until the end, without copying it once more.
// It does not end the file.
func (w *Writer) ReadFrom(r io.Reader) (n int64, err error) {
	for idle := 0; w.err == nil; {
		k, err := r.Read(w.held[len(w.held):SegmentSize])
		w.held, n = w.held[:len(w.held)+k], n+int64(k)
		if len(w.held) == SegmentSize {
			w.segment(w.held, false)
			w.held = w.held[:0]
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return n, err // io.ErrUnexpectedEOF, too: what ends so is not whole
		}
		if idle++; k > 0 {
			idle = 0
		}
		if idle == 100 {
			return n, io.ErrNoProgress
		}
	}
	return n, w.err
}

func (w *Writer) segment(plaintext []byte, last bool) {
	if w.number == maxSegments {
		w.err = errors.New("a sealed file has 256 TiB at most: write several")
		return
	}
	w.out = w.d.gcm.Seal(w.out[:0], w.d.nonce(w.number, last), plaintext, nil)
	w.number++
	_, w.err = w.to.Write(w.out)
}

// Close writes the last segment. It does not close what is written to.
func (w *Writer) Close() error {
	if w.err != nil {
		if errors.Is(w.err, errWriterClosed) {
			return nil
		}
		return w.err
	}
	w.segment(w.held, true)
	clear(w.held)
	if w.err != nil {
		return w.err
	}
	w.err = errWriterClosed
	return nil
}
