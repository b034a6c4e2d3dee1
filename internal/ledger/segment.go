package ledger

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A segment is a file of entries.
type segment struct {
	first int64 // index of its first entry
	file  *os.File
	size  int64 // bytes that are known to be good
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
		digits, ok := strings.CutSuffix(entry.Name(), ".log")
		first, err := strconv.ParseInt(digits, 10, 64)
		if !ok || err != nil || segmentName(first) != entry.Name() {
			return nil, fmt.Errorf("%s is no segment of a ledger: move it away", filepath.Join(dir, entry.Name()))
		}
		f, err := os.OpenFile(filepath.Join(dir, entry.Name()), flag, 0)
		if err != nil {
			return nil, err
		}
		segments = append(segments, &segment{first: first, file: f})
	}
	slices.SortFunc(segments, func(a, b *segment) int { return int(a.first - b.first) })
	return segments, nil
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
