package ledger

import (
	"cmp"
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
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// Entries stand once, in segments, in the order in which they were written. A
// segment is a file of frames (package framed). A frame is what one batch wrote
// of one bundle: its number is the index of the first entry, its payload the
// entries as a C2SP bundle has them (two bytes of length, then the entry).
//
// No frame holds entries of two bundles, and no bundle stands in two segments,
// so a bundle is read by one read and given out without being parsed.

// segmentSize is the size after which a new segment begins, at the next
// bundle.
const segmentSize = 256 << 20

// maxEntries bounds a log, so that no number in a damaged file overflows.
const maxEntries = 1 << 50

// maxBundle is how many bytes the frames of a bundle have at most: each entry
// may be a frame of its own.
const maxBundle = c2sp.TileWidth * (framed.Header + 2 + c2sp.MaxEntry)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A segment is a file of entries.
type segment struct {
	first int64 // index of its first entry
	file  *os.File
	size  atomic.Int64 // bytes that are known to be good
}

func segmentName(first int64) string { return fmt.Sprintf("%016d.log", first) }

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
	r := framed.Reader{File: s.file, At: from, Size: size, Most: c2sp.TileWidth * (c2sp.MaxEntry + 2)}
	for {
		at := r.At
		payload, err := r.Next(index)
		if errors.Is(err, io.EOF) || errors.Is(err, framed.ErrTorn) {
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
				return r.At, 0, err
			}
			payload = rest
			index++
		}
	}
}
