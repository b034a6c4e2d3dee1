package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Check says what is wrong with a key file that can be seen without its
// passphrase: so nobody is asked for it in vain.
func Check(path string) error {
	_, err := unopened(path)
	return err
}

// unopened reads a key file without opening it.
func unopened(path string) (f file, err error) {
	_, err = load(path, func(b []byte) (err error) {
		f, err = parse(b)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: make it by `bailiwick keys create file:%s`", err, path)
	}
	return f, err
}

// Free says why no key can be made there, as far as it can be seen before.
func Free(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return taken(path)
	}
	return nil
}

func taken(path string) error {
	return fmt.Errorf("%s is there already, and a key is never overwritten: name another file", path)
}
