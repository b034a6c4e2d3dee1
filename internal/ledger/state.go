package ledger

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A state says how far hashes and offsets were written durably, so that
// opening reads only what came behind. It is never believed: the root must
// come out of the hashes again, and the guard knows what was signed.
type state struct {
	Size    int64     `json:"size"`
	Root    tlog.Hash `json:"root"`
	Segment int64     `json:"segment"` // its first entry
	Offset  int64     `json:"offset"`  // in the segment
	Bundles uint32    `json:"bundles"` // CRC-32C of the offsets
}

// saveEvery is how many entries may have to be read again after a crash.
const saveEvery = 1 << 16

// keep gives hashes to their files. That may fail: the entries are durable,
// and the next batch tries again.
func (l *Log) keep() {
	if err := l.tree.flush(); err != nil {
		l.warn("the hashes of the tree cannot be written: %v", err)
		return
	}
	l.reading.Lock()
	for i := len(l.store.rows); i < len(l.tree.rows); i++ {
		l.store.rows = append(l.store.rows, l.tree.rows[i].file)
	}
	l.reading.Unlock()
	if l.tree.size-l.saved < saveEvery {
		return
	}
	if err := l.save(); err != nil {
		l.warn("the state cannot be saved: %v", err)
	}
}

// save makes the hashes and the offsets of bundles durable, then the state.
func (l *Log) save() error {
	if l.tree.size == l.saved {
		return nil
	}
	if err := l.tree.flush(); err != nil {
		return err
	}
	for _, r := range l.tree.rows {
		if err := durable.Sync(r.file); err != nil {
			return err
		}
	}
	sum, err := l.saveBundles()
	if err != nil {
		return err
	}
	last := l.last()
	text, err := json.Marshal(state{Size: l.tree.size, Root: l.tree.root(), Segment: last.first, Offset: last.size.Load(), Bundles: sum})
	if err != nil {
		return err
	}
	if err := durable.Replace(filepath.Join(l.dir, "state"), append(text, '\n')); err != nil {
		return err
	}
	l.saved, l.bundlesSum = l.tree.size, sum
	return nil
}

// saveBundles appends the offsets that the file has not yet, and returns the
// checksum of all.
func (l *Log) saveBundles() (uint32, error) {
	f, err := os.OpenFile(filepath.Join(l.dir, "bundles"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	from := bundlesOf(l.saved)
	b := make([]byte, 0, 8*(int64(len(l.store.bundles))-from))
	for _, offset := range l.store.bundles[from:] {
		b = binary.LittleEndian.AppendUint64(b, uint64(offset))
	}
	if _, err := f.WriteAt(b, 8*from); err != nil {
		return 0, err
	}
	return crc32.Update(l.bundlesSum, castagnoli, b), durable.Sync(f)
}

// readState reads a state and the offsets that it speaks of.
func readState(dir string) (state, []int64, error) {
	var s state
	text, err := small(filepath.Join(dir, "state"))
	if err != nil {
		return s, nil, err
	}
	if s, err = parseState(text); err != nil {
		return s, nil, err
	}
	f, err := os.Open(filepath.Join(dir, "bundles"))
	if err != nil {
		return s, nil, err
	}
	defer f.Close()
	n := bundlesOf(s.Size)
	if info, err := f.Stat(); err != nil || info.Size() < 8*n {
		return s, nil, fmt.Errorf("the offsets are too few for %d entries", s.Size)
	}
	b := make([]byte, 8*n)
	if _, err := io.ReadFull(f, b); err != nil {
		return s, nil, err
	}
	if crc32.Checksum(b, castagnoli) != s.Bundles {
		return s, nil, errors.New("the offsets are not those that were written")
	}
	bundles := make([]int64, n)
	for i := range bundles {
		bundles[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return s, bundles, nil
}

// parseState reads the file of a state.
func parseState(text []byte) (s state, err error) {
	if err := json.Unmarshal(text, &s); err != nil {
		return state{}, err
	}
	if s.Size < 0 || s.Size > maxEntries || s.Segment < 0 || s.Segment > s.Size || s.Offset < 0 {
		return state{}, errors.New("its numbers are out of bounds")
	}
	return s, nil
}

// resume reads the tree that a state speaks of. Anything that does not fit is
// an error, after which the log is read from its first entry.
func (s state) resume(dir string, read store) (*tree, error) {
	if !s.within(read.segments) {
		return nil, fmt.Errorf("the entries do not reach that far")
	}
	t, err := loadTree(filepath.Join(dir, "tree"), s.Size)
	if err != nil {
		return nil, err
	}
	read.rows = t.files()
	if err := s.confirm(read); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// confirm works the root out of the hashes, and reads the last bundle of each
// segment: entries are about to be written behind it, where the state says
// that it ends, and a segment that was cut off or removed is noticed.
func (s state) confirm(read store) error {
	if root, err := read.rootAt(s.Size); err != nil || root != s.Root {
		return errors.New("the hashes do not give its root")
	}
	for i, g := range read.segments {
		if g.first >= s.Size {
			break
		}
		end := s.Size
		if i+1 < len(read.segments) {
			end = min(end, read.segments[i+1].first)
		}
		if err := read.confirmBundle((end-1)>>tileHeight, end); err != nil {
			return err
		}
	}
	return nil
}

// confirmBundle holds the entries of the bundle n, up to an end, against their
// hashes. Nothing may stand behind them in their segment.
func (s *store) confirmBundle(n, end int64) error {
	bundle, left, err := s.frames(n, end)
	if err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%d bytes stand behind entry %d", left, end-1)
	}
	hashes, err := s.tile(0, n, int(end-n*c2sp.TileWidth))
	if err != nil {
		return err
	}
	for ; len(hashes) > 0; hashes = hashes[tlog.HashSize:] {
		entry, rest, err := c2sp.NextEntry(bundle)
		if err != nil {
			return err
		}
		if tlog.RecordHash(entry) != tlog.Hash(hashes) {
			return errors.New("the hashes of the last entries are others")
		}
		bundle = rest
	}
	return nil
}

// within says whether the segments hold what the state speaks of, and notes
// how large those before it are.
func (s state) within(segments []*segment) bool {
	for _, g := range segments {
		size, err := g.file.Seek(0, io.SeekEnd)
		if err != nil {
			return false
		}
		if g.first == s.Segment {
			g.size.Store(s.Offset)
			return s.Offset <= size
		}
		g.size.Store(size)
	}
	return false
}

func bundlesOf(size int64) int64 { return (size + (1<<tileHeight - 1)) >> tileHeight }
