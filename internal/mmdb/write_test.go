package mmdb

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
)

// A row is one range of a table and its record.
type row struct {
	prefix netip.Prefix
	record map[string]any
}

// writeTable writes IPv4 ranges that do not overlap as a file of the format
// 2.0 with records of 24 bits: the search tree, 16 zero bytes, the data, the
// metadata. https://maxmind.github.io/MaxMind-DB/
func writeTable(rows []row) []byte {
	type node [2]int // > 0: another node; < 0: a row, from -1; 0: nothing
	tree := []node{{}}
	for i, r := range rows {
		bits, at := binary.BigEndian.Uint32(r.prefix.Addr().AsSlice()), 0
		for d := range r.prefix.Bits() {
			side := bits >> (31 - d) & 1
			if d == r.prefix.Bits()-1 {
				tree[at][side] = -1 - i
				break
			}
			if tree[at][side] == 0 {
				tree = append(tree, node{})
				tree[at][side] = len(tree) - 1
			}
			at = tree[at][side]
		}
	}
	var data []byte
	var offsets []int
	for _, r := range rows {
		offsets = append(offsets, len(data))
		data = appendValue(data, r.record)
	}
	var out []byte
	for _, n := range tree {
		for _, to := range n {
			record := len(tree) // not found
			switch {
			case to > 0:
				record = to
			case to < 0:
				record = len(tree) + 16 + offsets[-1-to]
			}
			out = append(out, byte(record>>16), byte(record>>8), byte(record))
		}
	}
	out = append(append(out, make([]byte, 16)...), data...)
	out = append(out, "\xab\xcd\xefMaxMind.com"...)
	return appendValue(out, map[string]any{
		"binary_format_major_version": uint16(2), "binary_format_minor_version": uint16(0), "build_epoch": uint64(1790000000),
		"database_type": "Own-Country", "description": map[string]any{"en": "a table of the tests"}, "ip_version": uint16(4),
		"node_count": uint32(len(tree)), "record_size": uint16(24),
	})
}

// appendValue writes a text (type 2), a map (7) or a number (uint16 5, uint32
// 6, uint64 9) of the data section.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		if len(v) > 28 {
			panic("texts of the tests are short")
		}
		return append(append(b, byte(2<<5|len(v))), v...)
	case map[string]any:
		b = append(b, byte(7<<5|len(v)))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b = appendValue(appendValue(b, k), v[k])
		}
		return b
	case uint16:
		return append(b, 5<<5|2, byte(v>>8), byte(v))
	case uint32:
		return binary.BigEndian.AppendUint32(append(b, 6<<5|4), v)
	case uint64:
		return binary.BigEndian.AppendUint64(append(b, 8, 9-7), v)
	}
	panic("no such type")
}
