package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// TestFsckBeside checks a log again and again while it is written: what is
// under way is no damage.
func TestFsckBeside(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	defer l.Close()
	appendAll(t, l, 10)
	var stop atomic.Bool
	done := make(chan error)
	for range 8 {
		go func() {
			for !stop.Load() {
				if _, err := l.Append(t.Context(), bytes.Repeat([]byte("x"), 20_000)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 100 {
		r, err := Fsck(filepath.Join(dir, "log"), []c2sp.Checkpoint{l.Head().Checkpoint})
		if err != nil || len(r.Faults) > 0 {
			t.Errorf("%v, %v", r.Faults, err)
			break
		}
	}
	stop.Store(true)
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestFsckWithinAWrite checks a log while a write stands half, and while the
// entries are there and their hashes are not.
func TestFsckWithinAWrite(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, dir)
	defer l.Close()
	appendAll(t, l, 10)
	check := func() chan string {
		found := make(chan string)
		go func() {
			r, err := Fsck(filepath.Join(dir, "log"), []c2sp.Checkpoint{l.Head().Checkpoint})
			if err != nil {
				r.Faults = append(r.Faults, err.Error())
			}
			found <- strings.Join(r.Faults, "\n")
		}()
		return found
	}
	var half, hashless chan string
	l.write = func(f *os.File, b []byte, at int64) (int, error) {
		if _, err := f.WriteAt(b[:len(b)/2], at); err != nil {
			return 0, err
		}
		half = check()
		time.Sleep(20 * time.Millisecond)
		return f.WriteAt(b, at)
	}
	l.sync = func(f *os.File) error {
		hashless = check()
		time.Sleep(20 * time.Millisecond)
		return durable.Sync(f)
	}
	appendAll(t, l, 1)
	if found := <-half; found != "" {
		t.Errorf("within the write: %s", found)
	}
	if found := <-hashless; found != "" {
		t.Errorf("within the sync: %s", found)
	}
}
