package durable

import (
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
