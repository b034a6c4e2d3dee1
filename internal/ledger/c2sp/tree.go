package c2sp

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// CheckTree reads all entries of a log in the layout of c2sp.org/tlog-tiles,
// wherever it is, works the root out, and holds it against the checkpoint,
// which somebody verified, and each hash against its tile. It holds one tile of
// each level in memory.
func CheckTree(c Checkpoint, read func(Tile) ([]byte, error)) error {
	t := treeCheck{size: c.Size, read: read}
	for n := int64(0); n*TileWidth < c.Size; n++ {
		width := int(min(c.Size-n*TileWidth, TileWidth))
		bundle, err := read(Tile{Level: Entries, N: n, Width: width})
		if err != nil {
			return err
		}
		for range width {
			var entry []byte
			if entry, bundle, err = NextEntry(bundle); err != nil {
				return fmt.Errorf("bundle %d: %w", n, err)
			}
			if err := t.add(0, tlog.RecordHash(entry)); err != nil {
				return err
			}
		}
		if len(bundle) > 0 {
			return fmt.Errorf("bundle %d: %d bytes follow its last entry", n, len(bundle))
		}
	}
	root, err := t.root()
	if err != nil {
		return err
	}
	if root != c.Root {
		return fmt.Errorf("the entries give the root %v, but the checkpoint of %s with %d entries says %v: one of them was altered", root, c.Origin, c.Size, c.Root)
	}
	return nil
}

type treeCheck struct {
	size   int64
	read   func(Tile) ([]byte, error)
	levels []level
}

// level is the tile of a level that is not full yet.
type level struct {
	n      int64
	hashes []tlog.Hash
}

func (t *treeCheck) add(at int, h tlog.Hash) error {
	if at == len(t.levels) {
		t.levels = append(t.levels, level{})
	}
	l := &t.levels[at]
	l.hashes = append(l.hashes, h)
	if len(l.hashes) < TileWidth {
		return nil
	}
	if err := t.compare(at); err != nil {
		return err
	}
	full := merkle(l.hashes)
	l.n, l.hashes = l.n+1, l.hashes[:0]
	return t.add(at+1, full)
}

// compare holds the hashes of a level against the tile.
func (t *treeCheck) compare(at int) error {
	l := t.levels[at]
	tile := Tile{Level: at, N: l.n, Width: len(l.hashes)}
	b, err := t.read(tile)
	if err != nil {
		return err
	}
	want := make([]byte, 0, TileWidth*tlog.HashSize)
	for _, h := range l.hashes {
		want = append(want, h[:]...)
	}
	if !bytes.Equal(b, want) {
		return fmt.Errorf("%s does not hold the hashes of the entries", tile.Path())
	}
	return nil
}

// root compares the tiles that are left, and joins them.
func (t *treeCheck) root() (tlog.Hash, error) {
	root, any := EmptyRoot, false
	for at, l := range t.levels {
		if len(l.hashes) == 0 {
			continue
		}
		if err := t.compare(at); err != nil {
			return root, err
		}
		if any {
			l.hashes = append(l.hashes, root) // what is right of them, a smaller subtree
		}
		root, any = merkle(l.hashes), true
	}
	return root, nil
}

// merkle is the tree hash of nodes (RFC 6962, 2.1), of which the last may be a
// smaller subtree than the others.
func merkle(nodes []tlog.Hash) tlog.Hash {
	if len(nodes) == 1 {
		return nodes[0]
	}
	k := 1
	for 2*k < len(nodes) {
		k *= 2
	}
	return tlog.NodeHash(merkle(nodes[:k]), merkle(nodes[k:]))
}
