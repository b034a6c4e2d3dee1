package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Ticket is for an entry that was taken and may not be durable yet.
type Ticket struct {
	batch *batch
	at    int
}

// Enqueue takes an entry and does not wait until it is durable: entries that
// one caller enqueues stand in the log in that order.
func (l *Log) Enqueue(ctx context.Context, entry []byte) (Ticket, error) {
	if err := ctx.Err(); err != nil {
		return Ticket{}, err
	}
	if len(entry) > c2sp.MaxEntry {
		return Ticket{}, fmt.Errorf("an entry of %d bytes: at most %d fit; log a digest of it", len(entry), c2sp.MaxEntry)
	}
	b, at, err := l.join(ctx, entry, tlog.RecordHash(entry))
	return Ticket{b, at}, err
}

// Wait returns the index of the entry when it is durable, below a signed
// checkpoint. It makes no proof: see [Reader.Prove].
func (t Ticket) Wait(ctx context.Context) (int64, error) {
	select {
	case <-t.batch.done:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return t.batch.first + int64(t.at), t.batch.err
}

// Receipt returns what [Log.Append] does, when the entry is durable.
func (t Ticket) Receipt(ctx context.Context) (Receipt, error) {
	index, err := t.Wait(ctx)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Index: index, Proof: t.batch.view.prove(index), Head: t.batch.head}, nil
}

// Enqueue is [Log.Enqueue] in the shard of the month.
func (s *Shards) Enqueue(ctx context.Context, entry []byte) (t Ticket, err error) {
	err = s.use(func(log *Log) error { t, err = log.Enqueue(ctx, entry); return err })
	return t, err
}

// Entries calls f with each entry from an index on, up to the newest signed
// checkpoint.
func (r *Reader) Entries(from int64, f func(entry []byte) error) error {
	size := r.Head().Size
	for n := from / c2sp.TileWidth; n*c2sp.TileWidth < size; n++ {
		b, err := r.Tile(c2sp.Tile{Level: c2sp.Entries, N: n, Width: int(min(size-n*c2sp.TileWidth, c2sp.TileWidth))})
		if err != nil {
			return err
		}
		for i := n * c2sp.TileWidth; len(b) > 0; i++ {
			var entry []byte
			if entry, b, err = c2sp.NextEntry(b); err != nil {
				return err
			}
			if i < from {
				continue
			}
			if err := f(entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// Since calls f with each entry behind one of a shard, and with those of the
// shards that came after it.
func (s *Shards) Since(origin string, from int64, f func(entry []byte) error) error {
	shards, err := s.config.Shards()
	if err != nil {
		return err
	}
	found := false
	for _, shard := range shards {
		if found = found || shard.Origin == origin; !found || shard.Dropped {
			continue
		}
		r, err := s.Reader(shard.Name)
		if err != nil {
			return err
		}
		if shard.Origin != origin {
			from = 0
		}
		if err := r.Entries(from, f); err != nil {
			return fmt.Errorf("shard %s: %w", shard.Name, err)
		}
	}
	if !found {
		return fmt.Errorf("this ledger has no shard %s", origin)
	}
	return nil
}
