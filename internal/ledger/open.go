package ledger

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Open opens the log of a folder for writing, or begins it. What a crash cut
// off behind the last acknowledged entry is removed; a log that lacks entries
// that were acknowledged, or has others, is refused: see [ErrFork].
func Open(dir string, o Options) (*Log, error) {
	l := &Log{
		dir: dir, origin: o.Signer.Name(), signer: o.Signer, warn: o.Warn,
		segmentSize: segmentSize, sync: datasync,
		pending: newBatch(0), wake: make(chan struct{}, 1), synced: make(chan *batch, 1),
	}
	if l.warn == nil {
		l.warn = func(string, ...any) {}
	}
	if err := l.open(o.Guard); err != nil {
		return nil, errors.Join(err, l.release())
	}
	l.done.Add(2)
	go l.commit()
	go l.acknowledge()
	return l, nil
}

// ErrFork says that the log is not what the guard saw it sign.
var ErrFork = errors.New("the ledger is not the one that was signed")

func (l *Log) open(guard string) error {
	if err := apart(l.dir, guard); err != nil {
		return err
	}
	for _, sub := range []string{"entries", "tree"} {
		if err := os.MkdirAll(filepath.Join(l.dir, sub), 0o700); err != nil {
			return err
		}
	}
	var err error
	if l.lock, err = os.OpenFile(filepath.Join(l.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := lock(l.lock); err != nil {
		return fmt.Errorf("ledger %s: another process writes it: %w", l.dir, err)
	}
	if l.guard, err = OpenGuard(guard, l.origin); err != nil {
		return err
	}
	if err := l.load(); err != nil {
		return err
	}
	if err := l.confirm(); err != nil {
		return err
	}
	root, err := l.rootAt(l.tree.size)
	if err != nil {
		return err
	}
	l.head, err = l.sign(c2sp.Checkpoint{Origin: l.origin, Size: l.tree.size, Root: root})
	return err
}

// apart refuses a guard that goes wherever the log goes: a backup that is put
// back would put both back.
func apart(dir, guard string) error {
	if guard == "" {
		return fmt.Errorf("ledger %s: no guard: name a file outside of the ledger, best on another disk, that remembers what was signed", dir)
	}
	a, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	b, err := filepath.Abs(guard)
	if err != nil {
		return err
	}
	if strings.HasPrefix(b, a+string(filepath.Separator)) {
		return fmt.Errorf("the guard %s lies in the ledger that it guards: an old copy of the folder would bring an old guard with it. Put it elsewhere, best on another disk", guard)
	}
	return nil
}

// load reads what the folder holds, from the saved state on.
func (l *Log) load() error {
	segments, err := openSegments(filepath.Join(l.dir, "entries"))
	if err != nil {
		return err
	}
	l.store = &store{segments: segments}
	if len(segments) == 0 {
		if err := l.addSegment(0); err != nil {
			return err
		}
	}
	s, bundles, t, err := loadState(l.dir)
	if err == nil && !l.reaches(s) {
		t.close()
		err = fmt.Errorf("the entries do not reach that far")
	}
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			l.warn("the saved state is not used, every entry is read: %v", err)
		}
		if t, err = loadTree(filepath.Join(l.dir, "tree"), 0); err != nil {
			return err
		}
		s, bundles = state{}, nil
	}
	l.tree, l.bundles, l.saved = t, bundles, s.Size
	if err := l.replay(s); err != nil {
		return err
	}
	l.rows = t.files()
	return l.tree.flush()
}

// reaches says whether the segments hold what the state speaks of.
func (l *Log) reaches(s state) bool {
	for i, g := range l.segments {
		size, err := g.file.Seek(0, io.SeekEnd)
		if err != nil {
			return false
		}
		if g.first == s.Segment {
			return s.Offset <= size
		}
		if i+1 < len(l.segments) {
			g.size = size
		}
	}
	return false
}

// replay reads the entries behind the state into the tree.
func (l *Log) replay(s state) error {
	for i, g := range l.segments {
		if g.first < s.Segment {
			continue
		}
		from := int64(0)
		if g.first == s.Segment {
			from = s.Offset
		} else if g.first != l.tree.size {
			return fmt.Errorf("%s begins with entry %d where entry %d is due: a segment is missing", g.file.Name(), g.first, l.tree.size)
		}
		end, torn, err := g.scan(from, l.tree.size, func(index, frame int64, entry []byte) error {
			if index%c2sp.TileWidth == 0 {
				l.tree.begin()
				l.bundles = append(l.bundles, frame)
				if l.tree.dirtyBytes() > readAhead {
					if err := l.tree.flush(); err != nil {
						return err
					}
				}
			}
			return l.tree.append(tlog.RecordHash(entry))
		})
		if err != nil {
			return err
		}
		g.size = end
		if torn == 0 {
			continue
		}
		if i+1 < len(l.segments) {
			return fmt.Errorf("%s: byte %d: no frame can be read, but entries follow in the next segment: the file was damaged. Restore it from a copy", g.file.Name(), end)
		}
		if err := l.cut(g, torn); err != nil {
			return err
		}
	}
	// What a killed process left in the page cache is about to be signed.
	return l.sync(l.segments[len(l.segments)-1].file)
}

// cut removes what was written behind the last whole frame. Nobody was told
// that it is there: the guard is asked first.
func (l *Log) cut(g *segment, torn int64) error {
	if l.tree.size < l.guard.Last().Size {
		return nil // confirm refuses, and the file stays as it is to be looked into
	}
	l.warn("%s: %d bytes of an entry that was never acknowledged are cut off", g.file.Name(), torn)
	return g.file.Truncate(g.size)
}

// confirm compares the log with what the guard saw.
func (l *Log) confirm() error {
	last := l.guard.Last()
	if l.tree.size < last.Size {
		return fmt.Errorf("%w: %s holds %d entries, but a checkpoint of %d was signed: an old copy was put back, files were removed or damaged, or the disk lied about writing. Restore the newest copy; if entries are lost for good, `bailiwick ledger recover` says so in the ledger and goes on", ErrFork, l.dir, l.tree.size, last.Size)
	}
	root, err := l.rootAt(last.Size)
	if err != nil {
		return err
	}
	if root != last.Root {
		return fmt.Errorf("%w: the first %d entries of %s are others than those that were signed: somebody altered them. Restore them from a copy", ErrFork, last.Size, l.dir)
	}
	return nil
}

func (l *Log) release() error {
	var errs []error
	if l.store != nil {
		for _, g := range l.segments {
			errs = append(errs, g.file.Close())
		}
	}
	if l.tree != nil {
		l.tree.close()
	}
	if l.guard != nil {
		errs = append(errs, l.guard.Close())
	}
	if l.lock != nil {
		errs = append(errs, l.lock.Close())
	}
	return errors.Join(errs...)
}

// writeCheckpoint leaves the newest checkpoint for those who read files.
func (l *Log) writeCheckpoint() error {
	return replace(filepath.Join(l.dir, "checkpoint"), l.Head().Signed)
}
