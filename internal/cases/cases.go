// Package cases runs the examples that stand beside rules and dialects:
// cases.txtar, in which each folder is one case with its files and what is
// wanted of them. `bailiwick test` runs them for users, go test for us.
package cases

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Case is one folder of an archive.
type Case struct {
	Name  string
	Files map[string][]byte // by name within the case
	Want  []string          // lines of the file want, without comments and empty ones
}

// A Failure is a case that did not come out as wanted.
type Failure struct {
	File    string // the archive
	Case    string
	Message string
}

func (f Failure) Error() string { return fmt.Sprintf("%s: case %s: %s", f.File, f.Case, f.Message) }

// Parse reads an archive. Files outside of folders are shared by all cases.
// An archive without cases, and a case without want, are errors: they would
// always be green.
func Parse(file string, src []byte) ([]Case, error) {
	shared := map[string][]byte{}
	byName := map[string]*Case{}
	var order []string
	for _, f := range txtar.Parse(src).Files {
		dir, rest, in := strings.Cut(f.Name, "/")
		if !in {
			shared[f.Name] = f.Data
			continue
		}
		c := byName[dir]
		if c == nil {
			c = &Case{Name: dir, Files: map[string][]byte{}}
			byName[dir] = c
			order = append(order, dir)
		}
		if rest == "want" {
			for line := range strings.Lines(string(f.Data)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					c.Want = append(c.Want, line)
				}
			}
			continue
		}
		c.Files[rest] = f.Data
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%s: there is no case: a case is a folder with its files and a file want", file)
	}
	out := make([]Case, 0, len(order))
	for _, name := range order {
		c := byName[name]
		if len(c.Want) == 0 {
			return nil, fmt.Errorf("%s: case %s wants nothing: write a file %s/want", file, name, name)
		}
		for n, b := range shared {
			if _, own := c.Files[n]; !own {
				c.Files[n] = b
			}
		}
		out = append(out, *c)
	}
	return out, nil
}

// facts puts the files of a case into a folder of its own and reads them.
func (c *Case) facts(k *kb.KB) (*graph.Facts, string, error) {
	dir, err := os.MkdirTemp("", "bailiwick-case-")
	if err != nil {
		return nil, "", fmt.Errorf("make a folder for the case: %w", err)
	}
	for name, data := range c.Files {
		p := filepath.Join(dir, filepath.FromSlash(path.Clean("/"+name)))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return nil, dir, fmt.Errorf("write the case: %w", err)
		}
		if err := os.WriteFile(p, data, 0o644); err != nil {
			return nil, dir, fmt.Errorf("write the case: %w", err)
		}
	}
	o := all.Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}, Hosts: k.Defaults(), Code: all.Code(k)}
	f := all.Read([]string{dir}, o)
	return &f, dir, nil
}

// compare words how two sets of lines differ; "" when they are equal.
func compare(got, want []string) string {
	var out []string
	for _, w := range want {
		if !slices.Contains(got, w) {
			out = append(out, "missing: "+w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			out = append(out, "not wanted: "+g)
		}
	}
	return strings.Join(out, "; ")
}
