package c2sp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// tilesOf makes the tiles and bundles of a log by the algorithms of [tlog].
func tilesOf(t *testing.T, size int64) (Checkpoint, map[string][]byte) {
	t.Helper()
	var hashes []tlog.Hash
	stored := tlog.HashReaderFunc(func(at []int64) (got []tlog.Hash, err error) {
		for _, i := range at {
			got = append(got, hashes[i])
		}
		return got, nil
	})
	files := map[string][]byte{}
	var bundle []byte
	for i := range size {
		entry := fmt.Appendf(nil, "entry %d", i)
		more, err := tlog.StoredHashes(i, entry, stored)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
		bundle = AppendEntry(bundle, entry)
		if (i+1)%TileWidth == 0 || i+1 == size {
			files[Tile{Entries, i / TileWidth, int(i%TileWidth) + 1}.Path()] = bundle
			bundle = nil
		}
	}
	for level := 0; size>>(8*level) > 0; level++ {
		for n := range size >> (8 * level) {
			h := hashes[tlog.StoredHashIndex(8*level, n)]
			path := Tile{level, n / TileWidth, int(min(size>>(8*level)-n/TileWidth*TileWidth, TileWidth))}.Path()
			files[path] = append(files[path], h[:]...)
		}
	}
	root := EmptyRoot
	if size > 0 {
		var err error
		if root, err = tlog.TreeHash(size, stored); err != nil {
			t.Fatal(err)
		}
	}
	return Checkpoint{"log.example", size, root}, files
}

func TestCheckTree(t *testing.T) {
	for _, size := range []int64{0, 1, 2, 3, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 70_000} {
		c, files := tilesOf(t, size)
		read := func(tile Tile) ([]byte, error) {
			b, ok := files[tile.Path()]
			if !ok {
				return nil, errors.New("there is no " + tile.Path())
			}
			return b, nil
		}
		if err := CheckTree(c, read); err != nil {
			t.Errorf("%d entries: %v", size, err)
		}
		if size != 700 {
			continue
		}
		for path, b := range files {
			b[len(b)-1] ^= 1
			if err := CheckTree(c, read); err == nil {
				t.Errorf("a bit of %s is another, and nothing is said", path)
			}
			b[len(b)-1] ^= 1
			files[path] = append(b, 0, 0)
			if err := CheckTree(c, read); err == nil {
				t.Errorf("%s is longer, and nothing is said", path)
			}
			files[path] = b
			delete(files, path)
			if err := CheckTree(c, read); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("without %s: %v", path, err)
			}
			files[path] = b
		}
	}
}
