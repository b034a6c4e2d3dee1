// Package ledger is an append-only log that anybody can verify: a Merkle tree
// (RFC 6962) over entries, whose head the log signs, in the formats of C2SP
// so that tools of others read it.
//
// An entry is durable and proven before its writer goes on: [Log.Append]
// returns with its inclusion proof below a signed checkpoint. Many writers
// share one sync of the disk, which is why a thousand of them cost little
// more than one.
//
//	DIR/entries/0000000000000000.log   what was appended, framed with checksums: the truth
//	DIR/tree/0, 1, …                   hashes of the tree, level by level; can be worked out anew
//	DIR/bundles, DIR/state             where each bundle begins, how far all this was written; the same
//	DIR/checkpoint                     the last signed checkpoint, for readers of files
//	DIR/lock                           held by the process that writes
//	GUARD                              the last checkpoint that may have been signed; apart from DIR
package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Options say who a log is.
type Options struct {
	Signer note.Signer // signs checkpoints; its name is the log's origin
	Guard  string      // path of the guard's file; it must not lie below the log's folder
	// Warn hears what was mended while opening, and what could not be done but
	// does not stop the log; nil is silence. It is called by several goroutines.
	Warn func(format string, args ...any)
	// Cosign asks witnesses for the signature lines of a checkpoint that is about
	// to be published. The lines are published even when it returns an error.
	Cosign func(ctx context.Context, log *Reader, head Head) (lines []byte, err error)
	Every  time.Duration // how often a log that grew publishes its checkpoint; zero is a second
}

// A Log is an open log. Its methods may be called at once by many goroutines.
type Log struct {
	dir    string
	origin string
	signer note.Signer
	guard  *Guard
	lock   *os.File
	warn   func(format string, args ...any)

	segmentSize int64 // bytes after which a segment ends
	// How the segments are written; tests let them fail.
	sync  func(*os.File) error
	write func(f *os.File, b []byte, at int64) (int, error)

	mu      sync.Mutex
	pending *batch // takes entries until the committer takes it
	failed  error  // why the log takes no more entries
	closed  bool

	wake   chan struct{}
	synced chan *batch // without room: batches that wait would only be smaller ones, and each costs two syncs
	done   sync.WaitGroup

	// Owned by the committer.
	tree       *tree
	buffer     []byte
	spare      batch  // what the last batch was written from, for the next
	saved      int64  // entries when the state was saved
	bundlesSum uint32 // CRC-32C of the offsets that were saved

	publishing *publisher

	*Reader
}

// batch is what is committed by one sync of the disk.
type batch struct {
	bundle []byte // the entries as a bundle has them
	hashes []tlog.Hash
	first  int64
	view   view
	head   Head
	err    error
	kept   chan struct{} // closed when readers find its hashes
	done   chan struct{} // closed when its writers may go on
}

// A batch is closed when it has that many bytes or entries; later writers wait.
const (
	batchBytes   = 8 << 20
	batchEntries = 4096
)

// ErrClosed says that the log was closed before it took the entry.
var ErrClosed = errors.New("the ledger is closed")

// Append appends one entry of at most [c2sp.MaxEntry] bytes. When it returns
// without an error the entry is durable and proven. When ctx ends while it
// waits, the entry may or may not have been appended; the caller may use the
// bytes of entry again in either case.
//
// When nothing could be written, as on a full disk, the error says that the
// entries were not taken, and the log goes on. When a sync fails it takes no
// more entries: what the disk holds is known only when the log is opened
// again. When only the signature fails, the entry is written; the next
// checkpoint that is signed covers it.
func (l *Log) Append(ctx context.Context, entry []byte) (Receipt, error) {
	t, err := l.Enqueue(ctx, entry)
	if err != nil {
		return Receipt{}, err
	}
	return t.Receipt(ctx)
}

