package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// TestLedger brings a file into a ledger and a vault on the disk, is cut off
// after every batch, and goes on: each record is there once, in the order of
// the file, and opens.
func TestLedger(t *testing.T) {
	book, log, v := onDisk(t)
	dir := filepath.Join(t.TempDir(), "ingest")
	const n = 4*maxBatch + 7
	file := auditFile(t, 0, n)
	dead := errors.New("killed")
	for attempt := 0; ; attempt++ {
		k, err := OpenKnown(dir, book)
		if err != nil {
			t.Fatal(err)
		}
		// What was put into the table and not made durable is lost too.
		sum, err := Run(context.Background(), &mortal{Book: book, batches: 1, err: dead}, k, Options{Kind: "kubernetes", Files: []string{file}})
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		if err == nil {
			if sum.Logged+sum.Already != n {
				t.Fatalf("%+v", sum)
			}
			break
		}
		if !errors.Is(err, dead) || attempt > 10 {
			t.Fatal(err)
		}
	}
	if size := log.Head().Size; size != n {
		t.Fatalf("%d entries of %d records", size, n)
	}
	for _, i := range []int64{0, 1, maxBatch - 1, maxBatch, n - 1} {
		opens(t, log, v, i)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "intent-*")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	if info, err := os.Stat(filepath.Join(dir, "key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others read the key: %v %v", info, err)
	}
}

func opens(t *testing.T, log *ledger.Log, v *vault.Vault, i int64) {
	t.Helper()
	text, err := log.Entry(i)
	if err != nil {
		t.Fatal(err)
	}
	e, err := entry.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	openings, err := v.Openings(context.Background(), e.Subject, text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"subject": fmt.Sprintf("user-%d@example.com", i%200), "resource": fmt.Sprintf("configmaps/ns%d/name-%d", i%50, i)}
	seen := 0
	for _, o := range openings {
		if err := o.Opens(e); err != nil {
			t.Error(err)
		}
		if w, ok := want[o.Field]; ok {
			if seen++; o.Value != w {
				t.Errorf("entry %d: the %s is %s, not %s", i, o.Field, o.Value, w)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("entry %d opens %v", i, openings)
	}
}

// mortal lives for some batches: the next one it appends, and dies before it
// can say so.
type mortal struct {
	Book
	batches int
	err     error
}

func (m *mortal) Append(ctx context.Context, entries [][]byte) (func(context.Context) error, error) {
	if m.batches < 0 {
		return nil, m.err
	}
	wait, err := m.Book.Append(ctx, entries)
	if m.batches--; m.batches >= 0 || err != nil {
		return wait, err
	}
	if err := wait(ctx); err != nil {
		return nil, err
	}
	return func(context.Context) error { return m.err }, nil
}
