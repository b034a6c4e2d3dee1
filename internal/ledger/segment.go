package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Entries stand once, in segments, in the order in which they were written. A
// segment is a file of frames. A frame is what one batch wrote of one bundle:
//
//	u32  length of the payload, little endian
//	u32  CRC-32C of index and payload
//	u64  index of the first entry
//	     payload: entries as a C2SP bundle has them (two bytes of length, then the entry)
//
// No frame holds entries of two bundles, and no bundle stands in two segments,
// so a bundle is read by one read and given out without being parsed.
const frameHeader = 16

// segmentSize is the size after which a new segment begins, at the next
// bundle.
const segmentSize = 256 << 20

// maxEntries bounds a log, so that no number in a damaged file overflows.
const maxEntries = 1 << 50

// maxBundle is how many bytes the frames of a bundle have at most: each entry
// may be a frame of its own.
const maxBundle = c2sp.TileWidth * (frameHeader + 2 + c2sp.MaxEntry)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A segment is a file of entries.
type segment struct {
	first int64 // index of its first entry
	file  *os.File
	size  atomic.Int64 // bytes that are known to be good
}

func segmentName(first int64) string { return fmt.Sprintf("%016d.log", first) }

// sealFrame fills in the header of the frame that begins at the given offset
// of the buffer and goes to its end.
func sealFrame(buffer []byte, at int, first int64) {
	frame := buffer[at:]
	binary.LittleEndian.PutUint32(frame, uint32(len(frame)-frameHeader))
	binary.LittleEndian.PutUint64(frame[8:], uint64(first))
	binary.LittleEndian.PutUint32(frame[4:], crc32.Checksum(frame[8:], castagnoli))
}

// errTorn is a frame that was not written whole.
var errTorn = errors.New("torn frame")

// nextFrame cuts a frame off, whose first entry must be that index.
func nextFrame(b []byte, first int64) (payload, rest []byte, err error) {
	if len(b) < frameHeader {
		return nil, nil, errTorn
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n == 0 || n > int64(len(b)-frameHeader) {
		return nil, nil, errTorn
	}
	frame := b[:frameHeader+n]
	if binary.LittleEndian.Uint32(frame[4:]) != crc32.Checksum(frame[8:], castagnoli) {
		return nil, nil, errTorn
	}
	if got := int64(binary.LittleEndian.Uint64(frame[8:])); got != first {
		return nil, nil, fmt.Errorf("the frame is of entry %d where entry %d is due", got, first)
	}
	return frame[frameHeader:], b[frameHeader+n:], nil
}

// openSegments opens the segments of a folder, in order.
func openSegments(dir string, flag int) ([]*segment, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var segments []*segment
	for _, entry := range names {
		s, err := openSegment(dir, entry.Name(), flag)
		if err != nil {
			closeSegments(segments)
			return nil, err
		}
		segments = append(segments, s)
	}
	slices.SortFunc(segments, func(a, b *segment) int { return cmp.Compare(a.first, b.first) })
	if len(segments) > 0 && segments[0].first != 0 {
		closeSegments(segments)
		return nil, fmt.Errorf("%s: the entries before number %d are missing: restore %s from a copy", dir, segments[0].first, segmentName(0))
	}
	return segments, nil
}

func openSegment(dir, name string, flag int) (*segment, error) {
	digits, ok := strings.CutSuffix(name, ".log")
	first, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || first < 0 || first > maxEntries || first%c2sp.TileWidth != 0 || segmentName(first) != name {
		return nil, fmt.Errorf("%s is no segment of a ledger: move it away", filepath.Join(dir, name))
	}
	f, err := os.OpenFile(filepath.Join(dir, name), flag, 0)
	if err != nil {
		return nil, err
	}
	return &segment{first: first, file: f}, nil
}

func closeSegments(segments []*segment) error {
	var errs []error
	for _, g := range segments {
		errs = append(errs, g.file.Close())
	}
	return errors.Join(errs...)
}

// scan reads the frames of a segment from an offset on and calls do with
// each entry, until do returns an error. It returns where the frames that it
// read end, and how many bytes that are no frame stand behind.
func (s *segment) scan(from, index int64, do func(index, frame int64, entry []byte) error) (end, torn int64, err error) {
	size, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, err
	}
	r := frameReader{file: s.file, at: from, size: size}
	for {
		at := r.at
		payload, err := r.next(index)
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			return at, size - at, nil
		}
		if err != nil {
			return 0, 0, fmt.Errorf("%s at byte %d: %w", s.file.Name(), at, err)
		}
		for len(payload) > 0 {
			entry, rest, err := c2sp.NextEntry(payload)
			if err != nil {
				return 0, 0, fmt.Errorf("%s at byte %d: %w", s.file.Name(), at, err)
			}
			if err := do(index, at, entry); err != nil {
				return r.at, 0, err
			}
			payload = rest
			index++
		}
	}
}

// A frameReader reads frames of any size through one buffer that grows to
// the largest: a bundle of 256 entries of 64 KiB at most.
type frameReader struct {
	file     *os.File
	at, size int64
	buffer   []byte
	held     []byte // bytes of the file from at on
}

const readAhead = 1 << 20

func (r *frameReader) next(first int64) ([]byte, error) {
	if r.at == r.size {
		return nil, io.EOF
	}
	if err := r.hold(frameHeader); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(r.held))
	if n > c2sp.TileWidth*(c2sp.MaxEntry+2) {
		return nil, errTorn
	}
	if err := r.hold(frameHeader + n); err != nil {
		return nil, err
	}
	payload, rest, err := nextFrame(r.held, first)
	r.at += int64(len(r.held) - len(rest))
	r.held = rest
	return payload, err
}

// hold sees to it that n bytes from at on are held.
func (r *frameReader) hold(n int64) error {
	if int64(len(r.held)) >= n {
		return nil
	}
	if r.size-r.at < n {
		return errTorn
	}
	want := min(max(n, readAhead), r.size-r.at)
	if int64(cap(r.buffer)) < want {
		r.buffer = make([]byte, want)
	}
	r.held = r.buffer[:want]
	_, err := r.file.ReadAt(r.held, r.at)
	return err
}
