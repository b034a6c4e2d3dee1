package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// fill appends n entries and closes the log.
func fill(t *testing.T, dir string, n int) Head {
	t.Helper()
	l := openTest(t, dir)
	appendAll(t, l, n)
	head := l.Head()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return head
}

func appendAll(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		if _, err := l.Append(t.Context(), fmt.Appendf(nil, "entry %d after %d", i, l.Head().Size)); err != nil {
			t.Fatal(err)
		}
	}
}

// copyLog copies the log's folder, without its guard, as a backup would.
func copyLog(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func segmentFile(dir string) string { return filepath.Join(dir, "log", "entries", segmentName(0)) }

// TestDamage damages a log of 300 entries in every way that we thought of, and
// says what opening and fsck make of it.
func TestDamage(t *testing.T) {
	edit := func(name string, do func(b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, do(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte {
			b[(at+len(b))%len(b)] ^= 1
			return b
		}
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	segment := "log/entries/" + segmentName(0)
	whole := t.TempDir()
	head := fill(t, whole, 300)
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		open   string // part of the error; empty when it opens with all 300 entries
		fsck   string // part of a fault; empty when there is none
	}{
		{"nothing", func(*testing.T, string) {}, "", ""},
		{"no state", remove("log/state"), "", ""},
		{"no bundles", remove("log/bundles"), "", ""},
		{"state of nonsense", edit("log/state", func([]byte) []byte { return []byte("{") }), "", ""},
		{"state of another root", edit("log/state", func(b []byte) []byte { return []byte(strings.Replace(string(b), `"size":300`, `"size":299`, 1)) }), "", ""},
		{"no tree", remove("log/tree"), "", "no such file"},
		{"a hash of the tree", edit("log/tree/0", flip(-1)), "", "not those of the entries"},
		{"an early hash of the tree", edit("log/tree/0", flip(5)), "", "not those of the entries"},
		{"a torn write behind", edit(segment, func(b []byte) []byte { return append(b, "\x10\x00\x00\x00torn"...) }), "", "no whole frame"},
		{"zeros behind", edit(segment, func(b []byte) []byte { return append(b, make([]byte, 4096)...) }), "", "no whole frame"},
		{"the last entry cut off", edit(segment, func(b []byte) []byte { return b[:len(b)-3] }), "a checkpoint of 300 was signed", "entries were lost"},
		{"the last entry gone", edit(segment, func(b []byte) []byte { return b[:len(b)-framed.Header-2-len("entry 299 after 299")] }), "a checkpoint of 300 was signed", "entries were lost"},
		{"a bit of an early entry", edit(segment, flip(40)), "", "no whole frame"},
		{"a bit of the last entry", edit(segment, flip(-1)), "a checkpoint of 300 was signed", "no whole frame"},
		{"no entries", remove("log/entries"), "a checkpoint of 300 was signed", "no such file"},
		{"all but the guard", remove("log"), "a checkpoint of 300 was signed", "no such file"},
		{"no guard", remove("guard"), "its guard", ""},
		{"a bit of the offsets", edit("log/bundles", flip(3)), "", ""},
		{"an offset that is no end of a frame", edit("log/state", func(b []byte) []byte { return bytes.Replace(b, []byte(`"offset":`), []byte(`"offset":1`), 1) }), "", ""},
		{"one slot of the guard", edit("guard", flip(10)), "", ""},
		{"both slots of the guard", edit("guard", func([]byte) []byte { return make([]byte, 2*slotSize) }), "neither of its two slots", ""},
		{"a guard cut off", edit("guard", func(b []byte) []byte { return b[:7] }), "neither of its two slots", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			copyLog(t, whole, dir)
			c.damage(t, dir)
			report, err := Fsck(filepath.Join(dir, "log"), []c2sp.Checkpoint{head.Checkpoint})
			found := strings.Join(report.Faults, "\n")
			if err != nil {
				found += err.Error()
			}
			if !strings.Contains(found, c.fsck) || c.fsck == "" && found != "" {
				t.Errorf("fsck says %q, want %q", found, c.fsck)
			}
			l, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard")))
			if c.open != "" {
				if err == nil || !strings.Contains(err.Error(), c.open) {
					t.Fatalf("open says %v, want %q", err, c.open)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if got := l.Head(); got.Checkpoint != head.Checkpoint {
				t.Fatalf("opened with %v, want %v", got.Checkpoint, head.Checkpoint)
			}
			appendAll(t, l, 10)
			if _, err := l.Prove(305); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestForkIsNotSigned puts an old copy of the log back, as a restored backup
// does, and lets it grow past the size that was signed.
func TestForkIsNotSigned(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 5)
	copyLog(t, filepath.Join(dir, "log"), filepath.Join(dir, "backup"))
	old, err := os.ReadFile(filepath.Join(dir, "guard"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "other guard"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, dir, 5)
	copyLog(t, filepath.Join(dir, "backup"), filepath.Join(dir, "log"))
	_, err = Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if !errors.Is(err, ErrFork) {
		t.Fatalf("an old copy was opened: %v", err)
	}
	// Somebody with an old guard's file lets the old copy grow, and brings it here.
	l, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "other guard")))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := l.Append(t.Context(), []byte("another history")); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if !errors.Is(err, ErrFork) || !strings.Contains(err.Error(), "are others than those that were signed") {
		t.Fatalf("a fork was opened: %v", err)
	}
}

// TestAnotherKey opens a log with another key than that of what it published,
// and with a published signature that was altered, which is made anew.
func TestAnotherKey(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 3)
	o := testOptions(t, filepath.Join(dir, "guard"))
	o.Signer = c2sp.LogSigner(testOrigin, testKey(2))
	if l, err := Open(filepath.Join(dir, "log"), o); err == nil || !strings.Contains(err.Error(), "by another key") {
		t.Errorf("with another key: %v, %v", l, err)
	}
	path := filepath.Join(dir, "log", "checkpoint")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(good, []byte("— "), []byte("- "), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	l := openTest(t, dir)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, good) {
		t.Errorf("published is %q, %v", now, err)
	}
	// Nothing is left but a checkpoint that cannot be read: there was a log.
	if err := errors.Join(os.RemoveAll(filepath.Join(dir, "log", "entries")), os.Remove(filepath.Join(dir, "guard")), os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard"))); !errors.Is(err, ErrFork) {
		t.Errorf("a log without entries and guard: %v", err)
	}
}

func TestOneWriter(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	defer l.Close()
	if _, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "second"))); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second writer: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "elsewhere"), testOptions(t, filepath.Join(dir, "guard"))); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second log on one guard: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "log", "guard"))); err == nil || !strings.Contains(err.Error(), "lies in the ledger") {
		t.Errorf("a guard in its ledger: %v", err)
	}
}

