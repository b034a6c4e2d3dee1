// Package bounded reads what others wrote, and does not believe how long it is.
package bounded

import (
	"fmt"
	"io"
	"os"
)

// TooLong is the error of what has more bytes than so many.
type TooLong int64

func (t TooLong) Error() string { return fmt.Sprintf("it has more than %d bytes", int64(t)) }

// Read reads all of what has at most so many bytes. More is [TooLong], and never
// cut off in silence.
func Read(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, TooLong(most)
	}
	return b, err
}

// File reads a file as [Read] does, also one that has no length beforehand, such
// as a pipe.
func File(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, most)
}
