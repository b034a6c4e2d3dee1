//go:build unix

package local

import (
	"os"
	"syscall"
	"testing"
)

// TestOwner: a key of a service is still the service's after root rotated it.
func TestOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root gives files away")
	}
	k, path := made(t)
	if err := os.Chown(path, 12345, 12346); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 12345 || s.Gid != 12346 {
		t.Errorf("it belongs to %d:%d", s.Uid, s.Gid)
	}
	onlyThe(t, path)
}
