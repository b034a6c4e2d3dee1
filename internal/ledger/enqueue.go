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
