package kbs_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// since gives the events behind the first n.
func (m *memory) since(n int) []kbs.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events[n:])
}

// TestFlood: callers who proved nothing do not choose how long the journal is,
// and none of them is lost from it.
func TestFlood(t *testing.T) {
	w := newWorld(t)
	stranger, forger := w.guest(nil), w.guest(nil)
	forger.prove = newForger(w).tdx(nil)
	flush := func() {
		t.Helper()
		if err := w.server.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refuse := func(n int, ask func() error) {
		t.Helper()
		for range n {
			refused(t, ask(), http.StatusUnauthorized, "Error")
		}
	}
	ask := func() error {
		_, err := stranger.get("clinic/model/key", "Authorization", "Bearer x")
		return err
	}
	refuse(40, ask)
	refuse(5, func() error { return stranger.send(stranger.answer("no challenge")) })
	refuse(12, forger.attest) // has evidence, and counts apart
	if got := w.journal.since(0); len(got) != 20 {
		t.Fatalf("the journal has %d events", len(got))
	}
	flush()
	got := w.journal.since(20)
	if len(got) != 2 || got[0].Count != 35 || got[1].Count != 2 || strings.Join(got[0].Reasons, " ") != "challenge session" || !slices.Contains(got[1].Reasons, "chain") {
		t.Fatalf("the journal has %+v", got)
	}
	for _, e := range got {
		text, err := e.Entry().Marshal()
		if err != nil {
			t.Fatal(err)
		}
		f := must(entry.Parse(text)).Facts.(*entry.KeyRelease)
		if f.Count != e.Count || f.Result != "refused" || !slices.Equal(f.Why, e.Reasons) || f.Policy != w.state.Policy.Digest {
			t.Errorf("the ledger has %s", text)
		}
	}
	flush()
	if got := w.journal.since(22); len(got) != 0 {
		t.Errorf("what was entered is entered again: %+v", got)
	}

	w.later(time.Minute)
	refuse(1, ask)
	if got := w.journal.since(22); len(got) != 1 || got[0].Count != 0 {
		t.Errorf("in the next minute the journal has %+v", got)
	}

	w.later(time.Minute)
	w.journal.fail(errors.New("no space left on device"))
	for range 10 {
		refused(t, ask(), http.StatusServiceUnavailable, "journal")
	}
	refuse(3, ask)
	if err := w.server.Flush(t.Context()); err == nil {
		t.Error("a journal that is down took the count")
	}
	w.journal.fail(nil)
	flush()
	if got := w.journal.since(23); len(got) != 1 || got[0].Count != 13 {
		t.Errorf("when the journal is back it has %+v", got)
	}
}

// TestFloodOfGuests: what a guest that attested is refused has an entry each time.
func TestFloodOfGuests(t *testing.T) {
	w := newWorld(t)
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		_, err := g.get("others/model/key")
		refused(t, err, http.StatusForbidden, "rule")
	}
	if err := w.server.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.journal.since(1); len(got) != 30 || got[29].Count != 0 {
		t.Errorf("the journal has %d events", len(got))
	}
}
