//go:build !linux

package durable

import "os"

// Sync makes a file's bytes durable.
func Sync(f *os.File) error { return f.Sync() }
