//go:build real && linux

package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestRealFullDisk fills a file system of its own: what does not fit is
// refused, an erasure is done or not begun, and the vault goes on when there is
// room again.
func TestRealFullDisk(t *testing.T) {
	dir := t.TempDir()
	disk := filepath.Join(dir, "vault")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatalf("a small file system cannot be mounted, which needs root: %v", err)
	}
	defer syscall.Unmount(disk, 0)
	s := open(t, dir)
	var kept []int64
	full := 0
	for i := 0; full < 20; i++ {
		r, err := s.Record(t.Context(), access(fmt.Sprintf("patient-%04d", i%10+i/500), fmt.Sprint("Dr. ", i)))
		switch {
		case err == nil:
			kept = append(kept, r.Index)
		case errors.Is(err, syscall.ENOSPC) && strings.Contains(err.Error(), "nothing was taken"):
			full++
		default:
			t.Fatal(err)
		}
	}
	if len(kept) < 50 {
		t.Fatalf("only %d records fit", len(kept))
	}
	x := s.spy(t, "patient-0001")
	if _, err := s.Erase(t.Context(), x.name, basis); err == nil {
		t.Log("the erasure found room for its note")
	} else if !strings.Contains(err.Error(), "nothing was erased") {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=4m"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), x.name, basis); err != nil && !errors.Is(err, ErrNoSubject) {
		t.Fatal(err)
	}
	again := s.record(t, access("patient-0002", "Dr. Again"))
	s = s.reopen(t)
	defer s.close(t)
	x.gone(t, s)
	s.opens(t, again.Index, "Dr. Again")
	shown := 0
	for _, i := range kept {
		if _, err := Disclose(t.Context(), s.Vault, s.log, i, "actor"); err == nil {
			shown++
		} else if !errors.Is(err, ErrErased) {
			t.Errorf("entry %d was acknowledged: %v", i, err)
		}
	}
	t.Logf("%d records fitted, %d are shown after an erasure", len(kept), shown)
}
