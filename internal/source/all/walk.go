// Package all reads everything that some source can read below the given
// paths. It is the list of the sources; adding one adds a line to list.go.
package all

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// skipped are folders that hold no configuration of the user's own.
var skipped = map[string]bool{".git": true, ".hg": true, ".svn": true, ".terraform": true, ".terragrunt-cache": true, "node_modules": true, ".venv": true, "__pycache__": true}

// files lists the regular files below the paths, sorted, each once. A folder
// that cannot be read is a problem; a link to a folder is not followed, so a
// circle of links ends.
func files(paths []string) (out []string, problems []graph.Problem) {
	seen := map[string]bool{}
	add := func(p string) {
		if c := filepath.Clean(p); !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	for _, root := range paths {
		info, err := os.Stat(root)
		if err != nil {
			problems = append(problems, problem(root, fmt.Sprintf("it cannot be read: %v", plain(err))))
			continue
		}
		if !info.IsDir() {
			add(root)
			continue
		}
		// The walk does not follow the root itself when it is a link.
		if err := filepath.WalkDir(filepath.Clean(root)+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				problems = append(problems, problem(p, fmt.Sprintf("it cannot be read: %v; give the right to read it, or check another folder", plain(err))))
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
			case d.IsDir():
				if skipped[d.Name()] {
					return fs.SkipDir
				}
			case d.Type()&fs.ModeSymlink != 0:
				if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
					add(p)
				}
			case d.Type().IsRegular():
				add(p)
			}
			return nil
		}); err != nil {
			problems = append(problems, problem(root, fmt.Sprintf("it cannot be read: %v", plain(err))))
		}
	}
	sort.Strings(out)
	return out, problems
}

func problem(path, text string) graph.Problem {
	return graph.Problem{Origin: graph.Origin{File: filepath.ToSlash(filepath.Clean(path))}, Message: text}
}

func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// sortFacts puts what several sources read into one order.
func sortFacts(f *graph.Facts) {
	slices.SortStableFunc(f.Assets, func(a, b graph.Asset) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Address, b.Address))
	})
	slices.SortStableFunc(f.Problems, func(a, b graph.Problem) int {
		return cmp.Or(cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Message, b.Message))
	})
	f.Problems = slices.Compact(f.Problems)
	sort.Strings(f.Files)
	f.Files = slices.Compact(f.Files)
}
