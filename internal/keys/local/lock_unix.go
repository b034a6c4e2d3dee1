//go:build unix

package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lock waits until no other process changes keys in the folder of path, and
// returns what lets the next one in.
func lock(ctx context.Context, path string) (func() error, error) {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for {
		switch err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case nil:
			return dir.Close, nil
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
				dir.Close()
				return nil, fmt.Errorf("another process changes keys in %s: %w", dir.Name(), ctx.Err())
			}
		default:
			dir.Close()
			return nil, fmt.Errorf("lock %s: %w", dir.Name(), err)
		}
	}
}
