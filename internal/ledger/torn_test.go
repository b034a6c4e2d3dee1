package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// TestTorn cuts the segment off, and changes it, at every byte of its last
// frames, once with a guard that has seen these entries and once with one that
// has not. What was acknowledged is there or the log is refused; what was not
// is there whole or not at all; and the log goes on.
func TestTorn(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 260)
	guard, err := os.ReadFile(filepath.Join(dir, "guard"))
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := os.ReadFile(filepath.Join(dir, "log", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(segmentFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	l := openTest(t, dir)
	appendAll(t, l, 2)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(segmentFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	before := int(info.Size())
	middle := before + framed.Header + 2 + len("entry 0 after 260")
	for at := before; at < len(whole); at++ {
		torn := map[string][]byte{
			"cut off": whole[:at],
			"zeros":   append(append([]byte{}, whole[:at]...), make([]byte, len(whole)-at)...),
			"flipped": append(append(append([]byte{}, whole[:at]...), whole[at]^byte(1<<(at%8))), whole[at+1:]...),
		}
		for how, content := range torn {
			if string(content) == string(whole) {
				continue // a byte that was zero
			}
			for _, seen := range []bool{true, false} {
				if seen && at%8 > 0 {
					continue // always the same refusal
				}
				oneTorn(t, dir, content, guard, checkpoint, seen, fmt.Sprintf("%s at byte %d, seen %v", how, at, seen), at, middle)
			}
		}
	}
}

func oneTorn(t *testing.T, from string, segment, guard, checkpoint []byte, seen bool, name string, at, middle int) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	write := func(path string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(segmentFile(dir), segment)
	if !seen {
		write(filepath.Join(dir, "guard"), guard)
		write(filepath.Join(dir, "log", "checkpoint"), checkpoint)
	}
	var said heard
	o := testOptions(t, filepath.Join(dir, "guard"))
	o.Warn = said.warn
	l, err := Open(filepath.Join(dir, "log"), o)
	if seen {
		if !errors.Is(err, ErrFork) {
			l.Close()
			t.Fatalf("%s: it opens: %v", name, err)
		}
		return
	}
	// A frame that says it is of another entry was never written by us: refused, never guessed.
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer l.Close()
	want := int64(260)
	if at >= middle {
		want = 261
	}
	if l.Head().Size != want {
		t.Fatalf("%s: %d entries, want %d", name, l.Head().Size, want)
	}
	if _, err := l.Append(t.Context(), []byte("it goes on")); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if entry, err := l.Entry(want); err != nil || string(entry) != "it goes on" {
		t.Fatalf("%s: %q, %v", name, entry, err)
	}
	if _, err := l.Prove(0); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestInjected lets writes and syncs of the segments fail at random moments
// below 64 writers. Every entry that was acknowledged is there once; one whose
// append failed because nothing could be written is not there.
func TestInjected(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { injected(t, seed, 6) })
	}
}

func injected(t *testing.T, seed uint64, rounds int) {
	dir := t.TempDir()
	acked, refused := map[string]int64{}, map[string]bool{}
	var mu sync.Mutex
	var writes, syncs atomic.Int64
	random := rand.New(rand.NewPCG(seed, 1))
	for round := range rounds {
		l := openTest(t, dir)
		l.segmentSize = 4096 // every few batches another segment
		writes.Store(2 + random.Int64N(20))
		syncs.Store(10 + random.Int64N(80))
		short := random.IntN(3)
		l.write = func(f *os.File, b []byte, at int64) (int, error) {
			if writes.Add(-1)%7 != 0 {
				return f.WriteAt(b, at)
			}
			n, _ := f.WriteAt(b[:len(b)*short/3], at) // torn
			return n, syscall.ENOSPC
		}
		l.sync = func(f *os.File) error {
			if syncs.Add(-1) == 0 {
				return syscall.EIO
			}
			return durable.Sync(f)
		}
		var wg sync.WaitGroup
		for w := range 64 {
			wg.Go(func() {
				for i := range 10 {
					entry := fmt.Sprintf("round %d writer %d entry %d", round, w, i)
					r, err := l.Append(context.Background(), []byte(entry))
					mu.Lock()
					switch {
					case err == nil:
						acked[entry] = r.Index
					case strings.Contains(err.Error(), "were not taken") && !strings.Contains(err.Error(), "opened again"):
						refused[entry] = true
					}
					mu.Unlock()
					if err != nil && strings.Contains(err.Error(), "opened again") {
						return
					}
				}
			})
		}
		wg.Wait()
		l.Close() // says that the disk failed
	}
	l := openTest(t, dir)
	defer l.Close()
	seen := map[string]int64{}
	for i := range l.Head().Size {
		b, err := l.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		entry := string(b)
		if before, ok := seen[entry]; ok {
			t.Errorf("%q is entry %d and entry %d", entry, before, i)
		}
		seen[entry] = i
		if refused[entry] {
			t.Errorf("%q was not taken, and is there", entry)
		}
	}
	for entry, index := range acked {
		if at, ok := seen[entry]; !ok || at != index {
			t.Errorf("%q was acknowledged as entry %d, and is %d, %v", entry, index, at, ok)
		}
		r, err := l.Prove(index)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(r.Proof, r.Head.Size, r.Head.Root, index, tlog.RecordHash([]byte(entry))); err != nil {
			t.Error(err)
		}
	}
	if len(acked) == 0 || len(refused) == 0 {
		t.Errorf("%d acknowledged, %d refused: nothing was tested", len(acked), len(refused))
	}
	t.Logf("%d acknowledged, %d refused, %d there", len(acked), len(refused), len(seen))
}

// TestSignatureFails lets a key be away for a while: the log goes on.
func TestSignatureFails(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	appendAll(t, l, 2)
	signer := l.signer
	l.signer = awaySigner{signer}
	if _, err := l.Append(t.Context(), []byte("written")); err == nil || !strings.Contains(err.Error(), "the key is away") || !strings.Contains(err.Error(), "not acknowledged") {
		t.Fatalf("got %v", err)
	}
	l.signer = signer
	if r, err := l.Append(t.Context(), []byte("signed")); err != nil || r.Index != 3 {
		t.Fatalf("%d, %v", r.Index, err)
	}
	if entry, err := l.Entry(2); err != nil || string(entry) != "written" {
		t.Errorf("%q, %v", entry, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
