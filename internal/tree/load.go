package tree

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxBytes bounds a document that is held as a tree, which takes some twenty
// times as much memory.
const MaxBytes = 256 << 20

// A File is a document that is in memory already, under the name that facts give
// as their origin.
type File struct {
	Name string
	Data []byte
}

// Load returns the bytes of a file as UTF-8, without a byte order mark. The
// error says what a person can do, and does not name the file.
func Load(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", Plain(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		switch {
		case info.IsDir():
			return nil, errors.New("it is a folder, not a file")
		case info.Size() > limit:
			return nil, tooLarge(limit)
		}
	}
	return ReadAll(f, limit)
}

// ReadAll is [Load] for what has no name, such as standard input.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", Plain(err))
	}
	if int64(len(src)) > limit {
		return nil, tooLarge(limit)
	}
	if src = Decode(src); !utf8.Valid(src) {
		return nil, errors.New("it is not valid UTF-8: write it again as UTF-8")
	}
	return src, nil
}

// Plain is an error without the path that its message begins with: who says it names
// the file already.
func Plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the file is larger than %d MiB and was not read: split it", limit>>20)
}

// Decode takes a byte order mark off, and UTF-16 to UTF-8, which PowerShell's
// redirection writes.
func Decode(src []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(src, []byte{0xef, 0xbb, 0xbf}):
		return src[3:]
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return src
	}
	units := make([]uint16, 0, len(src)/2)
	for i := 2; i+1 < len(src); i += 2 {
		units = append(units, order.Uint16(src[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}
