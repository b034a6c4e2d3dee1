package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// brought finds the records and rules that the change under review brings with
// it: with --base, files below --kb and --rules that are not those of the base
// revision. Who may say what counts as known, or what a rule says, could make
// anything pass. Folders of another repository are not part of the change.
func (c *check) brought(perimeterPath string) ([]finding.Finding, error) {
	home, err := topLevel(filepath.Dir(perimeterPath))
	if err != nil {
		return nil, err
	}
	var out []finding.Finding
	compare := func(p string) error {
		same, err := c.asAtBase(p)
		if err == nil && !same {
			what := fmt.Sprintf("%s is not that of %s: records and rules that a change brings with it are reviewed first", filepath.ToSlash(p), c.base)
			out = append(out, loosening(what, graph.Origin{File: filepath.ToSlash(p), Line: 1}, perimeterPath))
		}
		return err
	}
	for _, dir := range slices.Concat(c.kbDirs, c.ruleDirs) {
		for p := filepath.Clean(dir); ; p = filepath.Dir(p) { // a link on the way says which folder it is
			up := filepath.Dir(p)
			if up == p {
				break
			}
			if top, err := topLevel(up); err != nil || top != home {
				continue
			}
			if err := compare(p); err != nil {
				return nil, fmt.Errorf("--base: compare %s: %w", dir, tree.Plain(err))
			}
		}
		if top, err := topLevel(dir); err != nil || top != home {
			continue
		}
		// The walk does not follow the folder itself when it is a link.
		err := filepath.WalkDir(filepath.Clean(dir)+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return compare(filepath.Clean(p))
		})
		if err != nil {
			return nil, fmt.Errorf("--base: compare %s: %w", dir, tree.Plain(err))
		}
	}
	return out, nil
}

// asAtBase reports whether a file, or a link and what it leads to, is that of
// the base revision. Of a folder there is nothing to compare.
func (c *check) asAtBase(p string) (bool, error) {
	real, err := filepath.EvalSymlinks(p) // an error, too, of links that lead in a circle
	if err != nil {
		return false, err
	}
	link, err := os.Readlink(p)
	if err == nil {
		if then, err := gitShow(p, c.base); err != nil || string(then) != link {
			return false, nil
		}
	}
	info, err := os.Stat(real)
	if err != nil || !info.Mode().IsRegular() {
		return true, err // what is no file is not read either
	}
	now, err := os.ReadFile(real)
	if err != nil {
		return false, err
	}
	then, err := gitShow(real, c.base)
	return err == nil && bytes.Equal(now, then), nil
}

// topLevel is the root of the work tree that a folder is in.
func topLevel(dir string) (string, error) {
	out, err := exec.Command("git", "-C", dir, "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return "", fmt.Errorf("--base: %s is in no git work tree", dir)
	}
	return strings.TrimSpace(string(out)), nil
}
