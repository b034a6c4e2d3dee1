package inventory

import (
	"fmt"
	"io"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// loadPacked reads a packed file as it is.
func loadPacked(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, tree.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %w", err)
	case len(src) > tree.MaxBytes:
		return nil, fmt.Errorf("the file is larger than %d MiB and was not read: split it", tree.MaxBytes>>20)
	}
	return src, nil
}
