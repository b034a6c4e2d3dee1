package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A key file is never written in place. While it is replaced, two more names
// stand beside it: that of the file that will be there, and a second name of
// the one that was. Whatever is found under them after the machine stopped is
// overwritten and removed by the next change; it may hold a version that was
// destroyed since. All of this is done by one process at a time, see [lock].
func coming(path string) string { return beside(path, ".new") }
func former(path string) string { return beside(path, ".former") }

func beside(path, suffix string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+suffix)
}

// create writes a file that is not there yet.
func create(path string, content []byte) error {
	if err := prepare(path, content); err != nil {
		return err
	}
	err := os.Link(coming(path), path) // unlike a rename, never over another file
	if errors.Is(err, fs.ErrExist) {
		err = taken(path)
	}
	return errors.Join(err, finish(path))
}

// replace puts content in the place of a file, whole or not at all, and then
// overwrites the bytes of the file that was there.
func replace(path string, content []byte) error {
	if err := prepare(path, content); err != nil {
		return err
	}
	if err := os.Link(path, former(path)); err != nil {
		return fmt.Errorf("the old key could not be kept in sight until it is overwritten: %w", err)
	}
	if err := errors.Join(os.Rename(coming(path), path), syncDir(path)); err != nil {
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

// prepare writes content beside the file, durably.
func prepare(path string, content []byte) error {
	if err := finish(path); err != nil {
		return err
	}
	f, err := os.OpenFile(coming(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// finish makes a change durable and ends what is left beside the file, of this
// change or of one that was interrupted.
func finish(path string) error {
	return errors.Join(syncDir(path), wipe(former(path), path), wipe(coming(path), path), syncDir(path))
}

// wipe overwrites and removes a file, or only its name where it is the other
// name of the key file itself.
func wipe(name, path string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if key, err := os.Stat(path); err != nil || !os.SameFile(info, key) {
		if err := overwrite(f, info); err != nil {
			return fmt.Errorf("%s could not be overwritten: %w", name, err)
		}
	}
	return os.Remove(name)
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
