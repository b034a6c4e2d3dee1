package inventory

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// A content is a file that is read out of order.
type content interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// spooled gives a file to f in memory or, when it is large, in a temporary
// file that no longer has a name.
func (s *scanner) spooled(name string, size int64, r io.Reader, f func(name string, size int64, c content) error) error {
	if size < 0 || size > memoryLimit {
		return s.onDisk(name, size, r, f)
	}
	src, err := s.whole(r, size, memoryLimit)
	if err != nil {
		return err
	}
	if src == nil {
		s.problem(name, "the file grew while it was read: check a system that stands still")
		return nil
	}
	return f(name, int64(len(src)), bytes.NewReader(src))
}

func (s *scanner) onDisk(name string, size int64, r io.Reader, f func(name string, size int64, c content) error) error {
	if size > spoolLimit {
		s.problem(name, "the file has %d MiB and was not read", size>>20)
		return nil
	}
	tmp, err := os.CreateTemp("", "bailiwick-*")
	if err != nil {
		return fmt.Errorf("a temporary file for %s: %w", name, err)
	}
	defer tmp.Close()
	if err := os.Remove(tmp.Name()); err != nil { // where open files keep their names
		defer os.Remove(tmp.Name())
	}
	n, err := io.Copy(tmp, io.LimitReader(r, spoolLimit+1))
	if err != nil {
		return err
	}
	if n > spoolLimit {
		s.problem(name, "the file has more than %d MiB and was not read", int64(spoolLimit)>>20)
		return nil
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return f(name, n, tmp)
}
