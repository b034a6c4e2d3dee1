// Package seal encrypts files of any size so that any part of one can be read
// without the rest, and so that whatever was changed is an error.
//
// A file is a header and segments. The header holds the key of the data,
// wrapped by a [keys.Key]; the segments are AES-256-GCM under it.
//
//	header   8   "bwseal", 0, 1
//	         4   size of the header, big endian: a multiple of 512
//	         4   size of the wrapped key
//	             the wrapped key
//	             zeros
//	         32  HMAC-SHA-256 of all before it
//	segments     each 65,536 bytes and a tag of 16, but the last, which has fewer:
//	             0 to 65,535 bytes and a tag
//
// Three things come out of the wrapped key by HKDF-Expand with SHA-512 and the
// context of the file (see [keys.Context]): the key of the segments, seven
// bytes that begin each nonce, and the key of the header's HMAC. The nonce of a
// segment goes on with its number, four bytes, and one byte that is 1 in the
// last segment. So a segment opens only in its own file, at its own place, and
// the end only as the end (the STREAM construction of eprint.iacr.org/2015/189;
// that the last segment is always short is from c2sp.org/chunked-encryption).
// The HMAC ties the header to one key of the data, which GCM alone would not.
//
// The wrapped key can be wrapped by another key without touching a segment,
// see [Rewrap]. The context cannot be changed: the segments hang on it too.
package seal

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

const (
	magic = "bwseal\x00\x01"
	label = "bailiwick/seal/v1\x00"

	dataKey   = 32
	macSize   = sha256.Size
	fixedHead = 8 + 4 + 4

	headStep = 512
	headSize = 1024 // unless the wrapped key needs more: most backends' fit, so one can replace another
	maxHead  = (fixedHead + keys.MaxWrapped + macSize + headStep) / headStep * headStep

	// SegmentSize is how many bytes of a file are encrypted together. It is part of the format.
	SegmentSize = 64 << 10
	tagSize     = 16
	fullSegment = SegmentSize + tagSize
	maxSegments = 1 << 32
)

var (
	// ErrCorrupt is what was changed, cut, put together from several files, or is
	// no sealed file at all.
	ErrCorrupt = errors.New("the sealed file was changed or is not whole: restore it from a copy")
	// ErrNoRoom says that a key, newly wrapped, does not fit into the header.
	ErrNoRoom = errors.New("the wrapped key does not fit into the file's header: read the file by the old key and write it anew by the other")
)

// derived is what comes out of the key of the data.
type derived struct {
	gcm    cipher.AEAD
	prefix [7]byte
	mac    []byte
}

func derive(key []byte, c keys.Context) (*derived, error) {
	const size = 32 + 7 + 32
	out, err := hkdf.Expand(sha512.New, key, label+string(c.AAD()), size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(out[:32])
	if err != nil {
		return nil, err
	}
	d := &derived{prefix: [7]byte(out[32:39]), mac: out[39:]}
	d.gcm, err = cipher.NewGCM(block)
	return d, err
}

// nonce is that of a segment.
func (d *derived) nonce(number int64, last bool) []byte {
	b := make([]byte, 0, 12)
	b = append(b, d.prefix[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(number))
	if last {
		return append(b, 1)
	}
	return append(b, 0)
}

// aad is what the key of the data is wrapped with.
func aad(c keys.Context) []byte { return append([]byte(label), c.AAD()...) }

// newHeader makes a key of the data and a header for it.
func newHeader(ctx context.Context, key keys.Key, c keys.Context) ([]byte, *derived, error) {
	data := make([]byte, dataKey)
	rand.Read(data) // never fails
	defer clear(data)
	d, err := derive(data, c)
	if err != nil {
		return nil, nil, err
	}
	wrapped, err := key.Wrap(ctx, data, aad(c))
	if err != nil {
		return nil, nil, fmt.Errorf("wrap the key of the data: %w", err)
	}
	size := headSize
	if need := fixedHead + len(wrapped) + macSize; need > size {
		size = (need + headStep - 1) / headStep * headStep
	}
	h, err := d.header(wrapped, size)
	return h, d, err
}

// header writes a header of that size.
func (d *derived) header(wrapped []byte, size int) ([]byte, error) {
	if fixedHead+len(wrapped)+macSize > size || size > maxHead {
		return nil, ErrNoRoom
	}
	h := make([]byte, size)
	copy(h, magic)
	binary.BigEndian.PutUint32(h[8:], uint32(size))
	binary.BigEndian.PutUint32(h[12:], uint32(len(wrapped)))
	copy(h[fixedHead:], wrapped)
	d.tag(h)
	return h, nil
}

// tag writes the HMAC of a header at its end, and returns it.
func (d *derived) tag(h []byte) []byte {
	mac := hmac.New(sha256.New, d.mac)
	mac.Write(h[:len(h)-macSize])
	return mac.Sum(h[:len(h)-macSize])[len(h)-macSize:]
}

// HeaderSize is the size of the header that begins so: 16 bytes are enough.
func HeaderSize(b []byte) (int, error) {
	if len(b) < fixedHead || string(b[:len(magic)]) != magic {
		return 0, fmt.Errorf("no header: %w", ErrCorrupt)
	}
	size, wrapped := int64(binary.BigEndian.Uint32(b[8:])), int64(binary.BigEndian.Uint32(b[12:]))
	if size%headStep != 0 || size > maxHead || wrapped > keys.MaxWrapped || fixedHead+wrapped+macSize > size {
		return 0, fmt.Errorf("impossible header: %w", ErrCorrupt)
	}
	return int(size), nil
}

// openHeader unwraps the key of the data of a whole header. Its HMAC is the
// last thing that is asked, so before it nothing of the header is believed
// but what a wrong answer would make fail here.
func openHeader(ctx context.Context, h []byte, key keys.Key, c keys.Context) (*derived, []byte, error) {
	size, err := HeaderSize(h)
	if err != nil || size != len(h) {
		return nil, nil, errors.Join(err, ErrCorrupt)
	}
	wrapped := h[fixedHead:][:binary.BigEndian.Uint32(h[12:])]
	data, err := key.Unwrap(ctx, bytes.Clone(wrapped), aad(c))
	if err != nil {
		return nil, nil, fmt.Errorf("unwrap the key of the data: %w", err)
	}
	if len(data) != dataKey {
		clear(data)
		return nil, nil, fmt.Errorf("the key of the data has %d bytes: %w", len(data), ErrCorrupt)
	}
	d, err := derive(data, c)
	if err != nil {
		return nil, nil, err
	}
	want := bytes.Clone(h[size-macSize:])
	if !hmac.Equal(d.tag(bytes.Clone(h)), want) {
		clear(data)
		return nil, nil, fmt.Errorf("header: %w", ErrCorrupt)
	}
	return d, data, nil
}

// Rewrap makes a new header for a file: its key of the data, unwrapped by one
// key and wrapped by another (or by the same one, rotated). The header has the
// size of the old one, and the file needs no other change. Keep the old header
// until the new one is durable: with both gone the file is lost.
func Rewrap(ctx context.Context, header []byte, from, to keys.Key, c keys.Context) ([]byte, error) {
	d, data, err := openHeader(ctx, header, from, c)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	wrapped, err := to.Wrap(ctx, data, aad(c))
	if err != nil {
		return nil, fmt.Errorf("wrap the key of the data: %w", err)
	}
	return d.header(wrapped, len(header))
}
