package follow

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// hashes reads the tree of one checkpoint. [tlog.TileHashReader] verifies each
// tile against its root before a hash of it is used.
type hashes struct {
	source Source
	tree   c2sp.Checkpoint
	kept   map[tlog.Tile][]byte // verified ones
	order  []tlog.Tile          // of kept, oldest first
	failed error                // of the source, which [tlog.TileHashReader] hides
}

// keptTiles bounds the memory: of a long run one tile a level is needed again,
// and the right edge of the tree.
const keptTiles = 64

func newHashes(source Source, tree c2sp.Checkpoint) *hashes {
	return &hashes{source: source, tree: tree, kept: map[tlog.Tile][]byte{}}
}

func (h *hashes) reader(ctx context.Context) tlog.HashReader {
	h.failed = nil
	return tlog.TileHashReader(tlog.Tree{N: h.tree.Size, Hash: h.tree.Root}, tiles{ctx, h})
}

// fault says whether the log did not answer, or answered what it did not sign.
func (h *hashes) fault(err error) error {
	if h.failed != nil {
		return h.failed
	}
	return fmt.Errorf("%w: %w", ErrAltered, err)
}

// root is that of the first entries of the tree.
func (h *hashes) root(ctx context.Context, size int64) (tlog.Hash, error) {
	root, err := tlog.TreeHash(size, h.reader(ctx))
	if err != nil {
		return tlog.Hash{}, h.fault(err)
	}
	return root, nil
}

// bundle fetches a bundle of entries and verifies each of them.
func (h *hashes) bundle(ctx context.Context, n int64) ([]byte, error) {
	first := n * c2sp.TileWidth
	width := min(h.tree.Size-first, c2sp.TileWidth)
	indexes := make([]int64, width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	want, err := h.reader(ctx).ReadHashes(indexes)
	if err != nil {
		return nil, h.fault(err)
	}
	t := c2sp.Tile{Level: c2sp.Entries, N: n, Width: int(width)}
	b, whole, err := get(ctx, h.source, t, 2+c2sp.MaxEntry)
	if err != nil {
		return nil, err
	}
	rest := b
	for i, hash := range want {
		var entry []byte
		if entry, rest, err = c2sp.NextEntry(rest); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrAltered, t.Path(), err)
		}
		if tlog.RecordHash(entry) != hash {
			return nil, fmt.Errorf("%w: entry %d is another than the one that was signed", ErrAltered, first+int64(i))
		}
	}
	if len(rest) > 0 && !whole {
		return nil, fmt.Errorf("%w: %s: %d bytes follow the last entry", ErrAltered, t.Path(), len(rest))
	}
	return b[:len(b)-len(rest)], nil
}

// get fetches a tile or bundle whose elements have at most that many bytes.
// Logs may drop a partial one as soon as the whole one is there: then that is
// given, of which the first elements are those of the partial one.
func get(ctx context.Context, source Source, t c2sp.Tile, element int64) (b []byte, whole bool, err error) {
	b, err = source.Get(ctx, t.Path(), int64(t.Width)*element)
	if errors.Is(err, ErrAbsent) && t.Width < c2sp.TileWidth {
		all := c2sp.Tile{Level: t.Level, N: t.N, Width: c2sp.TileWidth}
		b, err = source.Get(ctx, all.Path(), c2sp.TileWidth*element)
		whole = true
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", t.Path(), err)
	}
	return b, whole, nil
}

// tiles is what [tlog.TileHashReader] reads from.
type tiles struct {
	ctx context.Context
	*hashes
}

// Height is that of all tiles of C2SP.
func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(want))
	for i, w := range want {
		if b, ok := t.kept[w]; ok {
			out[i] = b
			continue
		}
		b, whole, err := get(t.ctx, t.source, c2sp.Tile{Level: w.L, N: w.N, Width: w.W}, tlog.HashSize)
		if err != nil {
			t.failed = err
			return nil, err
		}
		if n := w.W * tlog.HashSize; len(b) < n || len(b) > n && !whole {
			return nil, fmt.Errorf("tile %d/%d has %d bytes, %d are due", w.L, w.N, len(b), w.W*tlog.HashSize)
		}
		out[i] = b[:w.W*tlog.HashSize]
	}
	return out, nil
}

// SaveTiles keeps tiles that were verified.
func (t tiles) SaveTiles(verified []tlog.Tile, data [][]byte) {
	for i, v := range verified {
		if _, ok := t.kept[v]; ok {
			continue
		}
		if len(t.order) == keptTiles {
			delete(t.kept, t.order[0])
			t.order = t.order[1:]
		}
		t.kept[v], t.order = data[i], append(t.order, v)
	}
}
