package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
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
	if err := durable.Lock(l.lock); err != nil {
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
	root, err := l.store.rootAt(l.tree.size)
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
	dir := filepath.Join(l.dir, "entries")
	segments, err := openSegments(dir, os.O_RDWR)
	if err != nil {
		return err
	}
	l.Reader = &Reader{store: store{segments: segments}}
	if len(segments) == 0 {
		if err := l.addSegment(0); err != nil {
			return err
		}
	}
	s, bundles, err := readState(l.dir)
	if err == nil {
		l.tree, err = s.resume(l.dir, store{segments: l.store.segments, bundles: bundles})
	}
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			l.warn("the saved state is not used, every entry is read: %v", err)
		}
		if l.tree, err = loadTree(filepath.Join(l.dir, "tree"), 0); err != nil {
			return err
		}
		s, bundles = state{}, nil
	}
	l.store.bundles, l.saved = bundles, s.Size
	torn, err := l.store.replay(s, l.add)
	if err != nil {
		return err
	}
	if err := l.tree.flush(); err != nil {
		return err
	}
	l.store.rows = l.tree.files()
	if torn > 0 {
		if err := l.cut(torn); err != nil {
			return err
		}
	}
	// What a killed process left in the page cache is about to be signed.
	return l.sync(l.last().file)
}

// add adds an entry that was read back to the tree.
func (l *Log) add(index int64, entry []byte) error {
	if index%c2sp.TileWidth == 0 {
		l.tree.begin()
		if l.tree.dirtyBytes() > readAhead {
			if err := l.tree.flush(); err != nil {
				return err
			}
		}
	}
	return l.tree.append(tlog.RecordHash(entry))
}

// cut removes what was written behind the last whole frame. Nobody was told
// that it is there: the guard is asked first.
func (l *Log) cut(torn int64) error {
	if l.tree.size < l.guard.Last().Size {
		return nil // confirm refuses, and the file stays as it is to be looked into
	}
	g := l.last()
	l.warn("%s: %d bytes of an entry that was never acknowledged are cut off", g.file.Name(), torn)
	return g.file.Truncate(g.size)
}

// confirm compares the log with what the guard saw.
func (l *Log) confirm() error {
	last := l.guard.Last()
	if l.tree.size < last.Size {
		return fmt.Errorf("%w: %s holds %d entries, but a checkpoint of %d was signed: an old copy was put back, files were removed or damaged, or the disk lied about writing. Restore the newest copy; if entries are lost for good, `bailiwick ledger recover` says so in the ledger and goes on", ErrFork, l.dir, l.tree.size, last.Size)
	}
	root, err := l.store.rootAt(last.Size)
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
	if l.Reader != nil {
		errs = append(errs, l.store.close())
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
	return durable.Replace(filepath.Join(l.dir, "checkpoint"), l.Head().Signed)
}
