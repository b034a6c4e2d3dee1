package kbs_test

import (
	"context"
	"net/http"
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
