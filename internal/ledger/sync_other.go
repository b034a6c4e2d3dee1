//go:build !linux

package ledger

import "os"

// datasync makes a file's bytes durable.
func datasync(f *os.File) error { return f.Sync() }
