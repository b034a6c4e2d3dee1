package oci

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// ErrDigest says that bytes are not those that their digest names.
var ErrDigest = errors.New("the bytes are not those that the digest names: save the image again")

// Bounds of unpacking. Real layers unpack to ten times their size; a bomb to a
// thousand times and more.
const (
	maxRatio  = 200
	freeBytes = 1 << 30 // from which on the ratio is asked
	maxWindow = 128 << 20
)

// packed names how bytes that begin so are packed; "" when they are not.
func packed(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	case bytes.HasPrefix(head, []byte("BZh")):
		return "bzip2"
	case bytes.HasPrefix(head, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		return "xz"
	}
	return ""
}

// unpack opens a layer and takes its compression away, by its first bytes:
// media types are often wrong.
func (of *Layer) unpack() (io.ReadCloser, error) {
	if strings.HasSuffix(of.MediaType, "+encrypted") {
		return nil, errors.New("the layer is encrypted: check the image where it can be decrypted")
	}
	raw, err := of.open()
	if err != nil {
		return nil, err
	}
	l := &layerReader{raw: raw}
	l.sum = &summed{r: raw}
	if err := l.sum.expect(of.Digest); err != nil {
		raw.Close()
		return nil, err
	}
	in := bufio.NewReaderSize(l.sum, 256<<10)
	head, _ := in.Peek(6)
	switch kind := packed(head); kind {
	case "":
		l.out = in
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			raw.Close()
			return nil, fmt.Errorf("gzip: %w", err)
		}
		l.out = z
	case "zstd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			raw.Close()
			return nil, fmt.Errorf("zstd: %w", err)
		}
		l.out, l.done = z, z.Close
	default:
		raw.Close()
		return nil, fmt.Errorf("the layer is packed with %s, which images do not use", kind)
	}
	l.packed = packed(head) != ""
	if of.Digest == "" { // docker save names a layer by what it unpacks to
		l.all = &summed{r: l.out}
		if err := l.all.expect(of.DiffID); err != nil {
			raw.Close()
			return nil, err
		}
		l.out = l.all
	}
	l.rest = in
	return l, nil
}

type layerReader struct {
	raw    io.Closer
	sum    *summed
	all    *summed   // of what is unpacked, where only that has a digest
	rest   io.Reader // what is packed and not yet read
	out    io.Reader
	done   func()
	packed bool
	n      int64
}

func (l *layerReader) Read(p []byte) (int, error) {
	n, err := l.out.Read(p)
	l.n += int64(n)
	if l.packed && l.n > freeBytes && l.n/maxRatio > l.sum.n {
		return n, fmt.Errorf("the layer unpacks to more than %d times its size, as no file system does", maxRatio)
	}
	if errors.Is(err, io.EOF) {
		if bad := l.verify(); bad != nil {
			return n, bad
		}
	}
	return n, err
}

// verify reads what is left behind the end of the packed stream and compares.
func (l *layerReader) verify() error {
	if _, err := io.Copy(io.Discard, l.rest); err != nil {
		return err
	}
	if l.all != nil {
		return l.all.check()
	}
	return l.sum.check()
}

func (l *layerReader) Close() error {
	if l.done != nil {
		l.done()
	}
	return l.raw.Close()
}

// summed counts and digests what is read through it.
type summed struct {
	r      io.Reader
	h      hash.Hash // nil when there is no digest
	digest string
	n      int64
}

// expect says which digest the bytes have to have; "" where nobody says.
func (s *summed) expect(digest string) error {
	if digest == "" {
		return nil
	}
	s.digest = digest
	kind, _, _ := strings.Cut(digest, ":")
	if kind != "sha256" && kind != "sha512" {
		return fmt.Errorf("the digest %.200q is of a kind that cannot be compared: store the image with sha256 or sha512", digest)
	}
	if s.h = sha256.New(); kind == "sha512" {
		s.h = sha512.New()
	}
	return nil
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if s.h != nil {
		s.h.Write(p[:n])
	}
	return n, err
}

func (s *summed) check() error {
	if s.h == nil || strings.HasSuffix(s.digest, ":"+hex.EncodeToString(s.h.Sum(nil))) {
		return nil
	}
	return ErrDigest
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// check holds a document against its digest.
func check(digest string, b []byte) error {
	s := &summed{r: bytes.NewReader(b)}
	if err := s.expect(digest); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, s); err != nil {
		return err
	}
	return s.check()
}

// blobName is where a layout keeps a digest.
func blobName(digest string) (string, error) {
	kind, sum, ok := strings.Cut(digest, ":")
	if !ok || !plainWord(kind) || !plainWord(sum) {
		return "", fmt.Errorf("%q is no digest", digest)
	}
	return "blobs/" + kind + "/" + sum, nil
}

func plainWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
