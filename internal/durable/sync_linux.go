package durable

import (
	"fmt"
	"os"
	"syscall"
)

// Sync makes a file's bytes durable, and of its metadata what is needed
// to read them.
func Sync(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// Lock takes a file for this process alone, until it is closed.
func Lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%s is in use: %w", f.Name(), err)
	}
	return nil
}
