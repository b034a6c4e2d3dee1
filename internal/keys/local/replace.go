package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// create writes a file that is not there yet, durably.
func create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and a key is never overwritten: name another file", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// former is the second name of a file that is about to be overwritten: should
// the machine stop meanwhile, it is found again.
func former(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".former")
}

// replace puts content in the place of a file, whole or not at all, and then
// overwrites the bytes of the file that was there.
func replace(path string, content []byte) error {
	if err := finish(path); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(path, former(path)); err != nil {
		return fmt.Errorf("the old key could not be kept in sight until it is overwritten: %w", err)
	}
	if err := errors.Join(os.Rename(f.Name(), path), syncDir(path)); err != nil {
		return err
	}
	return finish(path)
}

// remove overwrites a file and removes it.
func remove(path string) error {
	if err := finish(path); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(path, former(path)), syncDir(path)); err != nil {
		return err
	}
	return finish(path)
}

// finish overwrites and removes what replace left, if it was interrupted.
func finish(path string) error {
	old, err := os.OpenFile(former(path), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer old.Close()
	was, err := old.Stat()
	if err != nil {
		return err
	}
	// Interrupted before the new file had the name: the old one counts still.
	if now, err := os.Stat(path); err != nil || !os.SameFile(was, now) {
		if err := overwrite(old, was); err != nil {
			return fmt.Errorf("%s could not be overwritten: %w", old.Name(), err)
		}
	}
	return errors.Join(os.Remove(old.Name()), syncDir(path))
}

// overwrite puts zeros in the place of a file's bytes. A file system that
// writes elsewhere, a disk that remaps, and every backup keep the old ones.
func overwrite(f *os.File, info fs.FileInfo) error {
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return errors.New("it is no key file")
	}
	if _, err := f.WriteAt(make([]byte, info.Size()), 0); err != nil {
		return err
	}
	return f.Sync()
}

// syncDir makes the names in a file's folder durable.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
