//go:build !linux

package ledger

import (
	"errors"
	"os"
)

// datasync makes a file's bytes durable.
func datasync(f *os.File) error { return f.Sync() }

// lock takes a file for this process alone. Where the ledger cannot be sure to
// be alone it does not run: two writers would sign two histories.
func lock(*os.File) error {
	return errors.New("a ledger is written on Linux only; reading and verifying works everywhere")
}
