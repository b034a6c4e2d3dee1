package inventory

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// virtual are folders at the root of a running system that hold no files of its own.
var virtual = map[string]bool{"proc": true, "sys": true, "dev": true, "run": true}

// Folder reads a folder as the root of a system. Links are not followed: what
// they lead to is read where it is.
func Folder(root string, o Options) Inventory {
	s := newScanner(o)
	err := filepath.WalkDir(filepath.Clean(root)+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(root, p)
		if relErr != nil {
			return relErr
		}
		name := filepath.ToSlash(rel)
		if err != nil {
			s.problem(name, "it cannot be read: %v", plain(err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case d.IsDir() && virtual[name]:
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			if to, err := os.Readlink(p); err == nil {
				s.symlink(name, to)
			}
		case d.Type().IsRegular():
			s.own(p, name, d)
		}
		return nil
	})
	if err != nil {
		s.problem("", "it cannot be read: %v", plain(err))
	}
	return s.result()
}

func (s *scanner) own(p, name string, d fs.DirEntry) {
	info, err := d.Info()
	if err == nil {
		var f *os.File
		if f, err = os.Open(p); err == nil {
			defer f.Close()
			s.inv.Files++
			s.inv.Bytes += info.Size()
			err = s.file(name, info.Size(), info.Mode(), f)
		}
	}
	if err != nil {
		s.problem(name, "it cannot be read: %v", plain(err))
	}
}

func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
