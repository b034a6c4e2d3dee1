package ledger

import (
	"os"
	"syscall"
)

// datasync makes a file's bytes durable, and of its metadata what is needed
// to read them.
func datasync(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
