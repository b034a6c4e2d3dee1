package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// archive reads a packed chart: its files without the folder that they are in.
func (l *loader) archive(src []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("it is no gzip: %w", err)
	}
	out := map[string][]byte{}
	t := tar.NewReader(io.LimitReader(z, maxTotal))
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("it is no tar: %w", err)
		}
		if h.Typeflag != tar.TypeReg || h.Size > maxFile {
			continue
		}
		if l.files++; l.files > maxFiles {
			return nil, errTooLarge
		}
		if l.total += int(h.Size); l.total > maxTotal {
			return nil, errTooLarge
		}
		_, name, ok := strings.Cut(path.Clean("/" + h.Name)[1:], "/")
		if !ok {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(t, maxFile))
		if err != nil {
			return nil, fmt.Errorf("it is no tar: %w", err)
		}
		out[name] = b
	}
}
