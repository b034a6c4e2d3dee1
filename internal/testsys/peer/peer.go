// Package peer finds the tools of other houses that tests run, where bench/peers.sh
// installs them.
package peer

import (
	"os"
	"path/filepath"
	"testing"
)

// Folder holds the commands.
func Folder(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "bailiwick", "peers", "bin")
}

// Path is one command. One that is not there fails the test: it was asked for.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Folder(t), name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v; install it with bench/peers.sh %s", err, name)
	}
	return path
}
