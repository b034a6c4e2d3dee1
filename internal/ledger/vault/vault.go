// Package vault keeps what the entries of a ledger only commit to, so that it
// can be shown, field by field, as long as that is lawful, and destroyed when
// it no longer is. The ledger never changes by that: all its proofs hold.
//
// Each subject has a key of its own (AES-256-GCM), wrapped by a [keys.Key]
// that the folder does not hold. What is known of a subject is sealed under
// it. [Vault.Erase] destroys key and openings where they stand. Who is in the
// vault cannot be told from its files: a subject is found by an HMAC of its
// name, under a key that is wrapped too.
//
//	DIR/subjects      a header, then one slot for each subject, at a fixed place: its wrapped key
//	DIR/openings/     segments of frames, in the order in which they were written
//	DIR/state         how far all this was written when it was last saved
//	DIR/erasures/     erasures that are under way, or that the ledger has not yet
//	DIR/lock          held by the process that writes
//
// docs/spec/ledger.md has the formats, and what erasure does not reach.
package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// Options say how a vault is opened.
type Options struct {
	Key      keys.Key                         // wraps the keys of subjects; it stays the caller's to close
	ReadOnly bool                             // beside a process that writes; shows what was there when it was opened
	Begun    bool                             // it is there: another folder is a mistake, and no new vault
	Warn     func(format string, args ...any) // what was mended while opening; nil is silence
}

// A Vault is an open vault. Its methods may be called at once by many
// goroutines.
type Vault struct {
	dir      string
	id       string
	readOnly bool
	warn     func(format string, args ...any)
	lock     *os.File
	sync     func(*os.File) error // durable.Sync; tests let it fail
	syncDir  func(string) error   // durable.SyncDir; tests let it fail

	// writing is held by who changes files: the committer, an erasure, a
	// rewrapping. What it guards comes first.
	writing  sync.Mutex
	table    *table
	openings *openings
	dirty    map[uint32]struct{} // subjects whose slot has an old head
	saved    int64               // openings below this are in the slots' heads

	mu       sync.RWMutex
	key      keys.Key
	wrapping int    // how often the vault was rewrapped; a key that was wrapped before is wrapped anew
	lookup   []byte // key of the HMAC that finds subjects
	tags     map[tag]uint32
	ids      map[entry.KeyID]uint32
	heads    []int64           // by subject: where its newest opening stands, see headOf
	cache    map[uint32]sealer // keys in use
	creating map[tag]chan struct{}
	unlogged map[entry.KeyID]erasure
	pending  *batch
	failed   error // why nothing more is taken
	closed   bool

	wake chan struct{}
	done sync.WaitGroup
}

var (
	// ErrNoSubject says that the vault holds nothing of a subject, or no more.
	ErrNoSubject = errors.New("the vault holds nothing of this subject: it never did, it was erased, or the name is spelled otherwise")
	// ErrErased says that the subject's key was destroyed.
	ErrErased = errors.New("the subject was erased: its key is destroyed, and nothing opens its fields")
	// ErrClosed says that the vault was closed before.
	ErrClosed = errors.New("the vault is closed")
)

// Open opens the vault of a folder, or begins it. Erasures that a crash cut off
// are completed before it returns.
func Open(ctx context.Context, dir string, o Options) (*Vault, error) {
	v := &Vault{
		dir: dir, readOnly: o.ReadOnly, warn: o.Warn, sync: durable.Sync, syncDir: durable.SyncDir, key: o.Key,
		dirty: map[uint32]struct{}{}, cache: map[uint32]sealer{}, creating: map[tag]chan struct{}{}, unlogged: map[entry.KeyID]erasure{},
		pending: newBatch(), wake: make(chan struct{}, 1),
	}
	if v.warn == nil {
		v.warn = func(string, ...any) {}
	}
	if err := v.open(ctx, o.Begun); err != nil {
		return nil, errors.Join(fmt.Errorf("vault %s: %w", dir, err), v.release())
	}
	if !v.readOnly {
		v.done.Add(1)
		go v.commit()
	}
	return v, nil
}

func (v *Vault) open(ctx context.Context, begun bool) error {
	if begun {
		_, err := os.Stat(filepath.Join(v.dir, "subjects"))
		used, _ := os.ReadDir(filepath.Join(v.dir, "openings"))
		if errors.Is(err, os.ErrNotExist) && len(used) == 0 {
			return absent(err)
		}
	}
	if !v.readOnly {
		if err := v.prepare(ctx); err != nil {
			return err
		}
	}
	// The state comes first: a process that writes saves it behind what it says.
	s := readState(v.dir)
	var err error
	if v.table, err = openTable(filepath.Join(v.dir, "subjects"), v.readOnly); err != nil {
		return err
	}
	v.id = v.table.head.ID
	if v.lookup, err = v.key.Unwrap(ctx, v.table.head.Lookup, v.table.head.lookupAAD()); err != nil {
		return fmt.Errorf("its lookup key: %w. The key that wrapped it last opens it: vaultKey in ledger.yaml, or key where there is none, names it", err)
	}
	if v.openings, err = openOpenings(filepath.Join(v.dir, "openings"), v.readOnly); err != nil {
		return err
	}
	under, err := readErasures(v.dir)
	if err != nil {
		return err
	}
	end, err := v.load(s, under)
	if err != nil || v.readOnly {
		return err
	}
	for _, e := range under {
		if err := v.complete(e); err != nil {
			return err
		}
	}
	return v.openings.cut(end, v.sync)
}

// prepare locks the folder, removes what a crash left, and begins a vault
// where there is none.
func (v *Vault) prepare(ctx context.Context) error {
	for _, sub := range []string{"openings", "erasures"} {
		if err := durable.Dir(filepath.Join(v.dir, sub)); err != nil {
			return err
		}
	}
	var err error
	if v.lock, err = os.OpenFile(filepath.Join(v.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := durable.Lock(v.lock); err != nil {
		return fmt.Errorf("another process writes it: %w", err)
	}
	if err := v.sweep(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(v.dir, "subjects")); err == nil || !os.IsNotExist(err) {
		return err
	}
	if used, err := os.ReadDir(filepath.Join(v.dir, "openings")); err != nil || len(used) > 0 {
		return fmt.Errorf("openings are there but no file `subjects` with their keys: restore it from a copy (%d segments, %v)", len(used), err)
	}
	return begin(ctx, v.dir, v.key)
}

// Subjects is how many subjects the vault holds something of.
func (v *Vault) Subjects() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.tags)
}

// Close waits for what was taken, and closes the vault.
func (v *Vault) Close() error {
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return ErrClosed
	}
	v.closed = true
	close(v.wake)
	v.mu.Unlock()
	v.done.Wait()
	v.writing.Lock()
	defer v.writing.Unlock()
	var err error
	if !v.readOnly && v.failed == nil {
		err = v.save()
	}
	return errors.Join(err, v.release())
}

func (v *Vault) release() error {
	var errs []error
	if v.table != nil {
		errs = append(errs, v.table.file.Close())
	}
	if v.openings != nil {
		errs = append(errs, v.openings.close())
	}
	if v.lock != nil {
		errs = append(errs, v.lock.Close())
	}
	v.mu.Lock()
	clear(v.lookup)
	v.mu.Unlock()
	return errors.Join(errs...)
}
