package ledger

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
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
	if err := l.saveBundles(); err != nil {
		return err
	}
	last := l.last()
	text, err := json.Marshal(state{Size: l.tree.size, Root: l.tree.root(), Segment: last.first, Offset: last.size})
	if err != nil {
		return err
	}
	if err := durable.Replace(filepath.Join(l.dir, "state"), append(text, '\n')); err != nil {
		return err
	}
	l.saved = l.tree.size
	return nil
}

// saveBundles appends the offsets that the file has not yet.
func (l *Log) saveBundles() error {
	f, err := os.OpenFile(filepath.Join(l.dir, "bundles"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	from := bundlesOf(l.saved)
	b := make([]byte, 0, 8*(int64(len(l.store.bundles))-from))
	for _, offset := range l.store.bundles[from:] {
		b = binary.LittleEndian.AppendUint64(b, uint64(offset))
	}
	if _, err := f.WriteAt(b, 8*from); err != nil {
		return err
	}
	return durable.Sync(f)
}

// readState reads a state and the offsets that it speaks of.
func readState(dir string) (state, []int64, error) {
	var s state
	text, err := os.ReadFile(filepath.Join(dir, "state"))
	if err != nil {
		return s, nil, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, nil, err
	}
	if s.Size < 0 || s.Segment < 0 || s.Offset < 0 {
		return s, nil, fmt.Errorf("negative numbers")
	}
	b, err := os.ReadFile(filepath.Join(dir, "bundles"))
	if err != nil {
		return s, nil, err
	}
	n := bundlesOf(s.Size)
	if int64(len(b)) < 8*n {
		return s, nil, fmt.Errorf("%d bytes of offsets are too few for %d entries", len(b), s.Size)
	}
	bundles := make([]int64, n)
	for i := range bundles {
		bundles[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return s, bundles, nil
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

// confirm works the root out of the hashes, and reads the bundle that is
// still open: it is about to be written on.
func (s state) confirm(read store) error {
	if root, err := read.rootAt(s.Size); err != nil || root != s.Root {
		return fmt.Errorf("the hashes do not give its root")
	}
	if s.Size%c2sp.TileWidth == 0 {
		return nil
	}
	n := s.Size >> tileHeight
	bundle, err := read.bundle(n, s.Size)
	if err != nil {
		return err
	}
	hashes, err := read.tile(0, n, int(s.Size%c2sp.TileWidth))
	if err != nil {
		return err
	}
	for ; len(hashes) > 0; hashes = hashes[tlog.HashSize:] {
		entry, rest, err := c2sp.NextEntry(bundle)
		if err != nil {
			return err
		}
		if tlog.RecordHash(entry) != tlog.Hash(hashes) {
			return fmt.Errorf("the hashes of the last entries are others")
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
			g.size = s.Offset
			return s.Offset <= size
		}
		g.size = size
	}
	return false
}

func bundlesOf(size int64) int64 { return (size + (1<<tileHeight - 1)) >> tileHeight }
