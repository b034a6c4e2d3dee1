package framed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

// framesOf are frames of these lengths, numbered from zero.
func framesOf(lengths ...int) (b []byte, payloads [][]byte) {
	for i, n := range lengths {
		payload := bytes.Repeat([]byte{byte(i + 1)}, n)
		at := len(b)
		b = append(append(b, make([]byte, Header)...), payload...)
		Seal(b, at, int64(i))
		payloads = append(payloads, payload)
	}
	return b, payloads
}

func readerOf(b []byte) *Reader {
	return &Reader{File: bytes.NewReader(b), Size: int64(len(b)), Most: 2 * ReadAhead}
}

// Frames are read as they were sealed, wherever the buffer ends, whatever their
// length.
func TestReader(t *testing.T) {
	b, payloads := framesOf(1, 100, ReadAhead-50, 3, ReadAhead, ReadAhead+1, 2*ReadAhead, 7)
	r := readerOf(b)
	for i, want := range payloads {
		got, err := r.Next(int64(i))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("frame %d: %d bytes, want %d, %v", i, len(got), len(want), err)
		}
	}
	if _, err := r.Next(int64(len(payloads))); err != io.EOF || r.At != r.Size {
		t.Errorf("at the end, byte %d: %v", r.At, err)
	}
}

// A frame is read whole and unaltered, or not at all; the ones before it are.
func TestTorn(t *testing.T) {
	whole, _ := framesOf(5, 9)
	second := Header + 5
	read := func(b []byte) (n int, err error) {
		r := readerOf(b)
		for ; ; n++ {
			if _, err := r.Next(int64(n)); err != nil {
				return n, err
			}
		}
	}
	for at := second + 1; at < len(whole); at++ {
		if n, err := read(whole[:at]); n != 1 || !errors.Is(err, ErrTorn) {
			t.Errorf("cut at byte %d: %d frames, %v", at, n, err)
		}
	}
	for at := second; at < len(whole); at++ {
		for bit := range 8 {
			altered := bytes.Clone(whole)
			altered[at] ^= 1 << bit
			if n, err := read(altered); n != 1 || !errors.Is(err, ErrTorn) {
				t.Errorf("bit %d of byte %d is another: %d frames, %v", bit, at, n, err)
			}
		}
	}
	if n, err := read(append(bytes.Clone(whole), make([]byte, 4096)...)); n != 2 || !errors.Is(err, ErrTorn) {
		t.Errorf("zeros behind: %d frames, %v", n, err)
	}
	huge := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(huge[second:], 1<<32-1)
	if n, err := read(huge); n != 1 || !errors.Is(err, ErrTorn) {
		t.Errorf("a length without end: %d frames, %v", n, err)
	}
}

// A whole frame at another's place is no torn write.
func TestAnotherFrame(t *testing.T) {
	b, _ := framesOf(5, 9)
	if _, err := readerOf(b[Header+5:]).Next(0); err == nil || errors.Is(err, ErrTorn) {
		t.Errorf("frame 1 as frame 0: %v", err)
	}
	if _, _, err := Next(b, 1); err == nil || errors.Is(err, ErrTorn) {
		t.Errorf("frame 0 as frame 1: %v", err)
	}
}

// What cannot be read is not taken for the end.
func TestReadFails(t *testing.T) {
	failed := errors.New("the disk failed")
	r := Reader{File: failing{failed}, Size: 100, Most: 100}
	if _, err := r.Next(0); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }
