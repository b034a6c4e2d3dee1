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
		err = fmt.Errorf("%w: %s", err, instead(path))
	}
	return f, err
}

// instead says what to do where there is no key file.
func instead(path string) string {
	left := former(path)
	if _, err := os.Lstat(left); err != nil {
		return fmt.Sprintf("make it by `bailiwick keys create file:%s`", path)
	}
	return fmt.Sprintf("its removal was interrupted, and %s holds it still: end it by `bailiwick keys destroy file:%s`, or give it its name back", left, left)
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
