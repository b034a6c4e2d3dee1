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
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// awaySigner is a key that does not answer.
type awaySigner struct{ note.Signer }

func (awaySigner) Sign([]byte) ([]byte, error) { return nil, errors.New("the key is away") }

// staticLog reads a folder in the layout of C2SP and nothing else: it computes
// the root from the bundles, and holds every tile against it.
func staticLog(t *testing.T, dir string, policy *c2sp.Policy) c2sp.Opened {
	t.Helper()
	read := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	opened, err := policy.Open(read("checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	var hashes []tlog.Hash
	stored := tlog.HashReaderFunc(func(at []int64) (got []tlog.Hash, err error) {
		for _, i := range at {
			got = append(got, hashes[i])
		}
		return got, nil
	})
	width := func(n, size int64) int { return int(min(size-n*c2sp.TileWidth, c2sp.TileWidth)) }
	for n := int64(0); n*c2sp.TileWidth < opened.Size; n++ {
		bundle := read(c2sp.Tile{Level: c2sp.Entries, N: n, Width: width(n, opened.Size)}.Path())
		for i := range int64(width(n, opened.Size)) {
			var entry []byte
			if entry, bundle, err = c2sp.NextEntry(bundle); err != nil {
				t.Fatal(err)
			}
			more, err := tlog.StoredHashes(n*c2sp.TileWidth+i, entry, stored)
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, more...)
		}
		if len(bundle) > 0 {
			t.Errorf("bundle %d has more than its entries", n)
		}
	}
	root, err := tlog.TreeHash(opened.Size, stored)
	if err != nil {
		t.Fatal(err)
	}
	if opened.Size > 0 && root != opened.Root {
		t.Errorf("the bundles give the root %v, the checkpoint says %v", root, opened.Root)
	}
	for level := 0; opened.Size>>(8*level) > 0; level++ {
		for n := int64(0); n*c2sp.TileWidth < opened.Size>>(8*level); n++ {
			tile := read(c2sp.Tile{Level: level, N: n, Width: width(n, opened.Size>>(8*level))}.Path())
			for i := int64(0); len(tile) > 0; i, tile = i+1, tile[tlog.HashSize:] {
				if want := hashes[tlog.StoredHashIndex(8*level, n*c2sp.TileWidth+i)]; tlog.Hash(tile) != want {
					t.Fatalf("level %d, tile %d, hash %d is another", level, n, i)
				}
			}
		}
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
