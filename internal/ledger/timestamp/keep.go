package timestamp

import (
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// folder is where the tokens of a shard stand, in its folder.
const folder = "timestamps"

// ending is that of a token's name.
const ending = ".tst"

// A Kept is a token on disk, with the note that it is about: the same
// checkpoint with one cosignature more is other bytes.
type Kept struct {
	Path string // of the token; the note stands beside it
	Note []byte
	DER  []byte
}

// Keep stores a verified token beside its shard, durably. The name begins with
// the size of the tree, so that names sort as the log grew.
func Keep(shard string, size int64, note, der []byte, at time.Time) (Kept, error) {
	dir := filepath.Join(shard, folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Kept{}, err
	}
	sum := hex.EncodeToString(digest(crypto.SHA256, der))
	path := filepath.Join(dir, fmt.Sprintf("%016d-%s-%s", size, at.UTC().Format("20060102T150405Z"), sum[:8])+ending)
	if err := durable.Replace(noteOf(path), note); err != nil {
		return Kept{}, err
	}
	if err := durable.Replace(path, der); err != nil {
		return Kept{}, err
	}
	return Kept{path, note, der}, durable.SyncDir(shard)
}

func noteOf(path string) string { return strings.TrimSuffix(path, ending) + ".note" }

// Load reads a token and its note.
func Load(path string) (Kept, error) {
	der, err := bounded.File(path, maxToken)
	if err != nil {
		return Kept{}, err
	}
	note, err := bounded.File(noteOf(path), maxToken)
	return Kept{path, note, der}, err
}

// List lists the tokens of a shard, oldest first.
func List(shard string) ([]Kept, error) {
	dir := filepath.Join(shard, folder)
	files, err := os.ReadDir(dir) // sorted
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var kept []Kept
	for _, f := range files {
		if filepath.Ext(f.Name()) != ending {
			continue
		}
		k, err := Load(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}
