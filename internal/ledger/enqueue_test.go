package ledger

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// What one caller enqueues stands in the log in that order, over many batches
// and over the end of a month; it is read back from any entry on.
func TestEnqueue(t *testing.T) {
	at := &clock{}
	at.set("2026-11-30")
	c := shardsIn(t, t.TempDir(), true)
	s := openShards(t, c, at)
	defer s.Close()
	const n = 1000
	var tickets []Ticket
	enqueue := func(from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			ticket, err := s.Enqueue(t.Context(), fmt.Appendf(nil, "entry %d", i))
			if err != nil {
				t.Fatal(err)
			}
			tickets = append(tickets, ticket)
		}
	}
	enqueue(0, n)
	before := s.Log().Head().Origin
	at.set("2026-12-01")
	enqueue(n, 2*n)
	for i, ticket := range tickets {
		index, err := ticket.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(i % n); i < n && index != want || i >= n && index != want+1 { // the first of a shard ties it to the one before
			t.Fatalf("entry %d stands at %d", i, index)
		}
	}
	for _, from := range []int64{0, 1, c2sp.TileWidth - 1, c2sp.TileWidth, n - 1, n} {
		next := int(from)
		err := s.Since(before, from, func(entry []byte) error {
			if !strings.HasPrefix(string(entry), "entry ") {
				return nil // that ties
			}
			if want := fmt.Sprintf("entry %d", next); string(entry) != want {
				return fmt.Errorf("%s, not %s", entry, want)
			}
			next++
			return nil
		})
		if err != nil || next != 2*n {
			t.Errorf("from %d on: up to %d, %v", from, next, err)
		}
	}
	if err := s.Since("another.example", 0, func([]byte) error { return nil }); err == nil {
		t.Error("a shard that is not there is read")
	}
}

// What is too long is not taken, and a log that is closed takes nothing.
func TestEnqueueRefuses(t *testing.T) {
	l := openTest(t, t.TempDir())
	if _, err := l.Enqueue(t.Context(), make([]byte, c2sp.MaxEntry+1)); err == nil {
		t.Error("an entry that is too long is taken")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Enqueue(t.Context(), []byte("x")); err != ErrClosed {
		t.Errorf("a closed log says %v", err)
	}
}
