package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// A Sealer keeps what entries commit to: the vault.
type Sealer interface {
	Subject(ctx context.Context, name string) (entry.KeyID, error)
	Put(ctx context.Context, id entry.KeyID, text []byte, openings []entry.Opening) error
}

// A Log takes entries: a log, or the shards of a ledger.
type Log interface {
	Enqueue(ctx context.Context, entry []byte) (ledger.Ticket, error)
}

// NewBook makes a [Book] of a log and a vault. The head is that of the log or
// of the newest shard; since reads from an origin and size on.
func NewBook(log Log, vault Sealer, head func() ledger.Head, since func(origin string, size int64, f func(entry []byte) error) error, now func() time.Time) Book {
	return &book{log, vault, head, since, now}
}

// OneLog is a [Book] of a ledger without shards.
func OneLog(log *ledger.Log, vault Sealer, now func() time.Time) Book {
	return NewBook(log, vault, log.Head, func(origin string, size int64, f func([]byte) error) error {
		if own := log.Head().Origin; own != origin {
			return fmt.Errorf("the ledger is %s, and entries of %s are asked for", own, origin)
		}
		return log.Entries(size, f)
	}, now)
}

type book struct {
	log   Log
	vault Sealer
	head  func() ledger.Head
	since func(origin string, size int64, f func(entry []byte) error) error
	now   func() time.Time
}

// Seal seals records. Those of one batch that are about the same subject ask
// for its pseudonym once.
func (b *book) Seal(ctx context.Context, records []entry.Record) ([][]byte, error) {
	ids := map[string]entry.KeyID{}
	for i := range records {
		if _, ok := ids[records[i].Subject]; ok {
			continue
		}
		id, err := b.vault.Subject(ctx, records[i].Subject)
		if err != nil {
			return nil, err
		}
		ids[records[i].Subject] = id
	}
	at := b.now()
	out, errs := make([]sealed, len(records)), make([]error, len(records))
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(records); i += workers {
				out[i], errs[i] = commit(&records[i], ids[records[i].Subject], at)
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	texts := make([][]byte, len(records))
	for i := range records { // at once, because they share the syncs of the vault
		all.Go(func() { texts[i], errs[i] = b.keep(ctx, &records[i], out[i], at) })
	}
	all.Wait()
	return texts, errors.Join(errs...)
}

// sealed is an entry, and what opens it.
type sealed struct {
	subject  entry.KeyID
	text     []byte
	openings []entry.Opening
}

func commit(r *entry.Record, id entry.KeyID, at time.Time) (sealed, error) {
	e, openings, err := r.Commit(id, at)
	if err != nil {
		return sealed{}, err
	}
	text, err := e.Marshal()
	return sealed{id, text, openings}, err
}

// keep brings what opens an entry into the vault. A subject that was erased
// since its pseudonym was asked for has another by now.
func (b *book) keep(ctx context.Context, r *entry.Record, s sealed, at time.Time) ([]byte, error) {
	for {
		err := b.vault.Put(ctx, s.subject, s.text, s.openings)
		if !errors.Is(err, vault.ErrErased) {
			return s.text, err
		}
		id, err := b.vault.Subject(ctx, r.Subject)
		if err != nil {
			return nil, err
		}
		if s, err = commit(r, id, at); err != nil {
			return nil, err
		}
	}
}

func (b *book) Append(ctx context.Context, entries [][]byte) (func(context.Context) error, error) {
	tickets := make([]ledger.Ticket, len(entries))
	for i, e := range entries {
		t, err := b.log.Enqueue(ctx, e)
		if err != nil {
			return nil, err
		}
		tickets[i] = t
	}
	return func(ctx context.Context) error {
		for _, t := range tickets {
			if _, err := t.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// Mark is the origin of the shard and its size: "ledger.example/2026-11 1234".
func (b *book) Mark() string {
	h := b.head()
	return h.Origin + " " + strconv.FormatInt(h.Size, 10)
}

func (b *book) Since(mark string, f func(entry []byte) error) error {
	origin, size, ok := strings.Cut(mark, " ")
	n, err := strconv.ParseInt(size, 10, 64)
	if !ok || err != nil || n < 0 {
		return fmt.Errorf("%q is no mark of a ledger", mark)
	}
	return b.since(origin, n, f)
}
