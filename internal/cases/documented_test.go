package cases

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A documented is a fixture that others wrote, with what it should resolve to
// in our words. It is read in place: in a pinned Go module, or in a repository
// that somebody fetched (make corpus).
type documented struct {
	Module string // path@version of a Go module, or github.com/owner/name@commit
	Path   string // a .tf file, a Markdown file or a folder within the module
	Block  int    // the n-th configuration of a Markdown file, from 1; 0 for the whole file
	Want   []string
}

// pinned is a Go module with its version, or a repository with its commit.
var pinned = regexp.MustCompile(`^[^@ ]+@(v[0-9][^ ]*|[0-9a-f]{40})$`)

// repository is the folder name of a repository; "" for a Go module.
func (d *documented) repository() string {
	path, version, _ := strings.Cut(d.Module, "@")
	if strings.HasPrefix(version, "v") {
		return ""
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

func (d *documented) name() string {
	if d.Block > 0 {
		return fmt.Sprintf("%s %s#%d", d.Module, d.Path, d.Block)
	}
	return d.Module + " " + d.Path
}

// parseDocumented reads an archive whose file names are MODULE@VERSION PATH[#N]
// and whose contents are lines of want.
func parseDocumented(file string, src []byte) ([]documented, error) {
	var out []documented
	for _, f := range txtar.Parse(src).Files {
		module, path, ok := strings.Cut(f.Name, " ")
		if !ok || !pinned.MatchString(module) {
			return nil, fmt.Errorf("%s: %q does not say where the fixture is: write MODULE@VERSION PATH or github.com/OWNER/NAME@COMMIT PATH, or PATH#N for a block of a Markdown file", file, f.Name)
		}
		d := documented{Module: module, Path: path}
		if p, n, ok := strings.Cut(path, "#"); ok {
			block, err := strconv.Atoi(n)
			if err != nil || block < 1 {
				return nil, fmt.Errorf("%s: %q: after # stands the number of a block, from 1", file, f.Name)
			}
			d.Path, d.Block = p, block
		}
		for line := range strings.Lines(string(f.Data)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				d.Want = append(d.Want, line)
			}
		}
		if len(d.Want) == 0 {
			return nil, fmt.Errorf("%s: %s wants nothing: write what its assets resolve to", file, f.Name)
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: there is no fixture", file)
	}
	return out, nil
}

// runDocumented compares the fixtures; those for which dir gives no folder are
// left out.
// Fixtures of others may lack what they refer to, so problems of reading are
// no failure; an asset that is wanted and not read is.
func runDocumented(k *kb.KB, file string, list []documented, dir func(*documented) (string, error)) ([]Failure, error) {
	cases := make([]Case, 0, len(list))
	for i := range list {
		d := &list[i]
		root, err := dir(d)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, d.name(), err)
		}
		if root == "" {
			continue
		}
		files, err := d.files(filepath.Join(root, filepath.FromSlash(d.Path)))
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, d.name(), err)
		}
		cases = append(cases, Case{Name: d.name(), Files: files, Want: d.Want})
	}
	return resolved(k, file, cases, func(*Case, *graph.Facts, string) []Failure { return nil })
}

// files reads the fixture: a file, the configuration of a folder, or a block.
func (d *documented) files(at string) (map[string][]byte, error) {
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return folder(at)
	}
	src, err := os.ReadFile(at)
	if err != nil {
		return nil, err
	}
	if d.Block > 0 {
		blocks := fenced(src)
		if len(blocks) < d.Block {
			return nil, fmt.Errorf("it has %d configurations", len(blocks))
		}
		return map[string][]byte{"main.tf": blocks[d.Block-1]}, nil
	}
	return map[string][]byte{filepath.Base(at): src}, nil
}

func folder(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() || !slices.Contains([]string{".tf", ".tfvars", ".json"}, filepath.Ext(e.Name())) {
			continue
		}
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fence is a block of configuration in Markdown.
var fence = regexp.MustCompile("(?ms)^[ \t]*```[ \t]*(?:terraform|hcl|tf|HCL|Terraform)[ \t]*\r?\n(.*?)^[ \t]*```[ \t]*\r?$")

func fenced(src []byte) [][]byte {
	var out [][]byte
	for _, m := range fence.FindAllSubmatch(src, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestParseDocumented(t *testing.T) {
	for _, c := range []struct{ src, err string }{
		{"-- github.com/a/b@v1.2.3 docs/x.md#2 --\na_b.c inert\n", ""},
		{"-- github.com/a/b@0123456789012345678901234567890123456789 x.tf --\na_b.c inert\n", ""},
		{"-- github.com/a/b@main x.tf --\na_b.c inert\n", "does not say where"},
		{"-- x.tf --\na_b.c inert\n", "does not say where"},
		{"-- a/b@v1 x.md#zero --\na_b.c inert\n", "number of a block"},
		{"-- a/b@v1 x.md --\n# nothing\n", "wants nothing"},
		{"", "no fixture"},
	} {
		_, err := parseDocumented("documented.txtar", []byte(c.src))
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%q: %v, want %q", c.src, err, c.err)
		}
	}
	if got := fenced([]byte("x\n```hcl\na = 1\n```\n```sh\nb\n```\n```terraform\nc = 2\n```\n")); len(got) != 2 || string(got[1]) != "c = 2\n" {
		t.Errorf("blocks: %q", got)
	}
}
