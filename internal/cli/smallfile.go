package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxProof bounds a proof: an entry in base64, 63 hashes, many signatures.
const maxProof = 1 << 20

// smallFile reads a small file.
func smallFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s: it has more than %d bytes: is it the right file?", path, most)
	}
	return b, nil
}
