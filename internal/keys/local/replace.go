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
// overwritten and removed by the next change before it does anything else; it
// may hold a version that was destroyed since. All of this is done by one process
// at a time, see [lock].
func coming(path string) string { return beside(path, ".new") }
func former(path string) string { return beside(path, ".former") }

func beside(path, suffix string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+suffix)
}

// create writes a file that is not there yet.
func create(path string, content []byte) error {
	if err := errors.Join(finish(path), prepare(path, content, nil)); err != nil {
		return err
	}
	err := os.Link(coming(path), path) // unlike a rename, never over another file
	if errors.Is(err, fs.ErrExist) {
		err = taken(path)
	}
	return errors.Join(err, finish(path))
}

// replace puts content in the place of a file, whole or not at all, and then
// overwrites the bytes of the file that was there. Nothing is left beside it.
func replace(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := prepare(path, content, info); err != nil {
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

// remove overwrites a file and removes it. Nothing is left beside it.
func remove(path string) error {
	if err := errors.Join(os.Rename(path, former(path)), syncDir(path)); err != nil {
		return err
	}
	return finish(path)
}

// prepare writes content beside the file, durably, for the owner of the one
// that it will replace.
func prepare(path string, content []byte, like fs.FileInfo) error {
	f, err := os.OpenFile(coming(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if like != nil {
		err = give(f, like)
	}
	if err == nil {
		_, err = f.Write(content)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// finish makes a change durable and ends what is left beside the file, of this
// change or of one that was interrupted.
func finish(path string) error {
	return errors.Join(syncDir(path), wipe(former(path), path), wipe(coming(path), path), syncDir(path))
}

// wipe overwrites and removes a file, or only its name where it is the other
// name of the key file itself. What a link leads to is not ours.
func wipe(name, path string) error {
	named, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !named.Mode().IsRegular() || named.Size() > maxFile {
		return fmt.Errorf("%s is no key file: look who put it there, and remove it", name)
	}
	if key, err := os.Stat(path); err != nil || !os.SameFile(named, key) {
		if err := overwrite(name, named); err != nil {
			return fmt.Errorf("%s could not be overwritten, and may hold a version that was destroyed: %w", name, err)
		}
	}
	return os.Remove(name)
}

// overwrite puts zeros in the place of a file's bytes. A file system that
// writes elsewhere, a disk that remaps, and every backup keep the old ones.
func overwrite(name string, named fs.FileInfo) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !os.SameFile(info, named) {
		return errors.Join(err, errors.New("another file was put in its place"))
	}
	if _, err := f.WriteAt(make([]byte, named.Size()), 0); err != nil {
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
