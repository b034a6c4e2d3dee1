package inventory

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// load returns the bytes of a file, unpacked.
func load(file string) ([]byte, error) {
	if !packed(file) {
		return tree.Load(file, tree.MaxBytes)
	}
	src, err := loadPacked(file)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("it cannot be unpacked: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(z, tree.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it cannot be unpacked: %w", err)
	case len(out) > tree.MaxBytes:
		return nil, fmt.Errorf("unpacked it is larger than %d MiB and was not read: split it", tree.MaxBytes>>20)
	case !utf8.Valid(out):
		return nil, errors.New("it is not valid UTF-8: write it again as UTF-8")
	}
	return out, nil
}
