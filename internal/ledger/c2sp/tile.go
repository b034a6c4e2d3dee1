package c2sp

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// TileWidth is how many hashes a full tile and how many entries a full
// bundle hold.
const TileWidth = 256

// MaxEntry is the size of the largest entry, in bytes: bundles write its
// length in sixteen bits.
const MaxEntry = 1<<16 - 1

// Entries is the level of a [Tile] that names a bundle of entries.
const Entries = -1

// A Tile names a resource below the prefix of a log: hashes of a level, or a
// bundle of entries.
type Tile struct {
	Level int   // 0 to 63, or [Entries]
	N     int64 // index in the level
	Width int   // 1 to 256; 256 is a full one
}

// Path is the address below the prefix: tile/0/x001/x234/067.p/5.
func (t Tile) Path() string {
	level := "entries"
	if t.Level != Entries {
		level = strconv.Itoa(t.Level)
	}
	index := fmt.Sprintf("%03d", t.N%1000)
	for n := t.N / 1000; n > 0; n /= 1000 {
		index = fmt.Sprintf("x%03d/%s", n%1000, index)
	}
	if t.Width < TileWidth {
		return fmt.Sprintf("tile/%s/%s.p/%d", level, index, t.Width)
	}
	return "tile/" + level + "/" + index
}

// ParseTile reads what [Tile.Path] writes, and nothing else.
func ParseTile(path string) (Tile, error) {
	fault := fmt.Errorf("%.80q is no path of a tile: want tile/LEVEL/INDEX or tile/entries/INDEX, with .p/WIDTH when partial", path)
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return Tile{}, fault
	}
	level, index, ok := strings.Cut(rest, "/")
	if !ok {
		return Tile{}, fault
	}
	t := Tile{Level: Entries, Width: TileWidth}
	if level != "entries" {
		l, err := decimal(level)
		if err != nil || l > 63 {
			return Tile{}, fault
		}
		t.Level = int(l)
	}
	index, width, partial := strings.Cut(index, ".p/")
	if partial {
		w, err := decimal(width)
		if err != nil || w < 1 || w >= TileWidth {
			return Tile{}, fault
		}
		t.Width = int(w)
	}
	for element := range strings.SplitSeq(index, "/") {
		n, err := strconv.ParseInt(strings.TrimPrefix(element, "x"), 10, 64)
		if err != nil || n < 0 || n > 999 || t.N > 1<<50 {
			return Tile{}, fault
		}
		t.N = t.N*1000 + n
	}
	if t.Path() != path {
		return Tile{}, fault
	}
	return t, nil
}

// AppendEntry appends an entry to a bundle: its length in two bytes, big
// endian, then its bytes. The entry must not be longer than [MaxEntry].
func AppendEntry(bundle, entry []byte) []byte {
	return append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
}

// NextEntry cuts the first entry off a bundle.
func NextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, fmt.Errorf("bundle of entries: cut off in the length of an entry")
	}
	n := int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < 2+n {
		return nil, nil, fmt.Errorf("bundle of entries: cut off: an entry of %d bytes has %d", n, len(bundle)-2)
	}
	return bundle[2 : 2+n : 2+n], bundle[2+n:], nil
}
