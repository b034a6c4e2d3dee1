package enforce

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

// ManifestName is the file that lists what a target wrote, with digests: some
// formats, such as JSON, have no place for a header, and by it a later run finds
// what is no longer written.
const ManifestName = "bailiwick.manifest"

// Finish brings files into the order of their names and adds their manifest. Two
// of a name are an error.
func Finish(b *bounds.Bounds, t *Target, files []File) ([]File, error) {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var m bytes.Buffer
	m.WriteString(Comment("#", Header(b, t.Title, t.Holds...)))
	for i := range files {
		if i > 0 && files[i].Name == files[i-1].Name {
			return nil, fmt.Errorf("%s would be written twice", files[i].Name)
		}
		sum := sha256.Sum256(files[i].Data)
		fmt.Fprintf(&m, "%s  %s\n", hex.EncodeToString(sum[:]), files[i].Name)
	}
	return append(files, File{ManifestName, m.Bytes()}), nil
}

// Listed are the files that a manifest names.
func Listed(manifest []byte) []string {
	var out []string
	for line := range strings.Lines(string(manifest)) {
		if sum, name, ok := strings.Cut(strings.TrimRight(line, "\n"), "  "); ok && len(sum) == hex.EncodedLen(sha256.Size) {
			out = append(out, name)
		}
	}
	return out
}

// WrittenBy reports whether a manifest is of the target.
func WrittenBy(manifest []byte, t *Target) bool {
	return strings.HasPrefix(string(manifest), "# "+Line(t.Title)+", for the perimeter ")
}
