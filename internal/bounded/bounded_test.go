package bounded

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		text string
		most int64
		long bool
	}{{"", 0, false}, {"a", 0, true}, {"abc", 3, false}, {"abcd", 3, true}} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for how, read := range map[string]func() ([]byte, error){
			"reader": func() ([]byte, error) { return Read(iotest.OneByteReader(strings.NewReader(c.text)), c.most) },
			"file":   func() ([]byte, error) { return File(path, c.most) },
		} {
			b, err := read()
			var long TooLong
			if errors.As(err, &long) != c.long || !c.long && (err != nil || string(b) != c.text) || c.long && (b != nil || int64(long) != c.most) {
				t.Errorf("%q from a %s, at most %d: %q, %v", c.text, how, c.most, b, err)
			}
		}
	}
	if _, err := Read(iotest.ErrReader(io.ErrUnexpectedEOF), 3); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("of a reader that fails: %v", err)
	}
	if _, err := File(filepath.Join(t.TempDir(), "none"), 3); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
}
