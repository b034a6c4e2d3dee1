package oci

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A store is where the parts of images are: a folder, or a tar.
type store interface {
	open(name string) (io.ReadCloser, error) // fs.ErrNotExist when it is not there
	size(name string) int64
	Close() error
}

// folder is the layout as a folder. Names never lead out of it.
type folder string

func (d folder) open(name string) (io.ReadCloser, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("%s leads out of the image", name)
	}
	root, err := os.OpenRoot(string(d)) // refuses links that lead out
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(filepath.FromSlash(name))
}

func (d folder) size(name string) int64 {
	f, err := d.open(name)
	if err != nil {
		return 0
	}
	defer f.Close()
	if info, err := f.(*os.File).Stat(); err == nil {
		return info.Size()
	}
	return 0
}

func (folder) Close() error { return nil }

// An archive is a tar whose entries are found by name without reading what
// they hold: image files are many gigabytes.
type archive struct {
	f     *os.File
	parts map[string]part
	links map[string]string
}

type part struct{ at, size int64 }

// maxParts is more than any image has.
const maxParts = 100_000

func openArchive(name string) (*archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plain(err)
	}
	a := &archive{f: f, parts: map[string]part{}, links: map[string]string{}}
	if err := a.list(); err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

func (a *archive) list() error {
	info, err := a.f.Stat()
	if err != nil {
		return plain(err)
	}
	var head [6]byte
	if n, _ := a.f.ReadAt(head[:], 0); packed(head[:n]) != "" {
		return fmt.Errorf("it is packed with %s: unpack the file first, so that its parts can be found without reading all of it", packed(head[:n]))
	}
	tr := tar.NewReader(a.f) // seeks over what entries hold
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is no tar, or was cut short: %w", err)
		}
		if len(a.parts)+len(a.links) > maxParts {
			return fmt.Errorf("it has more than %d entries", maxParts)
		}
		at, err := a.f.Seek(0, io.SeekCurrent)
		if err != nil {
			return plain(err)
		}
		entry := path.Clean(strings.TrimPrefix(h.Name, "./"))
		switch h.Typeflag {
		case tar.TypeReg:
			if at+h.Size > info.Size() {
				return fmt.Errorf("it was cut short within %s", entry)
			}
			a.parts[entry] = part{at, h.Size}
		case tar.TypeSymlink: // docker save wrote layers that two images share once
			a.links[entry] = path.Join(path.Dir(entry), h.Linkname)
		case tar.TypeLink:
			a.links[entry] = path.Clean(h.Linkname)
		}
	}
}

func (a *archive) find(name string) (part, bool) {
	for range 8 { // a circle of links ends
		if p, ok := a.parts[name]; ok {
			return p, true
		}
		next, ok := a.links[name]
		if !ok {
			break
		}
		name = next
	}
	return part{}, false
}

func (a *archive) open(name string) (io.ReadCloser, error) {
	p, ok := a.find(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(io.NewSectionReader(a.f, p.at, p.size)), nil
}

func (a *archive) size(name string) int64 {
	p, _ := a.find(name)
	return p.size
}

func (a *archive) Close() error { return a.f.Close() }
