package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// Open opens the log of a folder for writing, or begins it. What a crash cut
// off behind the last acknowledged entry is removed; a log that lacks entries
// that were acknowledged, or has others, is refused: see [ErrFork].
func Open(dir string, o Options) (*Log, error) {
	if o.Signer == nil {
		return nil, fmt.Errorf("ledger %s: no signer: every checkpoint is signed by a key", dir)
	}
	l := &Log{
		dir: dir, origin: o.Signer.Name(), signer: o.Signer, warn: o.Warn,
		segmentSize: segmentSize, sync: durable.Sync, write: (*os.File).WriteAt,
		pending: newBatch(batch{}), wake: make(chan struct{}, 1), synced: make(chan *batch),
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
	l.publishing = publish(l, o)
	return l, nil
}

// ErrFork says that the log is not what the guard saw it sign.
var ErrFork = errors.New("the ledger is not the one that was signed")

func (l *Log) open(guard string) error {
	if err := apart(l.dir, guard); err != nil {
		return err
	}
	for _, sub := range []string{"entries", "tree"} {
		if err := durable.Dir(filepath.Join(l.dir, sub)); err != nil {
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
	l.tidy()
	if err := l.guarded(guard); err != nil {
		return err
	}
	if l.guard, err = OpenGuard(guard, l.origin); err != nil {
		return err
	}
	torn, err := l.load()
	if err != nil {
		return err
	}
	if err := l.confirm(); err != nil {
		return err // the files stay as they are, to be looked into
	}
	if err := l.cut(torn); err != nil {
		return err
	}
	root, err := l.store.rootAt(l.tree.size)
	if err != nil {
		return err
	}
	c := c2sp.Checkpoint{Origin: l.origin, Size: l.tree.size, Root: root}
	if err := l.guard.Advance(c); err != nil {
		return err
	}
	l.head, err = l.sign(c)
	return err
}

// tidy removes what a process that was killed left of files that it replaced.
func (l *Log) tidy() {
	left, err := filepath.Glob(filepath.Join(l.dir, durable.Unfinished))
	if err != nil {
		return // the folder's name has a form that Glob takes for a pattern
	}
	for _, path := range left {
		os.Remove(path)
	}
}

// guarded refuses a log that has entries and no guard: a new one would know
// nothing of what was signed.
func (l *Log) guarded(guard string) error {
	if _, err := os.Stat(guard); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if old, err := filepath.Glob(guard + archived + "*"); err != nil || len(old) > 0 {
		return fmt.Errorf("%w: %s lost entries and was recovered: a newer shard goes on, and nothing is signed under this name again", ErrFork, l.dir)
	}
	segments, err := openSegments(filepath.Join(l.dir, "entries"), os.O_RDONLY)
	if err != nil {
		return err
	}
	defer closeSegments(segments)
	published, err := readHead(l.dir)
	if err == nil && published.Size > 0 || err != nil && !errors.Is(err, os.ErrNotExist) || holdsEntries(segments) {
		return fmt.Errorf("%w: %s has entries, but its guard %s is not there: what was signed is not known. Put the guard back; if it is lost for good, `bailiwick ledger recover` goes on in a new ledger that says so", ErrFork, l.dir, guard)
	}
	return nil
}

func holdsEntries(segments []*segment) bool {
	for _, g := range segments {
		if info, err := g.file.Stat(); err != nil || info.Size() > 0 {
			return true
		}
	}
	return false
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
	a, b = resolved(a), resolved(b)
	if a == b || strings.HasPrefix(b, a+string(filepath.Separator)) {
		return fmt.Errorf("the guard %s lies in the ledger that it guards: an old copy of the folder would bring an old guard with it. Put it elsewhere, best on another disk", guard)
	}
	return nil
}

// resolved follows the links of a path as far as it exists.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	up := filepath.Dir(path)
	if up == path {
		return path
	}
	return filepath.Join(resolved(up), filepath.Base(path))
}

// load reads what the folder holds, from the saved state on. It returns how
// many bytes behind the last whole frame are none.
func (l *Log) load() (torn int64, err error) {
	dir := filepath.Join(l.dir, "entries")
	segments, err := openSegments(dir, os.O_RDWR)
	if err != nil {
		return 0, err
	}
	l.Reader = &Reader{store: store{segments: segments}}
	if len(segments) == 0 {
		if err := l.addSegment(0); err != nil {
			return 0, err
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
			return 0, err
		}
		s, bundles = state{}, nil
	}
	l.store.bundles, l.saved, l.bundlesSum = bundles, s.Size, s.Bundles
	if torn, err = l.store.replay(s, l.recall); err != nil {
		return 0, err
	}
	if err := l.tree.flush(); err != nil {
		return 0, err
	}
	l.store.rows = l.tree.files()
	return torn, nil
}

// recall adds an entry that was read back to the tree.
func (l *Log) recall(index int64, entry []byte) error {
	if index%c2sp.TileWidth == 0 {
		l.tree.begin()
		if l.tree.dirtyBytes() > framed.ReadAhead {
			if err := l.tree.flush(); err != nil {
				return err
			}
		}
	}
	return l.tree.append(tlog.RecordHash(entry))
}

// cut removes what was written behind the last whole frame. Nobody was told
// that it is there: the guard was asked before.
func (l *Log) cut(torn int64) error {
	g := l.last()
	if torn > 0 {
		l.warn("%s: %d bytes of an entry that was never acknowledged are cut off", g.file.Name(), torn)
		if err := g.file.Truncate(g.size.Load()); err != nil {
			return err
		}
	}
	// What a killed process left in memory is about to be signed: what stands in
	// the segment, and that there is one.
	if err := l.sync(g.file); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Join(l.dir, "entries"), l.dir} {
		if err := durable.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// confirm compares the log with what the guard saw, and with what it
// published: should both the log and its guard be old copies, that may be
// newer.
func (l *Log) confirm() error {
	published, err := readHead(l.dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		l.warn("the published checkpoint is written anew: %v", err)
	case published.Origin != l.origin:
		return fmt.Errorf("%w: %s published a checkpoint of %s, not of %s: it is the folder of another ledger", ErrFork, l.dir, published.Origin, l.origin)
	default:
		if err := l.confirmOne(published.Checkpoint); err != nil {
			return err
		}
		ids := keysOf(published)
		switch {
		case slices.Contains(ids, l.signer.KeyHash()):
			l.published = published
		case len(ids) > 0:
			return fmt.Errorf("%s signed as %s by another key than this one until now: whoever verifies the log trusts that key. Open it with that one", l.dir, l.origin)
		default:
			l.warn("the published checkpoint is written anew: its signature was altered")
		}
	}
	return l.confirmOne(l.guard.Last())
}

// keysOf are the ids of the keys by which a log says that it signed. Whether it
// did is not verified: what it signed is held against the entries.
func keysOf(h Head) (ids []uint32) {
	_, err := note.Open(h.Signed, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		for _, s := range unverified.Note.UnverifiedSigs {
			if s.Name == h.Origin {
				ids = append(ids, s.Hash)
			}
		}
	}
	return ids
}

func (l *Log) confirmOne(last c2sp.Checkpoint) error {
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
