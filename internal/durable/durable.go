// Package durable writes small files that must be whole and must stay: keys,
// states, checkpoints.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace writes a file whole or not at all, and returns when the disk has
// it. Only the owner may read it.
func Replace(path string, content []byte) error {
	return put(path, content, os.Rename)
}

// Unfinished matches the files that a process which was killed may leave beside
// those that it was writing. Nobody needs them.
const Unfinished = ".new-*"

// put writes a file beside and gives it its name.
func put(path string, content []byte, name func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), Unfinished)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := name(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// Dir makes a folder and those above it, durably, for the owner alone. One that
// is there stays as it is.
func Dir(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	up := filepath.Dir(path)
	if up != path {
		if err := Dir(up); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		// Another process may have made it meanwhile.
		if info, absent := os.Stat(path); absent != nil || !info.IsDir() {
			return err
		}
	}
	return SyncDir(up)
}

// Create writes a file that is not there yet, whole or not at all, and returns
// when the disk has it. The error is [os.ErrExist] where there is one. A file
// system without links, as on a memory stick, may keep a part of it when the
// machine stops.
func Create(path string, content []byte) error {
	err := put(path, content, os.Link)
	var link *os.LinkError
	if err == nil || !errors.As(err, &link) || errors.Is(err, os.ErrExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes durable which files a folder has.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
