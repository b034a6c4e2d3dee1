package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// A Report is what [Fsck] found. No fault means that every entry is whole and
// that all checkpoints that are known were signed over these entries.
type Report struct {
	Entries int64     `json:"entries"`
	Root    tlog.Hash `json:"root"`
	Faults  []string  `json:"faults"`
}

// Fsck works everything out anew from the entries: each frame's checksum, the
// whole tree, every stored hash, and the roots of the checkpoints that it is
// given, which somebody verified: the published one, the guard's, those of
// witnesses. It writes nothing and needs no lock; of a log that is being
// written it sees a beginning. Hashes of entries that were not published yet may
// be missing: they are written when the entries are durable.
func Fsck(dir string, checkpoints []c2sp.Checkpoint) (Report, error) {
	return fsck(dir, checkpoints, func([]byte) {})
}

// fsck is [Fsck], and shows each entry.
func fsck(dir string, checkpoints []c2sp.Checkpoint, see func(entry []byte)) (Report, error) {
	var r Report
	segments, err := openSegments(filepath.Join(dir, "entries"), os.O_RDONLY)
	if err != nil {
		return r, err
	}
	s := store{segments: segments}
	defer s.close()
	if len(segments) == 0 {
		return r, fmt.Errorf("%s holds no entries: nothing was checked", dir)
	}
	c := checker{dir: dir, report: &r, due: map[int64][]c2sp.Checkpoint{}, tree: &tree{}, see: see}
	for _, p := range checkpoints {
		c.due[p.Size] = append(c.due[p.Size], p)
	}
	if head, err := readHead(dir); err == nil {
		c.published = head.Size
	}
	c.compare()
	torn, err := s.replay(state{}, c.entry)
	var path *os.PathError
	switch {
	case err == nil && torn > 0 && underWay(segments[len(segments)-1], r.Entries):
	case errors.As(err, &path):
		return r, err
	case err != nil:
		r.fault("%v", err)
	case torn > 0:
		last := segments[len(segments)-1]
		r.fault("%s: from byte %d on, %d bytes are no whole frame: a write was cut off, or the file was damaged. Opening the ledger for writing removes them if they were never acknowledged", last.file.Name(), last.size.Load(), torn)
	}
	c.rows()
	for _, p := range checkpoints {
		if p.Size > r.Entries {
			r.fault("a checkpoint of %d entries was signed, but only %d can be read: entries were lost", p.Size, r.Entries)
		}
	}
	r.Root = c.tree.root()
	return r, nil
}

func (r *Report) fault(format string, args ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}

// maxFaults bounds a report; a damaged disk gives millions.
const maxFaults = 100

type checker struct {
	dir    string
	report *Report
	due    map[int64][]c2sp.Checkpoint // by size
	tree   *tree
	see    func(entry []byte)

	published int64 // entries, as the folder says
}

// writeWait is how long a write may take until its first frame stands whole.
const writeWait = 500 * time.Millisecond

// underWay says whether what stands behind the last whole frame, which is no
// frame, was a write that another process has ended meanwhile, or taken back.
func underWay(last *segment, entries int64) bool {
	end := last.size.Load()
	for wait := time.Millisecond; wait < writeWait; wait *= 2 {
		time.Sleep(wait)
		whole, torn, err := last.scan(end, entries, func(int64, int64, []byte) error { return errEnough })
		if err == nil && torn == 0 || errors.Is(err, errEnough) && whole > end {
			return true
		}
	}
	return false
}

func (c *checker) entry(index int64, entry []byte) error {
	if index%c2sp.TileWidth == 0 {
		c.tree.begin()
		if c.tree.dirtyBytes() > framed.ReadAhead {
			c.rows()
		}
	}
	if err := c.tree.append(tlog.RecordHash(entry)); err != nil {
		return err
	}
	c.report.Entries = c.tree.size
	c.compare()
	c.see(entry)
	return nil
}

// compare holds the checkpoints of the size that the tree has now against it.
func (c *checker) compare() {
	for _, p := range c.due[c.tree.size] {
		if root := c.tree.root(); root != p.Root {
			c.report.fault("the first %d entries give the root %v, but the checkpoint that was signed says %v: entries were altered", p.Size, root, p.Root)
		}
	}
}

// rows holds the hashes that came since the last call against the files.
func (c *checker) rows() {
	for level, r := range c.tree.rows {
		first := r.count - int64(len(r.dirty)/tlog.HashSize)
		due := c.published>>(tileHeight*level) - first
		if err := sameAt(filepath.Join(c.dir, "tree", fmt.Sprint(level)), first, r.dirty, due); err != nil && len(c.report.Faults) < maxFaults {
			c.report.fault("tree: level %d, hashes %d to %d: %v; they are worked out anew when the file `state` is removed and the ledger is opened", level, first, r.count-1, err)
		}
		r.dirty = r.dirty[:0]
	}
}

// sameAt holds hashes against a file, from the one of that number on. Those
// behind the first that are due may be missing.
func sameAt(path string, first int64, want []byte, due int64) error {
	if len(want) == 0 {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		if due <= 0 && errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	defer f.Close()
	got := make([]byte, len(want))
	n, err := f.ReadAt(got, first*tlog.HashSize)
	n -= n % tlog.HashSize
	if err != nil && (!errors.Is(err, io.EOF) || int64(n/tlog.HashSize) < due) {
		return err
	}
	if !bytes.Equal(got[:n], want[:n]) {
		return errors.New("they are not those of the entries")
	}
	return nil
}
