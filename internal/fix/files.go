package fix

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
)

// files holds the texts that edits are made against. A file that is reached by
// several names is one file.
type files struct {
	dir   string
	write Rewriter
	texts map[string][]byte // as they are on disk, by name relative to dir
	names map[string]named
}

// named is the name of a file in the patch, or why it has none.
type named struct{ name, why string }

func newFiles(dir string, w Rewriter) *files {
	return &files{dir: dir, write: w, texts: map[string][]byte{}, names: map[string]named{}}
}

func (fs *files) absolute(name string) string {
	return filepath.Join(fs.dir, filepath.FromSlash(name))
}

// name is the file as the patch names it.
func (fs *files) name(file string) named {
	if n, ok := fs.names[file]; ok {
		return n
	}
	var n named
	rel, err := filepath.Rel(fs.dir, terraform.RealPath(file))
	rel = filepath.ToSlash(rel)
	if err != nil {
		rel = file
	}
	switch {
	case err != nil || rel == ".." || strings.HasPrefix(rel, "../"):
		n.why = fmt.Sprintf("%s lies outside of this folder: run fix in a folder above it", rel)
	case strings.Contains("/"+rel, "/.terraform/"):
		n.why = fmt.Sprintf("%s was fetched from elsewhere: change the module there", rel)
	case strings.HasSuffix(rel, ".tfstate"), !terraform.Match(rel):
		n.why = fmt.Sprintf("%s is no configuration: change the code that it was made of", rel)
	default:
		n.name = rel
	}
	fs.names[file] = n
	return n
}

// refused says why a file is not edited; "" when it may be.
func (fs *files) refused(file string) string { return fs.name(file).why }

// rewritten applies edits and returns the files that change, by name.
func (fs *files) rewritten(edits []graph.Edit) ([]File, error) {
	by := map[string][]graph.Edit{}
	for _, e := range edits {
		n := fs.name(e.Literal.File)
		if n.why != "" {
			return nil, fmt.Errorf("%s", n.why)
		}
		if !slices.Contains(by[n.name], e) {
			by[n.name] = append(by[n.name], e)
		}
	}
	var out []File
	for name, es := range by {
		old, err := fs.text(name)
		if err != nil {
			return nil, err
		}
		text, err := fs.write.Rewrite(name, old, es)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(old, text) {
			out = append(out, File{name, old, text})
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (fs *files) text(name string) ([]byte, error) {
	if t, ok := fs.texts[name]; ok {
		return t, nil
	}
	t, err := os.ReadFile(fs.absolute(name))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read any more: %w", name, err)
	}
	fs.texts[name] = t
	return t, nil
}
