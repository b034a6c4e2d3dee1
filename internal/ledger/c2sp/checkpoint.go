// Package c2sp reads and writes the public formats of transparency logs, so
// that tools that know nothing of Bailiwick verify what it logs: checkpoints
// (c2sp.org/tlog-checkpoint), cosignatures (c2sp.org/tlog-cosignature), tiles
// and entry bundles (c2sp.org/tlog-tiles), proofs (c2sp.org/tlog-proof),
// trust policies (c2sp.org/tlog-policy) and the requests of witnesses
// (c2sp.org/tlog-witness). It does no input or output of its own.
package c2sp

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint is the head of a log: how many entries it has and the root of
// the Merkle tree (RFC 6962, 2.1) over them.
type Checkpoint struct {
	Origin string // who the log is, as in its key's name: example.com/ledger/2026-11
	Size   int64  // number of entries
	Root   tlog.Hash
}

// maxSize bounds the entries of a tree. From 2^62 on package tlog never comes
// to an end: whoever signs for one log would stop those who verify all.
const maxSize = 1 << 60

// String is the text that a log signs, with its final newline. Extension
// lines, which nobody can audit, are never written.
func (c Checkpoint) String() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// ParseCheckpoint reads the text of a checkpoint, without its signatures:
// verify these first, [Policy.Open] does both. Extension lines are passed
// over, as the specification says.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, fmt.Errorf("checkpoint: want origin, size and root, each on a line of its own")
	}
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			return Checkpoint{}, fmt.Errorf("checkpoint: empty line")
		}
	}
	size, err := decimal(lines[1])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: size %q: %w", lines[1], err)
	}
	if size > maxSize {
		return Checkpoint{}, fmt.Errorf("checkpoint: size %d: no log has more than %d entries", size, int64(maxSize))
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: root: %w", err)
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// Unverified reads what a signed checkpoint claims, whoever signed it: to find
// the key that is to verify it, or where nobody believes it.
func Unverified(signed []byte) (Checkpoint, error) {
	text := string(signed)
	if i := strings.LastIndex(text, "\n\n"); i >= 0 { // where package note cuts
		text = text[:i]
	}
	return ParseCheckpoint(text + "\n")
}

// EmptyRoot is the root of a tree without entries: the hash of nothing
// (RFC 6962, 2.1).
var EmptyRoot = tlog.Hash{
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
}

// decimal reads a number as the specifications write it: ASCII digits, no
// sign, no leading zero.
func decimal(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("want a decimal number without sign or leading zero")
	}
	return n, nil
}

// parseHash reads one hash in strict base64: a second spelling of a hash
// would let two texts prove the same.
func parseHash(s string) (tlog.Hash, error) {
	b, err := unbase64(s)
	if err != nil || len(b) != tlog.HashSize {
		return tlog.Hash{}, fmt.Errorf("%.60q is no SHA-256 hash in base64", s)
	}
	return tlog.Hash(b), nil
}

// unbase64 reads base64 in its only spelling. The decoder of the standard
// library passes over line ends, strict as it may be.
func unbase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err == nil && base64.StdEncoding.EncodedLen(len(b)) != len(s) {
		err = fmt.Errorf("a line end within base64")
	}
	return b, err
}
