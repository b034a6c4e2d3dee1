package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// A knowledge is the knowledge base and the rules with what users add.
type knowledge struct {
	kbDirs   []string
	ruleDirs []string

	own []policy.Rule // those of ruleDirs, once policies has run
}

func (k *knowledge) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&k.kbDirs, "kb", nil, "folder with records that add to the knowledge base (repeatable)")
	c.Flags().StringArrayVar(&k.ruleDirs, "rules", nil, "folder with rules of your own (repeatable)")
}

// open opens the embedded knowledge base and lays the user's folders over it.
func (k *knowledge) open() (*kb.KB, []finding.Loosened, error) {
	base, err := kb.Open()
	if err != nil {
		return nil, nil, err
	}
	var loosened []finding.Loosened
	for _, dir := range k.kbDirs {
		if err := isFolder(dir); err != nil {
			return nil, nil, fmt.Errorf("--kb %s: %w", dir, err)
		}
		over, ls, err := base.Overlay(os.DirFS(dir), dir)
		if err != nil {
			return nil, nil, err
		}
		base = over
		for _, l := range ls {
			loosened = append(loosened, finding.Loosened{Record: l.Record + " (" + strings.Join(l.Changes, "; ") + ")", Reason: l.Reason, Origin: graph.Origin{File: path.Join(filepath.ToSlash(l.Overlay), l.File), Line: l.Line}})
		}
	}
	return base, loosened, nil
}

// policies loads the embedded rules and the user's.
func (k *knowledge) policies() (*policy.Set, error) {
	k.own = nil
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		return nil, err
	}
	for _, dir := range k.ruleDirs {
		if err := isFolder(dir); err != nil {
			return nil, fmt.Errorf("--rules %s: %w", dir, err)
		}
		own, err := policy.Load(os.DirFS(dir), dir)
		if err != nil {
			return nil, err
		}
		if set, err = set.With(own); err != nil {
			return nil, err
		}
		k.own = append(k.own, own.Rules...)
	}
	return set, nil
}

func isFolder(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("it cannot be read: %w", tree.Plain(err))
	}
	if !info.IsDir() {
		return fmt.Errorf("it is not a folder")
	}
	return nil
}

// day reads a --at flag; empty is today.
func (e *env) day(at string) (time.Time, error) {
	if at == "" {
		y, m, d := e.now().UTC().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
	}
	t, err := time.Parse(time.DateOnly, at)
	if err != nil {
		return t, fmt.Errorf("--at %q is not a date: write it as 2027-12-02", at)
	}
	return t, nil
}
