package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// replay reads the entries behind a state, notes where bundles begin and
// segments end, and calls do with each entry. It returns how many bytes
// behind the last whole frame are none.
func (s *store) replay(from state, do func(index int64, entry []byte) error) (torn int64, err error) {
	index := from.Size
	for i, g := range s.segments {
		if g.first < from.Segment {
			continue
		}
		offset := int64(0)
		if g.first == from.Segment {
			offset = from.Offset
		} else if g.first != index {
			return 0, fmt.Errorf("%s begins with entry %d where entry %d is due: a segment is missing. Restore it from a copy", g.file.Name(), g.first, index)
		}
		g.size, torn, err = g.scan(offset, index, func(at, frame int64, entry []byte) error {
			if at%c2sp.TileWidth == 0 {
				s.bundles = append(s.bundles, frame)
			}
			index++
			return do(at, entry)
		})
		if err != nil {
			return 0, err
		}
		if torn > 0 && i+1 < len(s.segments) {
			return 0, fmt.Errorf("%s: byte %d: no frame can be read, but entries follow in the next segment: the file was damaged. Restore it from a copy", g.file.Name(), g.size)
		}
	}
	return torn, nil
}

func (s *store) close() error {
	var errs []error
	for _, g := range s.segments {
		errs = append(errs, g.file.Close())
	}
	return errors.Join(errs...)
}

// OpenReader opens a folder for reading, beside a process that writes it or
// where there is none. The head is that of the file `checkpoint`: nobody has
// verified its signature, [c2sp.Policy.Open] does.
func OpenReader(dir string) (*Reader, error) {
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return nil, fmt.Errorf("%s is no ledger, or one that never published a checkpoint: %w", dir, err)
	}
	text, _, _ := strings.Cut(string(signed), "\n\n")
	checkpoint, err := c2sp.ParseCheckpoint(text + "\n")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "checkpoint"), err)
	}
	r := &Reader{head: Head{checkpoint, signed}}
	if err := r.load(dir); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// errEnough ends the reading where the checkpoint ends.
var errEnough = errors.New("enough")

func (r *Reader) load(dir string) error {
	var err error
	if r.store.segments, err = openSegments(filepath.Join(dir, "entries"), os.O_RDONLY); err != nil {
		return err
	}
	for level := 0; level == 0 || r.head.Size>>(tileHeight*level) > 0; level++ {
		f, err := os.Open(filepath.Join(dir, "tree", strconv.Itoa(level)))
		if err != nil {
			return err
		}
		r.store.rows = append(r.store.rows, f)
	}
	s, bundles, err := readState(dir)
	if err != nil || !s.within(r.store.segments) {
		s, bundles = state{}, nil
	}
	r.store.bundles = bundles
	index := s.Size
	_, err = r.store.replay(s, func(i int64, _ []byte) error {
		if index = i + 1; index > r.head.Size {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if index < r.head.Size {
		return fmt.Errorf("%s holds %d entries, but its checkpoint speaks of %d: entries were lost", dir, index, r.head.Size)
	}
	return nil
}

// Close closes the files of a reader.
func (r *Reader) Close() error {
	errs := []error{r.store.close()}
	for _, f := range r.store.rows {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
