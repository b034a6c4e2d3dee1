//go:build unix

package durable

import (
	"fmt"
	"os"
	"syscall"
)

// Lock takes a file for this process alone, until it is closed.
func Lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%s is in use: %w", f.Name(), err)
	}
	return nil
}