// TestSyncFails lets the disk fail: nothing is acknowledged any more, and what
// was acknowledged before is there when the log is opened again.
func TestSyncFails(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	appendAll(t, l, 3)
	l.sync = func(*os.File) error { return syscall.EIO }
	for range 2 {
		if _, err := l.Append(t.Context(), []byte("lost")); !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), "opened again") {
			t.Fatalf("got %v", err)
		}
	}
	l.Close()
	l = openTest(t, dir)
	defer l.Close()
	if size := l.Head().Size; size != 3 { // what the disk did not take is not signed later
		t.Errorf("%d entries", size)
	}
}

// TestGuardIsDurableWhenOpened finds in a guard what a killed process wrote and
// did not sync: before the log signs it once more, it is on the disk.
func TestGuardIsDurableWhenOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard")
	g, err := OpenGuard(path, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	synced := 0
	g.sync = func(*os.File) error { synced++; return nil }
	if err := g.open(testOrigin); err != nil || synced != 1 {
		t.Errorf("%d syncs, %v", synced, err)
	}
	g.sync = func(*os.File) error { return syscall.EIO }
	if err := g.open(testOrigin); !errors.Is(err, syscall.EIO) {
		t.Errorf("a guard that the disk does not take opens: %v", err)
	}
}

// TestGuardFails lets the guard's disk fail: nothing is signed that it does
// not remember.
func TestGuardFails(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	appendAll(t, l, 3)
	head := l.Head()
	if err := l.guard.file.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := l.Append(t.Context(), []byte("unguarded")); !errors.Is(err, os.ErrClosed) || !strings.Contains(err.Error(), "opened again") {
			t.Fatalf("got %v", err)
		}
	}
	if got := l.Head(); got.Checkpoint != head.Checkpoint {
		t.Errorf("signed is %v", got.Checkpoint)
	}
	l.Close()
	l = openTest(t, dir)
	defer l.Close()
	if size := l.Head().Size; size != 4 { // it was written, and is signed now
		t.Errorf("%d entries", size)
	}
}

// TestLyingSync loses what a sync claimed to have written.
func TestLyingSync(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 3)
	info, err := os.Stat(segmentFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, dir, 2)
	if err := os.Truncate(segmentFile(dir), info.Size()); err != nil {
		t.Fatal(err)
	}
	_, err = Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if !errors.Is(err, ErrFork) || !strings.Contains(err.Error(), "the disk lied") {
		t.Fatalf("got %v", err)
	}
}
