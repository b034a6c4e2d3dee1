// Package all reads everything that some source can read below the given
// paths. It is the list of the sources; adding one adds a line to list.go.
package all

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// skipped are folders that hold no configuration of the user's own.
var skipped = map[string]bool{".git": true, ".hg": true, ".svn": true, ".terraform": true, ".terragrunt-cache": true, "node_modules": true, ".venv": true, "__pycache__": true}

// A listing is what stands below the paths.
type listing struct {
	files    []string        // regular files, sorted, each once
	named    map[string]bool // those that the caller named one by one
	links    []string        // links to folders, which are not followed
	roots    []string        // the folders that were walked, without links
	problems []graph.Problem
}

// files lists the regular files below the paths. What cannot be read is a
// problem: a folder without rights, and a name that some source would read but
// that is no regular file (a dead link, a pipe, a device). A link to a folder is
// not followed, so a circle of links ends; see [listing.unfollowed].
func files(paths []string) *listing {
	l := &listing{named: map[string]bool{}}
	for _, root := range paths {
		info, err := os.Stat(root)
		switch {
		case err != nil:
			l.problem(root, fmt.Sprintf("it cannot be read: %v", tree.Plain(err)))
		case info.IsDir():
			l.walk(root)
		case info.Mode().IsRegular():
			l.named[filepath.Clean(root)] = true
			l.files = append(l.files, filepath.Clean(root))
		default:
			l.problem(root, irregular(info.Mode()))
		}
	}
	slices.Sort(l.files)
	l.files = slices.Compact(l.files)
	return l
}

func (l *listing) walk(root string) {
	if real, err := filepath.EvalSymlinks(root); err == nil {
		l.roots = append(l.roots, absolute(real))
	}
	// The walk does not follow the root itself when it is a link.
	err := filepath.WalkDir(filepath.Clean(root)+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.problem(p, fmt.Sprintf("it cannot be read: %v; give the right to read it, or check another folder", tree.Plain(err)))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
			if skipped[d.Name()] {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			l.files = append(l.files, filepath.Clean(p))
		default:
			l.odd(filepath.Clean(p), d.Type())
		}
		return nil
	})
	if err != nil {
		l.problem(root, fmt.Sprintf("it cannot be read: %v", tree.Plain(err)))
	}
}

// odd takes a link, pipe, socket or device.
func (l *listing) odd(p string, mode fs.FileMode) {
	if mode&fs.ModeSymlink != 0 {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			if byName(p) {
				l.problem(p, fmt.Sprintf("the link leads nowhere (%v): mend or remove it", tree.Plain(err)))
			}
			return
		case info.IsDir():
			if !skipped[filepath.Base(p)] {
				l.links = append(l.links, p)
			}
			return
		case info.Mode().IsRegular():
			l.files = append(l.files, p)
			return
		}
		mode = info.Mode()
	}
	if byName(p) {
		l.problem(p, irregular(mode))
	}
}

// unfollowed adds a problem for each link to a folder that holds configuration
// and that neither lies below the paths nor was read as a module: it would
// otherwise look as if it had been checked.
func (l *listing) unfollowed(read []string) {
	for _, link := range l.links {
		real, err := filepath.EvalSymlinks(link)
		if err != nil || l.walked(absolute(real)) {
			continue
		}
		inside := func(f string) bool { return strings.HasPrefix(f, filepath.ToSlash(link)+"/") }
		if slices.ContainsFunc(read, inside) {
			continue
		}
		entries, err := os.ReadDir(real)
		if err != nil {
			l.problem(link, fmt.Sprintf("it cannot be read: %v", tree.Plain(err)))
			continue
		}
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && byName(e.Name()) }) {
			l.problem(link, "a link to a folder is not followed: name the folder as a path of its own")
		}
	}
}

// walked reports whether a folder lies below one of the walked ones.
func (l *listing) walked(dir string) bool {
	for _, root := range l.roots {
		rel, err := filepath.Rel(root, dir)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

func irregular(mode fs.FileMode) string {
	what := "not a regular file"
	switch {
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe, not a file"
	case mode&fs.ModeDevice != 0:
		what = "a device, not a file"
	case mode&fs.ModeSocket != 0:
		what = "a socket, not a file"
	}
	return "it is " + what + ": save what it gives to a file and check that"
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

func (l *listing) problem(path, text string) {
	l.problems = append(l.problems, graph.Problem{Origin: graph.Origin{File: filepath.ToSlash(filepath.Clean(path))}, Message: text})
}

// sortFacts puts what several sources read into one order.
func sortFacts(f *graph.Facts) {
	slices.SortStableFunc(f.Assets, func(a, b graph.Asset) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Address, b.Address))
	})
	slices.SortStableFunc(f.Flows, func(a, b graph.Flow) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Purpose, b.Purpose))
	})
	slices.SortStableFunc(f.Packages, func(a, b graph.Package) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.In, b.In), cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Path, b.Path))
	})
	slices.SortStableFunc(f.Problems, func(a, b graph.Problem) int {
		return cmp.Or(cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Message, b.Message))
	})
	f.Problems = slices.Compact(f.Problems)
	sort.Strings(f.Files)
	f.Files = slices.Compact(f.Files)
}