// join adds an entry to the batch that is open, and says its number in it.
func (l *Log) join(ctx context.Context, entry []byte, hash tlog.Hash) (*batch, int, error) {
	for {
		l.mu.Lock()
		b := l.pending
		switch {
		case l.failed != nil:
			l.mu.Unlock()
			return nil, 0, l.failed
		case l.closed:
			l.mu.Unlock()
			return nil, 0, ErrClosed
		case len(b.hashes) < batchEntries && len(b.bundle) < batchBytes:
			b.bundle, b.hashes = c2sp.AppendEntry(b.bundle, entry), append(b.hashes, hash)
			at := len(b.hashes) - 1
			if at == 0 {
				l.wake <- struct{}{} // never waits: a batch wakes once, and there is room for one
			}
			l.mu.Unlock()
			return b, at, nil
		}
		l.mu.Unlock()
		select {
		case <-b.done:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// newBatch makes a batch of what the one before the last has no use for.
func newBatch(spare batch) *batch {
	return &batch{bundle: spare.bundle[:0], hashes: spare.hashes[:0], kept: make(chan struct{}), done: make(chan struct{})}
}

// commit writes batches, one after the other, and makes them durable.
func (l *Log) commit() {
	defer l.done.Done()
	defer close(l.synced)
	for range l.wake {
		l.mu.Lock()
		b := l.pending
		l.pending, l.spare = newBatch(l.spare), batch{}
		failed := l.failed
		l.mu.Unlock()
		if failed != nil {
			b.fail(failed)
			continue
		}
		if err := l.add(b); err != nil {
			b.fail(err)
			continue
		}
		l.synced <- b
		l.keep()
		close(b.kept)
	}
}

// acknowledge moves the guard, signs, and lets the writers go. It works on one
// batch while the next is being written.
func (l *Log) acknowledge() {
	defer l.done.Done()
	var failed error
	for b := range l.synced {
		if failed != nil {
			b.fail(failed)
			continue
		}
		// The signature is made while the guard is written. Nobody sees it before:
		// what is signed is durable already, so no other history can come of it.
		signed := make(chan error, 1)
		var head Head
		go func() {
			var err error
			head, err = l.sign(b.head.Checkpoint)
			signed <- err
		}()
		guarded := l.guard.Advance(b.head.Checkpoint)
		err := <-signed
		<-b.kept // readers find what the new head has
		switch {
		case guarded != nil:
			failed = l.fail(guarded)
			b.fail(failed)
		case err != nil:
			b.fail(fmt.Errorf("ledger %s: entries are written, but not acknowledged: %w", l.dir, err))
		default:
			b.head = head
			l.advance(head)
			close(b.done)
		}
	}
}

func (b *batch) fail(err error) {
	b.err = err
	close(b.done)
}

// fail makes the log refuse what comes, and returns the first reason.
func (l *Log) fail(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = fmt.Errorf("ledger %s: %w. It takes no more entries until it is opened again", l.dir, err)
	}
	return l.failed
}

// add makes the entries of a batch durable and adds them to the tree.
func (l *Log) add(b *batch) error {
	b.first = l.tree.size
	if err := l.put(b.first, b.bundle, int64(len(b.hashes))); err != nil {
		return err
	}
	l.tree.begin()
	for _, h := range b.hashes {
		if err := l.tree.append(h); err != nil {
			return l.fail(err)
		}
	}
	b.view = l.tree.view()
	b.head.Checkpoint = c2sp.Checkpoint{Origin: l.origin, Size: l.tree.size, Root: b.view.root()}
	l.spare = batch{bundle: b.bundle, hashes: b.hashes}
	b.bundle, b.hashes = nil, nil
	return nil
}

// sign signs a checkpoint of entries that are durable.
func (l *Log) sign(c c2sp.Checkpoint) (Head, error) {
	signed, err := note.Sign(&note.Note{Text: c.String()}, l.signer)
	if err != nil {
		return Head{}, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return Head{c, signed}, nil
}

// Close waits for the entries that were taken, publishes the last checkpoint,
// and closes the log.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return ErrClosed
	}
	l.closed = true
	close(l.wake)
	l.mu.Unlock()
	l.done.Wait()
	errs := []error{l.publishing.close()}
	if l.failed == nil {
		errs = append(errs, l.save()) // else the tree may not be what the disk holds
	}
	return errors.Join(append(errs, l.release())...)
}
