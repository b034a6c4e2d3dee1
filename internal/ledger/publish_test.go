package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// heard collects warnings.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) warn(format string, args ...any) {
	h.mu.Lock()
	h.lines = append(h.lines, fmt.Sprintf(format, args...))
	h.mu.Unlock()
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.lines, "\n")
}

// eventually waits for what happens beside the log.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never happened: " + what)
		}
	}
}

// cosignBy cosigns by a witness in memory.
func cosignBy(key testKey) func(context.Context, *Reader, Head) ([]byte, error) {
	return cosignAs("witness.example", key)
}

func cosignAs(name string, key testKey) func(context.Context, *Reader, Head) ([]byte, error) {
	return func(_ context.Context, _ *Reader, head Head) ([]byte, error) {
		signed, err := note.Sign(&note.Note{Text: head.String()}, c2sp.Cosigner(name, key, time.Now))
		if err != nil {
			return nil, err
		}
		_, lines, _ := strings.Cut(string(signed), "\n\n")
		return []byte(lines), nil
	}
}

func TestPublish(t *testing.T) {
	dir := t.TempDir()
	o := testOptions(t, filepath.Join(dir, "guard"))
	o.Every, o.Cosign = time.Millisecond, cosignBy(2)
	l, err := Open(filepath.Join(dir, "log"), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReader(filepath.Join(dir, "log")); err != nil {
		t.Errorf("an empty log has no checkpoint: %v", err)
	}
	policy, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(testOrigin, testKey(1).Public()).String() +
		"\nwitness w " + c2sp.WitnessKey("witness.example", testKey(2).Public()).String() + "\nquorum w\n"))
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, l, 10)
	eventually(t, "ten entries are published", func() bool { return l.Published().Size == 10 })
	r, err := l.ProveBelow(l.Published(), 7)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := l.Entry(7)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := c2sp.ParseProof(r.Text(entry))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Verify(entry, policy); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(dir, "log", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	if again, err := os.Stat(filepath.Join(dir, "log", "checkpoint")); err != nil || !again.ModTime().Equal(info.ModTime()) {
		t.Errorf("published again without having grown: %v", err)
	}
	appendAll(t, l, 1)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := policy.Open(reader.Published().Signed); err != nil || reader.Head().Size != 11 {
		t.Errorf("after closing: %d entries, %v", reader.Head().Size, err)
	}
	// What was published with cosignatures stays when the log is opened again.
	before := reader.Published().Signed
	o.Cosign = nil
	if l, err = Open(filepath.Join(dir, "log"), o); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "log", "checkpoint")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the cosigned checkpoint was replaced: %s, %v", after, err)
	}
}

// TestPublishWithoutWitness lets witnesses fail, talk nonsense, and come back.
func TestPublishWithoutWitness(t *testing.T) {
	dir := t.TempDir()
	type cosign = func(context.Context, *Reader, Head) ([]byte, error)
	var witness atomic.Pointer[cosign]
	play := func(c cosign) { witness.Store(&c) }
	play(func(context.Context, *Reader, Head) ([]byte, error) { return nil, errors.New("nobody answers") })
	var said heard
	o := testOptions(t, filepath.Join(dir, "guard"))
	o.Warn, o.Every = said.warn, time.Millisecond
	o.Cosign = func(ctx context.Context, log *Reader, head Head) ([]byte, error) {
		return (*witness.Load())(ctx, log, head)
	}
	l, err := Open(filepath.Join(dir, "log"), o)
	if err != nil {
		t.Fatal(err)
	}
	published := func(n int64) func() bool { return func() bool { return l.Published().Size == n } }
	appendAll(t, l, 3)
	eventually(t, "the checkpoint is published all the same", published(3))
	eventually(t, "it is said", func() bool { return strings.Contains(said.text(), "nobody answers") })
	play(func(context.Context, *Reader, Head) ([]byte, error) { return []byte("no signature\n"), nil })
	appendAll(t, l, 3)
	eventually(t, "it is published without nonsense", published(6))
	eventually(t, "nonsense is said", func() bool { return strings.Contains(said.text(), "are no signature lines") })
	play(cosignBy(2))
	eventually(t, "the witness is asked again", func() bool { return bytes.Contains(l.Published().Signed, []byte("— witness.example")) })
	hangs := make(chan struct{})
	var once sync.Once
	play(func(ctx context.Context, _ *Reader, _ Head) ([]byte, error) {
		once.Do(func() { close(hangs) })
		<-ctx.Done()
		return nil, ctx.Err()
	})
	appendAll(t, l, 3)
	<-hangs // closing ends the round that hangs, and asks once more
	play(func(context.Context, *Reader, Head) ([]byte, error) { return nil, errors.New("gone") })
	if err := l.Close(); err != nil {
		t.Errorf("a failing witness stops the log: %v", err)
	}
	if l.Published().Size != 9 || !strings.Contains(said.text(), "gone") {
		t.Errorf("%d entries are published; said was %s", l.Published().Size, said.text())
	}
}

// TestPublishKeepsCosignatures has two witnesses of which one is always away:
// both signatures stand below the checkpoint in the end, each once.
func TestPublishKeepsCosignatures(t *testing.T) {
	dir := t.TempDir()
	o := testOptions(t, filepath.Join(dir, "guard"))
	o.Warn, o.Every = func(string, ...any) {}, time.Millisecond
	var asked atomic.Int64
	both := []func(context.Context, *Reader, Head) ([]byte, error){cosignAs("a.example", 2), cosignAs("b.example", 3)}
	o.Cosign = func(ctx context.Context, log *Reader, head Head) ([]byte, error) {
		lines, err := both[asked.Add(1)%2](ctx, log, head)
		return lines, errors.Join(err, errors.New("the other is away"))
	}
	l, err := Open(filepath.Join(dir, "log"), o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	appendAll(t, l, 3)
	policy, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(testOrigin, testKey(1).Public()).String() +
		"\nwitness a " + c2sp.WitnessKey("a.example", testKey(2).Public()).String() +
		"\nwitness b " + c2sp.WitnessKey("b.example", testKey(3).Public()).String() + "\ngroup g all a b\nquorum g\n"))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "both cosigned", func() bool {
		opened, err := policy.Open(l.Published().Signed)
		return err == nil && opened.Size == 3
	})
	was := asked.Load()
	eventually(t, "they are asked once more", func() bool { return asked.Load() > was+1 })
	if n := bytes.Count(l.Published().Signed, []byte("— ")); n != 3 {
		t.Errorf("%d signatures", n)
	}
}

// TestPublishedIsAGuard puts old copies of log and guard back, but not of what
// was published.
func TestPublishedIsAGuard(t *testing.T) {
	dir, old := t.TempDir(), t.TempDir()
	fill(t, dir, 3)
	if err := os.CopyFS(old, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	fill(t, dir, 3)
	published, err := os.ReadFile(filepath.Join(dir, "log", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, "log", "checkpoint"), published, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Open(filepath.Join(old, "log"), testOptions(t, filepath.Join(old, "guard")))
	if !errors.Is(err, ErrFork) || !strings.Contains(err.Error(), "a checkpoint of 6 was signed") {
		t.Errorf("got %v", err)
	}
}
