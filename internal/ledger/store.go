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
	b, _, err := s.frames(n, size)
	return b, err
}

// frames reads the entries of the bundle n in a tree of that size, and says
// how many bytes stand behind them before the next bundle or the segment's end.
func (s *store) frames(n, size int64) (_ []byte, left int, err error) {
	if n < 0 || n >= int64(len(s.bundles)) || size <= n*c2sp.TileWidth {
		return nil, 0, ErrAbsent
	}
	first, count := n*c2sp.TileWidth, min(size-n*c2sp.TileWidth, c2sp.TileWidth)
	seg := s.segments[sort.Search(len(s.segments), func(i int) bool { return s.segments[i].first > first })-1]
	end := seg.size.Load()
	switch {
	case n+1 == int64(len(s.bundles)):
		end = min(end, s.bundles[n]+maxBundle) // bundles that came since are not known here
	case s.bundles[n+1] > s.bundles[n]:
		end = s.bundles[n+1]
	}
	length := end - s.bundles[n]
	if s.bundles[n] < 0 || length <= 0 || length > maxBundle {
		return nil, 0, fmt.Errorf("%s: entry %d stands at no place that can be: run `bailiwick ledger fsck`", seg.file.Name(), first)
	}
	b := make([]byte, length)
	if _, err := seg.file.ReadAt(b, s.bundles[n]); err != nil {
		return nil, 0, err
	}
	b, left, err = joinFrames(b, first, count)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w: run `bailiwick ledger fsck`", seg.file.Name(), err)
	}
	return b, left, nil
}

// joinFrames takes the frames' headers out, in place, and cuts what is behind
// the last entry that is asked for: it says how many bytes that are.
func joinFrames(b []byte, first, count int64) (_ []byte, left int, err error) {
	out, rest, index := b[:0], b, first
	for index < first+count {
		payload, next, err := framed.Next(rest, index)
		if err != nil {
			return nil, 0, fmt.Errorf("entry %d: %w", index, err)
		}
		behind := payload
		for ; len(behind) > 0 && index < first+count; index++ {
			if _, behind, err = c2sp.NextEntry(behind); err != nil {
				return nil, 0, fmt.Errorf("entry %d: %w", index, err)
			}
		}
		out = append(out, payload[:len(payload)-len(behind)]...)
		rest, left = next, len(behind)
	}
	return out, left + len(rest), nil
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
