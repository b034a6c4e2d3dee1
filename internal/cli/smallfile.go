package cli

import (
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxProof bounds a proof: an entry in base64, 63 hashes, many signatures.
const maxProof = 1 << 20

// smallFile reads a small file.
func smallFile(path string, most int64) ([]byte, error) {
	b, err := bounded.File(path, most)
	var long bounded.TooLong
	switch {
	case errors.As(err, &long):
		return nil, fmt.Errorf("%s: %w: is it the right file?", path, err)
	case err != nil:
		return nil, fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	return b, nil
}
