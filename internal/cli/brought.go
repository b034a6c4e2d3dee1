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
	for _, dir := range slices.Concat(c.kbDirs, c.ruleDirs) {
		if top, err := topLevel(dir); err != nil || top != home {
			continue
		}
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			now, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			then, err := gitShow(p, c.base)
			if err == nil && bytes.Equal(now, then) {
				return nil
			}
			what := fmt.Sprintf("%s is not that of %s: records and rules that a change brings with it are reviewed first", filepath.ToSlash(p), c.base)
			out = append(out, loosening(what, graph.Origin{File: filepath.ToSlash(p), Line: 1}, perimeterPath))
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("--base: compare %s: %w", dir, tree.Plain(err))
		}
	}
	return out, nil
}

// topLevel is the root of the work tree that a folder is in.
func topLevel(dir string) (string, error) {
	out, err := exec.Command("git", "-C", dir, "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return "", fmt.Errorf("--base: %s is in no git work tree", dir)
	}
	return strings.TrimSpace(string(out)), nil
}
