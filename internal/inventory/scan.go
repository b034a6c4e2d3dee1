package inventory

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

// maxEntries is more than any image has; each costs some bytes of memory.
const maxEntries = 8_000_000

// A scanner reads one file system.
type scanner struct {
	opt     Options
	inv     Inventory
	over    *overlay
	entries int
	layer   int // that is being read, from 1 at the bottom; 0 in a folder

	packages map[string][]graph.Package // by the file that shows them: one file stands once
	models   map[string]weights.Model
	kept     map[string]Kept
	systems  map[string]*system
	release  map[string]map[string]string // os-release, by path
	hosts    *hosts
	cards    map[string]weights.Card // what stands beside weights, by folder
	buf      []byte                  // reused for files that are read as a whole
}

func newScanner(o Options) *scanner {
	return &scanner{opt: o, over: newOverlay(), packages: map[string][]graph.Package{}, models: map[string]weights.Model{}, kept: map[string]Kept{},
		systems: map[string]*system{}, release: map[string]map[string]string{}, hosts: newHosts(o.Known), cards: map[string]weights.Card{}}
}

// Layers reads an image. The layers are given from the bottom up, as images
// list them. A layer that cannot be read to its end is a problem, and what was
// read of it counts.
func Layers(layers []Layer, o Options) Inventory {
	s := newScanner(o)
	for i := len(layers) - 1; i >= 0; i-- {
		s.layer = i + 1
		s.over.begin(s.layer)
		links, err := s.read(&layers[i])
		if err == nil && len(links) > 0 {
			err = s.again(&layers[i], links)
		}
		if err != nil {
			s.problem("", "the layer cannot be read to its end: %v", err)
		}
	}
	return s.result()
}

func (s *scanner) problem(path, format string, args ...any) {
	s.inv.Problems = append(s.inv.Problems, Problem{path, s.layer, fmt.Sprintf(format, args...)})
}

// read reads one layer and returns the hard links to files that are to be read
// under their name: the content has gone by already.
func (s *scanner) read(l *Layer) (links map[string][]string, err error) {
	rc, err := l.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	if l.File != "" {
		return nil, s.file(l.File, -1, 0, rc)
	}
	links = map[string][]string{}
	err = s.entriesOf(rc, func(h *tar.Header, name string, r io.Reader) error {
		dir, base := path.Split(name)
		if hidden, ok := strings.CutPrefix(base, ".wh."); ok {
			s.over.whiteout(strings.TrimSuffix(dir, "/"), hidden)
			return nil
		}
		isDir := h.Typeflag == tar.TypeDir
		below, sight := s.over.see(name, isDir)
		if sight == gone || isDir {
			return nil
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse:
			if sight == shadowed {
				if below != 0 && systemDB(name) != "" {
					return s.earlier(name, h.Size, r)
				}
				return nil
			}
			s.inv.Files++
			s.inv.Bytes += h.Size
			return s.file(name, h.Size, h.FileInfo().Mode(), r)
		case tar.TypeLink:
			if target, ok := inside(h.Linkname); ok && sight == visible && s.wanted(name) && !s.wanted(target) {
				links[target] = append(links[target], name)
			}
		case tar.TypeSymlink:
			if sight == visible {
				s.symlink(name, h.Linkname)
			}
		}
		return nil
	})
	return links, err
}

// entriesOf calls f for each entry of a tar, with its path cleaned.
func (s *scanner) entriesOf(r io.Reader, f func(h *tar.Header, name string, r io.Reader) error) error {
	tr := tar.NewReader(bufio.NewReaderSize(r, 256<<10))
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, r) // to the end, where the digest is compared
			return err
		}
		if err != nil {
			return err
		}
		if s.entries++; s.entries > maxEntries {
			return fmt.Errorf("the image has more than %d entries", maxEntries)
		}
		name, ok := inside(h.Name)
		if !ok {
			s.problem("", "the entry %.200q leads out of the image and was not read", h.Name)
			continue
		}
		if name == "" {
			continue
		}
		if sparse(h) && h.Size > sparseLimit { // some bytes that say they are many gigabytes
			s.problem(name, "the sparse file says that it has %d MiB and was not read", h.Size>>20)
			continue
		}
		if err := f(h, name, tr); err != nil {
			return err
		}
	}
}

const sparseLimit = 256 << 20

// sparse reports whether a tar leaves the holes of a file out.
func sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// again reads the targets of hard links under the names of the links.
func (s *scanner) again(l *Layer, links map[string][]string) error {
	rc, err := l.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	err = s.entriesOf(rc, func(h *tar.Header, name string, r io.Reader) error {
		names := links[name]
		if h.Typeflag != tar.TypeReg || len(names) == 0 {
			return nil
		}
		delete(links, name)
		src, err := s.whole(r, h.Size, keepLimit)
		if err != nil {
			return err
		}
		for _, n := range names {
			if src == nil {
				s.problem(n, "the file has %d bytes and was not read", h.Size)
			} else if err := s.file(n, h.Size, h.FileInfo().Mode(), strings.NewReader(string(src))); err != nil {
				return err
			}
		}
		return nil
	})
	for _, names := range links {
		for _, n := range names {
			s.problem(n, "it is a link to a file that is not in its layer")
		}
	}
	return err
}

// inside cleans a path as it stands in a tar. Paths that lead out are refused.
func inside(name string) (string, bool) {
	depth := 0
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return "", false
			}
		default:
			depth++
		}
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/"), !strings.ContainsRune(name, 0)
}

// result joins what the files showed.
func (s *scanner) result() Inventory {
	s.inv.OS = s.osRelease()
	for _, ps := range s.packages {
		s.inv.Packages = append(s.inv.Packages, ps...)
	}
	for _, db := range s.systems {
		s.inv.Packages = append(s.inv.Packages, db.packages...)
	}
	for i := range s.inv.Packages {
		s.inv.Packages[i].PURL = s.url(&s.inv.Packages[i])
	}
	s.inv.Models = s.joined()
	for _, k := range s.kept {
		s.inv.Kept = append(s.inv.Kept, k)
	}
	s.inv.Endpoints, s.inv.Strangers = s.hosts.result()
	s.inv.sorted()
	return s.inv
}
