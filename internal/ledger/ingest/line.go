package ingest

import (
	"context"
	"errors"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A line brings batches into the ledger in four steps, each of which works on
// another batch: they are sealed, noted in the journal of what is known,
// appended, and waited for. Batches do not overtake each other, so the order
// of a file is that of its entries.
type line struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	book   Book
	known  *Known

	sealed  chan *sealing
	waiting chan *sealing
	in      chan []item
	done    sync.WaitGroup

	mu     sync.Mutex
	flying map[ID]struct{} // on their way
	logged int64
	err    error
}

// sealing is a batch on its way.
type sealing struct {
	items   []item
	entries [][]byte
	wait    func(context.Context) error
	intent  int // where it is noted
}

func newLine(ctx context.Context, book Book, known *Known) *line {
	l := &line{book: book, known: known, in: make(chan []item), sealed: make(chan *sealing, 1), waiting: make(chan *sealing, 4), flying: map[ID]struct{}{}}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	l.done.Add(3)
	go l.seal()
	go l.append()
	go l.wait()
	return l
}

// begin reports whether a record is new, and takes it as such.
func (l *line) begin(id ID) bool {
	l.mu.Lock()
	_, flying := l.flying[id]
	if !flying {
		l.flying[id] = struct{}{}
	}
	l.mu.Unlock()
	if flying {
		return false
	}
	has, err := l.known.Has(id)
	if err != nil {
		l.fail(err)
	}
	if has || err != nil {
		l.mu.Lock()
		delete(l.flying, id)
		l.mu.Unlock()
		return false
	}
	return true
}

func (l *line) put(items []item) error {
	select {
	case l.in <- items:
		return nil
	case <-l.ctx.Done():
		// A batch that was taken is not left behind when the user ends a run
		// that follows: the steps work until they have nothing.
		if l.failed() == nil {
			l.in <- items
			return nil
		}
		return l.failed()
	}
}

func (l *line) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *line) fail(err error) {
	l.mu.Lock()
	if l.err == nil {
		l.err = err
	}
	l.mu.Unlock()
	l.cancel(err)
}

// work is not cut off by the user: what is half done would be done again.
func (l *line) work() context.Context { return context.WithoutCancel(l.ctx) }

func (l *line) seal() {
	defer l.done.Done()
	defer close(l.sealed)
	for items := range l.in {
		if l.failed() != nil {
			continue
		}
		records := make([]entry.Record, len(items))
		for i := range items {
			records[i] = items[i].record
		}
		entries, err := l.book.Seal(l.work(), records)
		if err == nil && len(entries) != len(items) {
			err = errors.New("the ledger sealed another number of records than it was given")
		}
		if err != nil {
			l.fail(err)
			continue
		}
		l.sealed <- &sealing{items: items, entries: entries}
	}
}

func (l *line) append() {
	defer l.done.Done()
	defer close(l.waiting)
	for s := range l.sealed {
		if l.failed() != nil {
			continue
		}
		if err := l.known.intend(s, l.book.Mark()); err != nil {
			l.fail(err)
			continue
		}
		var err error
		if s.wait, err = l.book.Append(l.work(), s.entries); err != nil {
			l.fail(err)
			continue
		}
		l.waiting <- s
	}
}

func (l *line) wait() {
	defer l.done.Done()
	for s := range l.waiting {
		if err := s.wait(l.work()); err != nil {
			l.fail(err)
			continue
		}
		if err := l.known.add(s); err != nil {
			l.fail(err)
			continue
		}
		l.mu.Lock()
		for _, it := range s.items {
			delete(l.flying, it.id)
		}
		l.logged += int64(len(s.items))
		l.mu.Unlock()
	}
}

// close waits for all that was put.
func (l *line) close() (logged int64, err error) {
	close(l.in)
	l.done.Wait()
	l.cancel(nil)
	if l.err == nil {
		l.err = l.known.settle()
	}
	return l.logged, l.err
}
