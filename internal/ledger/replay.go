package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

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
		var end int64
		end, torn, err = g.scan(offset, index, func(at, frame int64, entry []byte) error {
			if at%c2sp.TileWidth == 0 {
				s.bundles = append(s.bundles, frame)
			}
			index++
			return do(at, entry)
		})
		g.size.Store(end)
		if err != nil {
			return 0, err
		}
		if torn > 0 && i+1 < len(s.segments) {
			return 0, fmt.Errorf("%s: byte %d: no frame can be read, but entries follow in the next segment: the file was damaged. Restore it from a copy", g.file.Name(), end)
		}
	}
	return torn, nil
}

func (s *store) close() error { return closeSegments(s.segments) }

// OpenReader opens a folder for reading, beside a process that writes it or
// where there is none. The head is that of the file `checkpoint`: nobody has
// verified its signature, [c2sp.Policy.Open] does.
func OpenReader(dir string) (*Reader, error) { return openReader(dir, false) }

// OpenReader is [OpenReader] of a shard. Of one that lost entries and was
// recovered, those that are left can be read, and proven below its checkpoint as
// far as their hashes are left too.
func (c Config) OpenReader(shard string) (*Reader, error) {
	s := c.shard(shard)
	next, err := s.successor()
	return openReader(s.Dir, err == nil && c.shard(next).there())
}

func openReader(dir string, remains bool) (*Reader, error) {
	head, err := readHead(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is no ledger, or one that never published a checkpoint: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	r := &Reader{head: head, published: head}
	if err := r.load(dir, remains); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// maxHead bounds a signed checkpoint with its cosignatures.
const maxHead = 1 << 20

// readHead reads the published checkpoint of a folder. Nothing is verified.
func readHead(dir string) (Head, error) {
	path := filepath.Join(dir, "checkpoint")
	f, err := os.Open(path)
	if err != nil {
		return Head{}, err
	}
	defer f.Close()
	signed, err := io.ReadAll(io.LimitReader(f, maxHead))
	if err != nil {
		return Head{}, err
	}
	head, err := parseHead(signed)
	if err != nil {
		return Head{}, fmt.Errorf("%s: %w", path, err)
	}
	return head, nil
}

// parseHead reads a signed checkpoint without verifying it.
func parseHead(signed []byte) (Head, error) {
	if !bytes.Contains(signed, []byte("\n\n")) {
		return Head{}, errors.New("this is no signed checkpoint")
	}
	c, err := c2sp.Unverified(signed)
	return Head{c, signed}, err
}

// errEnough ends the reading where the checkpoint ends.
var errEnough = errors.New("enough")

func (r *Reader) load(dir string, remains bool) error {
	// The state is read first: what it speaks of is there, even while a writer goes on.
	s, bundles, stale := readState(dir)
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
	if stale != nil || !s.within(r.store.segments) {
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
	if index < r.head.Size && !remains {
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
