//go:build unix

package durable

import (
	"fmt"
	"os"
	"syscall"
)

// Lock takes a file for this process alone, until it is closed.
func Lock(f *os.File) error {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
	case nil:
		return nil
	case syscall.EWOULDBLOCK:
		return fmt.Errorf("%s is in use: %w", f.Name(), err)
	default:
		return fmt.Errorf("%s cannot be locked, as on some network file systems: take a local one: %w", f.Name(), err)
	}
}
