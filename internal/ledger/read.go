package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Tile reads a tile or a bundle of entries, as C2SP has it. A partial one is
// there as soon as a signed checkpoint reaches it.
func (l *Log) Tile(t c2sp.Tile) ([]byte, error) {
	l.published.RLock()
	defer l.published.RUnlock()
	level := max(t.Level, 0)
	if level > 7 || t.N > l.head.Size>>tileHeight || (t.N*c2sp.TileWidth+int64(t.Width))<<(tileHeight*level) > l.head.Size {
		return nil, ErrAbsent
	}
	if t.Level == c2sp.Entries {
		return l.bundle(t.N, t.N*c2sp.TileWidth+int64(t.Width))
	}
	return l.tile(t.Level, t.N, t.Width)
}

// Entry reads one entry.
func (l *Log) Entry(index int64) ([]byte, error) {
	l.published.RLock()
	defer l.published.RUnlock()
	return l.entry(index)
}

func (l *Log) entry(index int64) ([]byte, error) {
	if index < 0 || index >= l.head.Size {
		return nil, ErrAbsent
	}
	b, err := l.bundle(index/c2sp.TileWidth, index+1)
	if err != nil {
		return nil, err
	}
	for {
		entry, rest, err := c2sp.NextEntry(b)
		if err != nil || len(rest) == 0 {
			return entry, err
		}
		b = rest
	}
}

// Prove proves an entry below the newest signed checkpoint. A proof that does
// not hold is not given out: a file of the tree was altered.
func (l *Log) Prove(index int64) (Receipt, error) {
	l.published.RLock()
	defer l.published.RUnlock()
	head := l.head
	entry, err := l.entry(index)
	if err != nil {
		return Receipt{}, err
	}
	proof, err := tlog.ProveRecord(head.Size, index, l.store)
	if err != nil {
		return Receipt{}, err
	}
	if err := tlog.CheckRecord(proof, head.Size, head.Root, index, tlog.RecordHash(entry)); err != nil {
		return Receipt{}, fmt.Errorf("the proof of entry %d does not hold: run `bailiwick ledger fsck`", index)
	}
	return Receipt{index, proof, head}, nil
}

// Consistent proves that the tree of size old is the beginning of the newest
// signed one.
func (l *Log) Consistent(old int64) (tlog.TreeProof, Head, error) {
	l.published.RLock()
	defer l.published.RUnlock()
	head := l.head
	if old < 0 || old > head.Size {
		return nil, head, ErrAbsent
	}
	if old == 0 || old == head.Size {
		return nil, head, nil
	}
	proof, err := tlog.ProveTree(head.Size, old, l.store)
	return proof, head, err
}

// rootAt is the root of the tree when it had that size.
func (s *store) rootAt(size int64) (tlog.Hash, error) {
	if size == 0 {
		return c2sp.EmptyRoot, nil
	}
	return tlog.TreeHash(size, s)
}
