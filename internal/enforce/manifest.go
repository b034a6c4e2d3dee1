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
		if name := listed(line); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// listed is the file that a line of a manifest names; "" for none.
func listed(line string) string {
	sum, name, ok := strings.Cut(strings.TrimRight(line, "\n"), "  ")
	if !ok || len(sum) != hex.EncodedLen(sha256.Size) {
		return ""
	}
	return name
}

// Leave adds to a manifest what an earlier one lists of the named files. They are
// no part of this run and still there: were they not listed, the next run would
// not know them, and what an earlier perimeter let be would stay in force unseen.
func Leave(manifest, earlier []byte, names []string) []byte {
	var left []string
	for line := range strings.Lines(string(earlier)) {
		if slices.Contains(names, listed(line)) {
			left = append(left, strings.TrimRight(line, "\n")+"\n")
		}
	}
	if len(left) == 0 {
		return manifest
	}
	return slices.Concat(manifest, []byte("# Of an earlier run, and no part of this one; delete them:\n"), []byte(strings.Join(left, "")))
}

// WrittenBy reports whether a manifest is of the target.
func WrittenBy(manifest []byte, t *Target) bool {
	return strings.HasPrefix(string(manifest), "# "+Line(t.Title)+", for the perimeter ")
}
