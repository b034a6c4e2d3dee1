//go:build unix

package local

import (
	"os"
	"syscall"
	"testing"
)

// TestOwner: a key of a service is still the service's after root rotated it.
// Who is not root has no keys but his own.
func TestOwner(t *testing.T) {
	k, path := made(t)
	service := os.Getuid()
	if service == 0 {
		service = 12345
		if err := os.Chown(path, service, service); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != service {
		t.Errorf("it belongs to %d, not %d", owner, service)
	}
	onlyThe(t, path)
}
