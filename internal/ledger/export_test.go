package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// awaySigner is a key that does not answer.
type awaySigner struct{ note.Signer }

func (awaySigner) Sign([]byte) ([]byte, error) { return nil, errors.New("the key is away") }

// staticLog reads a folder in the layout of C2SP and nothing else: it computes
// the root from the bundles, and holds every tile against it.
func staticLog(t *testing.T, dir string, policy *c2sp.Policy) c2sp.Opened {
	t.Helper()
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := policy.Open(signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := c2sp.CheckTree(opened.Checkpoint, func(tile c2sp.Tile) ([]byte, error) {
		return os.ReadFile(filepath.Join(dir, filepath.FromSlash(tile.Path())))
	}); err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	var at int
	for _, size := range []int{0, 1, 255, 256, 257, 700, 700, 66_000} {
		l := openTest(t, dir)
		grow(t, l, size-at)
		at = size
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := OpenReader(filepath.Join(dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		e, err := Export(t.Context(), r, out, false)
		if err != nil {
			t.Fatal(err)
		}
		if opened := staticLog(t, out, testPolicy(t)); opened.Size != int64(size) || e.Head.Size != int64(size) {
			t.Errorf("size %d of %d", opened.Size, size)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]bool{"tile/0/000": true, "tile/0/000.p": false, "tile/entries/000.p": false, "tile/1/000.p": false, "tile/0/002.p": false, "tile/0/257.p/208": true, "tile/2/000.p/1": true} {
		if _, err := os.Stat(filepath.Join(out, path)); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	r, err := OpenReader(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// Cut off before its checkpoint was written, and damaged: anew mends it.
	tile := filepath.Join(out, "tile/0/000")
	if err := os.WriteFile(tile, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	e, err := Export(t.Context(), r, out, true)
	if err != nil {
		t.Fatal(err)
	}
	staticLog(t, out, testPolicy(t))
	files := 0
	err = filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if info, err := d.Info(); err != nil || info.Mode().Perm() != 0o644 || strings.HasPrefix(d.Name(), ".") {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
		return nil
	})
	if err != nil || files < e.Tiles {
		t.Errorf("%d files, %v", files, err)
	}
}

// grow appends many entries in few batches.
func grow(t testing.TB, l *Log, n int) {
	t.Helper()
	errs := make(chan error)
	for i := range n {
		go func() {
			_, err := l.Append(t.Context(), fmt.Appendf(nil, "entry %d", i))
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
}

// TestExportOfDamaged gives nothing out that does not go together.
func TestExportOfDamaged(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 5)
	path := filepath.Join(dir, "log", "tree", "0")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := Export(t.Context(), r, filepath.Join(dir, "out"), false); err == nil || !strings.Contains(err.Error(), "ledger fsck") {
		t.Errorf("got %v", err)
	}
}

func TestExportRefuses(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 5)
	other := t.TempDir()
	fill(t, other, 3)
	l := openTest(t, other)
	grow(t, l, 3)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	for i, from := range []string{dir, other} {
		r, err := OpenReader(filepath.Join(from, "log"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Export(t.Context(), r, out, false)
		if i == 0 && err != nil || i == 1 && !errors.Is(err, ErrFork) {
			t.Errorf("%s: %v", from, err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
