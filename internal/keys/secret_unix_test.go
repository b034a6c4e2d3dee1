//go:build unix

package keys

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadPipe does not wait for somebody who writes a passphrase.
func TestReadPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSecret("file:" + path); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("%v", err)
	}
}
