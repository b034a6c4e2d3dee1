//go:build !linux

package durable

import (
	"errors"
	"os"
)

// Sync makes a file's bytes durable.
func Sync(f *os.File) error { return f.Sync() }

// Lock takes a file for this process alone. Where the ledger cannot be sure to
// be alone it does not run: two writers would sign two histories.
func Lock(*os.File) error {
	return errors.New("a ledger is written on Linux only; reading and verifying works everywhere")
}
