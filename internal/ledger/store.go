package ledger

import (
	"errors"
	"fmt"
	"os"
	"sort"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

// A store is what is read of a log: entries and hashes below a size.
type store struct {
	segments []*segment
	bundles  []int64 // offset in its segment of each bundle's first frame
	rows     []*os.File
}

// rootAt is the root of the tree when it had that size.
func (s *store) rootAt(size int64) (tlog.Hash, error) {
	if size == 0 {
		return c2sp.EmptyRoot, nil
	}
	return tlog.TreeHash(size, s)
}

// ErrAbsent says that a log has no such tile or entry, or not yet.
var ErrAbsent = errors.New("the ledger has no such entries")

// bundle reads the bundle n as it stands in a tree of that size.
func (s *store) bundle(n, size int64) ([]byte, error) {
	count := min(size-n*c2sp.TileWidth, c2sp.TileWidth)
	if n < 0 || count <= 0 || n >= int64(len(s.bundles)) {
		return nil, ErrAbsent
	}
	first := n * c2sp.TileWidth
	seg := s.segments[sort.Search(len(s.segments), func(i int) bool { return s.segments[i].first > first })-1]
	end := seg.size
	if n+1 < int64(len(s.bundles)) && s.bundles[n+1] > s.bundles[n] {
		end = s.bundles[n+1]
	}
	b := make([]byte, end-s.bundles[n])
	if _, err := seg.file.ReadAt(b, s.bundles[n]); err != nil {
		return nil, err
	}
	return joinFrames(b, first, count, seg.file.Name())
}

// joinFrames takes the frames' headers out, in place, and cuts what is behind
// the last entry that is asked for.
func joinFrames(b []byte, first, count int64, name string) ([]byte, error) {
	out, rest, index := b[:0], b, first
	for index < first+count {
		payload, next, err := framed.Next(rest, index)
		if err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w: run `bailiwick ledger fsck`", name, index, err)
		}
		left := payload
		for ; len(left) > 0 && index < first+count; index++ {
			if _, left, err = c2sp.NextEntry(left); err != nil {
				return nil, fmt.Errorf("%s: entry %d: %w", name, index, err)
			}
		}
		out = append(out, payload[:len(payload)-len(left)]...)
		rest = next
	}
	return out, nil
}

// tile reads hashes of a level.
func (s *store) tile(level int, n int64, width int) ([]byte, error) {
	if level >= len(s.rows) {
		return nil, ErrAbsent
	}
	b := make([]byte, width*tlog.HashSize)
	_, err := s.rows[level].ReadAt(b, n*c2sp.TileWidth*tlog.HashSize)
	return b, err
}

// ReadHashes makes the store what the algorithms of [tlog] read from: each
// stored hash is worked out of the tile that holds it.
func (s *store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		h := level % tileHeight
		leaves := int64(1) << h
		b := make([]byte, leaves*tlog.HashSize)
		if level/tileHeight >= len(s.rows) {
			return nil, ErrAbsent
		}
		if _, err := s.rows[level/tileHeight].ReadAt(b, n*leaves*tlog.HashSize); err != nil {
			return nil, err
		}
		hashes[i] = fold(b)
	}
	return hashes, nil
}

// fold is the root of a complete subtree whose hashes stand in b.
func fold(b []byte) tlog.Hash {
	for ; len(b) > tlog.HashSize; b = b[:len(b)/2] {
		for i := 0; i < len(b)/2; i += tlog.HashSize {
			parent := tlog.NodeHash(tlog.Hash(b[2*i:]), tlog.Hash(b[2*i+tlog.HashSize:]))
			copy(b[i:], parent[:])
		}
	}
	return tlog.Hash(b)
}
