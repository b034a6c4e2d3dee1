package kbs_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest/kbs"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// logged is a journal in a ledger.
type logged struct{ *ledger.Log }

func (l logged) Record(ctx context.Context, e kbs.Event) error {
	text, err := e.Entry().Marshal()
	if err == nil {
		_, err = l.Append(ctx, text)
	}
	return err
}

// TestLedger: a real ledger has each answer before it leaves, and a ledger
// that was closed keeps each back.
func TestLedger(t *testing.T) {
	dir := t.TempDir()
	log, err := ledger.Open(dir+"/log", ledger.Options{Signer: c2sp.LogSigner("clinic.example/kbs", key(3)), Guard: dir + "/guard"})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(w *world) { w.options.Journal = logged{log} })
	g := w.guest(nil)
	for i, ask := range []func() error{
		func() error { _, err := g.get("clinic/model/key"); return err },
		g.attest,
		func() error { _, err := g.get("clinic/model/key"); return err },
		func() error { _, err := g.get("others/model/key"); return err },
	} {
		err := ask()
		if size := log.Head().Size; size != int64(i+1) {
			t.Fatalf("after answer %d (%v) the ledger has %d entries", i+1, err, size)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = g.get("clinic/model/key")
	refused(t, err, http.StatusServiceUnavailable, "journal")
	refused(t, w.guest(nil).attest(), http.StatusServiceUnavailable, "journal")
}

// moody is a key that may be away, as one in a module or a cloud is at times.
type moody struct {
	signer
	away atomic.Bool
}

func (m *moody) Sign(b []byte) ([]byte, error) {
	if m.away.Load() {
		return nil, errors.New("the key is away")
	}
	return m.signer.Sign(b)
}

// TestLedgerUnsigned: an entry that no signed checkpoint covers releases nothing,
// though it is written; when the key is back, the next one is below a checkpoint of both.
func TestLedgerUnsigned(t *testing.T) {
	dir := t.TempDir()
	away := &moody{signer: key(3)}
	log, err := ledger.Open(dir+"/log", ledger.Options{Signer: c2sp.LogSigner("clinic.example/kbs", away), Guard: dir + "/guard"})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	w := newWorld(t, func(w *world) { w.options.Journal = logged{log} })
	g := w.guest(nil)
	if err := g.attest(); err != nil {
		t.Fatal(err)
	}
	away.away.Store(true)
	_, err = g.get("clinic/model/key")
	refused(t, err, http.StatusServiceUnavailable, "journal")
	if size := log.Head().Size; size != 1 {
		t.Fatalf("the head has %d entries", size)
	}
	away.away.Store(false)
	if got, err := g.get("clinic/model/key"); err != nil || string(got) != secret {
		t.Fatalf("%q, %v", got, err)
	}
	if size := log.Head().Size; size != 3 {
		t.Errorf("the head has %d entries", size)
	}
}
