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
	Signer note.Signer                      // signs checkpoints; its name is the log's origin
	Guard  string                           // path of the guard's file; it must not lie below the log's folder
	Warn   func(format string, args ...any) // what was mended while opening; nil is silence
}

// A Log is an open log. Its methods may be called at once by many goroutines.
type Log struct {
	dir    string
	origin string
	signer note.Signer
	guard  *Guard
	lock   *os.File
	warn   func(format string, args ...any)

	segmentSize int64                // bytes after which a segment ends
	sync        func(*os.File) error // datasync; tests let it fail

	mu      sync.Mutex
	pending *batch // takes entries until the committer takes it
	failed  error  // why the log takes no more entries
	closed  bool

	wake   chan struct{}
	synced chan *batch
	done   sync.WaitGroup

	// Owned by the committer.
	tree   *tree
	buffer []byte
	saved  int64 // entries when the state was saved

	*Reader
}

// batch is what is committed by one sync of the disk.
type batch struct {
	entries [][]byte
	hashes  []tlog.Hash
	bytes   int
	first   int64
	view    view
	head    Head
	err     error
	done    chan struct{}
}

// A batch is closed when it has that many bytes or entries; later writers wait.
const (
	batchBytes   = 8 << 20
	batchEntries = 4096
)

// ErrClosed says that the log was closed before it took the entry.
var ErrClosed = errors.New("the ledger is closed")

// Append appends one entry of at most [c2sp.MaxEntry] bytes. When it returns
// without an error the entry is durable and proven. When ctx ends before, the
// entry may or may not have been appended.
//
// After an error of the disk the log takes no more entries: what the disk
// holds is known only when the log is opened again.
func (l *Log) Append(ctx context.Context, entry []byte) (Receipt, error) {
	if len(entry) > c2sp.MaxEntry {
		return Receipt{}, fmt.Errorf("an entry of %d bytes: at most %d fit; log a digest of it", len(entry), c2sp.MaxEntry)
	}
	hash := tlog.RecordHash(entry)
	b, at, err := l.join(ctx, entry, hash)
	if err != nil {
		return Receipt{}, err
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		return Receipt{}, ctx.Err()
	}
	if b.err != nil {
		return Receipt{}, b.err
	}
	index := b.first + int64(at)
	return Receipt{Index: index, Proof: b.view.prove(index), Head: b.head}, nil
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
		case len(b.entries) < batchEntries && b.bytes < batchBytes:
			b.entries, b.hashes = append(b.entries, entry), append(b.hashes, hash)
			b.bytes += len(entry)
			at := len(b.entries) - 1
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

func newBatch(hint int) *batch {
	return &batch{
		entries: make([][]byte, 0, hint), hashes: make([]tlog.Hash, 0, hint),
		done: make(chan struct{}),
	}
}

// commit writes batches, one after the other, and makes them durable.
func (l *Log) commit() {
	defer l.done.Done()
	defer close(l.synced)
	for range l.wake {
		l.mu.Lock()
		b := l.pending
		l.pending = newBatch(len(b.entries))
		failed := l.failed
		l.mu.Unlock()
		if failed != nil {
			b.fail(failed)
			continue
		}
		if err := l.write(b); err != nil {
			b.fail(err)
			continue
		}
		l.synced <- b
	}
}

// acknowledge moves the guard, signs, and lets the writers go. It works on one
// batch while the next is being written.
func (l *Log) acknowledge() {
	defer l.done.Done()
	tick := time.NewTicker(publishEvery)
	defer tick.Stop()
	published := l.head.Size
	for {
		select {
		case b, ok := <-l.synced:
			if !ok {
				return
			}
			head, err := l.sign(b.head.Checkpoint)
			if err != nil {
				b.fail(l.fail(err))
				continue
			}
			b.head = head
			l.advance(head)
			close(b.done)
		case <-tick.C:
			size := l.Head().Size
			if size == published {
				continue
			}
			if err := l.writeCheckpoint(); err != nil {
				l.warn("the checkpoint cannot be published: %v", err)
				continue
			}
			published = size
		}
	}
}

// publishEvery is how often the newest checkpoint is written for readers of
// the folder: nobody waits for it who appends.
const publishEvery = time.Second

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

// write makes the entries of a batch durable and adds them to the tree.
func (l *Log) write(b *batch) error {
	b.first = l.tree.size
	if err := l.put(b.first, b.entries); err != nil {
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
	b.entries, b.hashes = nil, nil
	l.keep()
	return nil
}

// sign signs a checkpoint, after the guard has it.
func (l *Log) sign(c c2sp.Checkpoint) (Head, error) {
	if err := l.guard.Advance(c); err != nil {
		return Head{}, err
	}
	signed, err := note.Sign(&note.Note{Text: c.String()}, l.signer)
	if err != nil {
		return Head{}, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return Head{c, signed}, nil
}

// Close waits for the entries that were taken, and closes the log.
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
	return errors.Join(l.save(), l.writeCheckpoint(), l.release())
}
