//go:build real && linux

package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestRealFullDisk fills a file system of its own; the log goes on when there is
// room again.
func TestRealFullDisk(t *testing.T) {
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatalf("a small file system cannot be mounted, which needs root: %v", err)
	}
	defer syscall.Unmount(disk, 0)
	l, err := Open(filepath.Join(disk, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, l, 10)
	ballast := filepath.Join(disk, "ballast")
	for i := 0; ; i++ {
		if err := os.WriteFile(ballast+fmt.Sprint(i), make([]byte, 4096), 0o600); err != nil {
			break
		}
	}
	var acked int
	for {
		_, err := l.Append(context.Background(), make([]byte, 3000))
		if err != nil {
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "were not taken") {
				t.Fatalf("got %v", err)
			}
			break
		}
		acked++
	}
	for i := range 10 {
		os.Remove(ballast + fmt.Sprint(i))
	}
	appendAll(t, l, 5)
	want := int64(10 + acked + 5)
	if got := l.Head().Size; got != want {
		t.Errorf("%d entries, want %d", got, want)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, err = Open(filepath.Join(disk, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := l.Head().Size; got != want {
		t.Errorf("%d entries after opening again, want %d", got, want)
	}
}
