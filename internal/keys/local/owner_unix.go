//go:build unix

package local

import (
	"io/fs"
	"os"
	"syscall"
)

// give makes f the file of the one to whom another file belongs: root may
// rotate the key of a service, which has to read it afterwards. Its group does
// not matter where only the owner may read.
func give(f *os.File, other fs.FileInfo) error {
	theirs, ok := other.Sys().(*syscall.Stat_t)
	info, err := f.Stat()
	if err != nil || !ok {
		return err
	}
	if ours, ok := info.Sys().(*syscall.Stat_t); ok && ours.Uid == theirs.Uid {
		return nil
	}
	return f.Chown(int(theirs.Uid), int(theirs.Gid))
}
