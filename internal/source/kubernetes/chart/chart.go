// Package chart renders Helm charts without Helm: the templates of a folder, of
// the charts within it, and the values, into text. It has no cluster, no network
// and no registry; what a chart would fetch is a [Problem].
//
// The functions are those of sprig, as in Helm; docs/decisions/0009 says why the
// rest is here. What Helm takes from chance or the clock is fixed, and what only
// the cluster knows is empty, as with helm template.
package chart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// Options are the values beside those of the chart.
type Options struct {
	Values []string // files, later ones count more
	Set    []string // path=value, count most
}

// A Result is what a chart renders to.
type Result struct {
	Files    []File
	Problems []Problem
}

// A File is one rendered template, or a file of crds.
type File struct {
	Path  string // on disk, of the template
	Text  string
	Lines []int // Lines[i] is the line of the template that line i+1 of Text comes from; nil for the same
}

// A Problem is something that could not be rendered.
type Problem struct {
	Path    string
	Line    int
	Message string
}

// Bounds of one chart with everything in it.
const (
	maxFiles  = 20_000
	maxFile   = 8 << 20
	maxTotal  = 128 << 20
	maxCharts = 200
	maxDepth  = 8
)

// A chart is one chart of a tree of charts.
type chart struct {
	dir       string // on disk; for archives the path of the archive
	meta      metadata
	values    map[string]any
	templates []source
	crds      []source
	files     map[string][]byte
	charts    []*chart
	parent    *chart
}

type source struct {
	name string // within the chart: templates/a.yaml
	text []byte
}

type metadata struct {
	Name         string            `json:"name"`
	Version      string            `json:"version"`
	AppVersion   string            `json:"appVersion"`
	APIVersion   string            `json:"apiVersion"`
	Type         string            `json:"type"`
	Description  string            `json:"description"`
	Home         string            `json:"home"`
	Icon         string            `json:"icon"`
	KubeVersion  string            `json:"kubeVersion"`
	Condition    string            `json:"condition"`
	Tags         string            `json:"tags"`
	Keywords     []string          `json:"keywords"`
	Sources      []string          `json:"sources"`
	Annotations  map[string]string `json:"annotations"`
	Maintainers  []maintainer      `json:"maintainers"`
	Deprecated   bool              `json:"deprecated"`
	Dependencies []dependency      `json:"dependencies"`
}

type maintainer struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	URL   string `json:"url"`
}

type dependency struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Repository string   `json:"repository"`
	Condition  string   `json:"condition"`
	Tags       []string `json:"tags"`
	Alias      string   `json:"alias"`
	Import     []any    `json:"import-values"`
}

// as is the name under which values for the dependency stand.
func (d *dependency) as() string {
	if d.Alias != "" {
		return d.Alias
	}
	return d.Name
}

// path is the chart's name with those of the charts that it is in, as templates
// are called.
func (c *chart) path() string {
	if c.parent == nil {
		return c.meta.Name
	}
	return c.parent.path() + "/charts/" + c.meta.Name
}

// Render renders the chart in a folder.
func Render(dir string, o Options) Result {
	var res Result
	given, err := given(o)
	if err != nil {
		res.problem(filepath.Join(dir, "Chart.yaml"), 0, "%v", err)
		return res
	}
	l := &loader{}
	files, err := l.folder(dir)
	if err == nil {
		var c *chart
		if c, err = l.chart(dir, files, 0); err == nil {
			return c.render(given)
		}
	}
	res.problem(filepath.Join(dir, "Chart.yaml"), 0, "%v", err)
	return res
}

func (r *Result) problem(path string, line int, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{path, line, fmt.Sprintf(format, args...)})
}

// A loader reads charts within the bounds.
type loader struct {
	files, total, charts int
}

var errTooLarge = errors.New("the chart has more files or bytes than a chart has: split it")

// folder reads all files of a folder, by slash-separated path. Links are not
// followed, except to files within the folder.
func (l *loader) folder(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	defer root.Close()
	src, err := root.ReadFile(".helmignore")
	if err != nil {
		src = nil // there is none, or it is no file
	}
	rules := ignoring(string(src))
	err = fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(p); base == ".git" || base == "node_modules" {
				return fs.SkipDir
			}
			if p != "." && rules.match(p, true) {
				return fs.SkipDir
			}
			return nil
		}
		if rules.match(p, false) {
			return nil
		}
		info, err := fs.Stat(root.FS(), p)
		if err != nil || !info.Mode().IsRegular() {
			return nil // a link that leads out, a pipe
		}
		if info.Size() > maxFile && !strings.HasSuffix(p, ".tgz") {
			return nil // pictures and data that no template reads
		}
		if l.files++; l.files > maxFiles {
			return errTooLarge
		}
		if l.total += int(info.Size()); l.total > maxTotal {
			return errTooLarge
		}
		b, err := fs.ReadFile(root.FS(), p)
		if err != nil {
			return err
		}
		out[p] = b
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// chart makes a chart of its files and those of the charts within it.
func (l *loader) chart(dir string, files map[string][]byte, depth int) (*chart, error) {
	if l.charts++; l.charts > maxCharts || depth > maxDepth {
		return nil, errors.New("the chart holds more charts than any chart does")
	}
	c := &chart{dir: dir, values: map[string]any{}, files: map[string][]byte{}}
	head, ok := files["Chart.yaml"]
	if !ok {
		return nil, errors.New("there is no Chart.yaml")
	}
	if err := decode(head, &c.meta); err != nil {
		return nil, fmt.Errorf("Chart.yaml cannot be read: %w", err)
	}
	if c.meta.APIVersion == "" {
		c.meta.APIVersion = "v1"
	}
	if req, ok := files["requirements.yaml"]; ok {
		var r struct {
			Dependencies []dependency `json:"dependencies"`
		}
		if err := decode(req, &r); err != nil {
			return nil, fmt.Errorf("requirements.yaml cannot be read: %w", err)
		}
		if r.Dependencies != nil {
			c.meta.Dependencies = r.Dependencies
		}
	}
	if v, ok := files["values.yaml"]; ok {
		m, err := valuesOf(v)
		if err != nil {
			return nil, fmt.Errorf("values.yaml cannot be read: %w", err)
		}
		c.values = m
	}
	within := map[string]map[string][]byte{}
	for _, p := range sortedKeys(files) {
		b := files[p]
		switch first, rest, _ := strings.Cut(p, "/"); {
		case first == "templates":
			c.templates = append(c.templates, source{p, b})
		case p == "Chart.yaml", p == "Chart.lock", p == "values.yaml", p == "values.schema.json", strings.HasPrefix(p, "requirements.") && c.meta.APIVersion == "v2":
		case first == "charts" && rest != "":
			name, inner, nested := strings.Cut(rest, "/")
			if nested {
				if within[name] == nil {
					within[name] = map[string][]byte{}
				}
				within[name][inner] = b
			} else if strings.HasSuffix(name, ".tgz") {
				packed, err := l.archive(b)
				if err != nil {
					return nil, fmt.Errorf("%s cannot be read: %w", p, err)
				}
				within[name] = packed
			}
		default:
			if first == "crds" {
				c.crds = append(c.crds, source{p, b})
			}
			c.files[p] = b
		}
	}
	l.beside(dir, c, within)
	for _, name := range sortedKeys(within) {
		if _, ok := within[name]["Chart.yaml"]; !ok || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") {
			continue
		}
		sub, err := l.chart(filepath.Join(dir, "charts", name), within[name], depth+1)
		if err != nil {
			return nil, fmt.Errorf("charts/%s: %w", name, err)
		}
		sub.parent = c
		c.charts = append(c.charts, sub)
	}
	return c, nil
}

// beside adds the dependencies that a path of the repository names (file://../x).
func (l *loader) beside(dir string, c *chart, within map[string]map[string][]byte) {
	for _, d := range c.meta.Dependencies {
		rel, ok := strings.CutPrefix(d.Repository, "file://")
		if !ok || within[d.Name] != nil || filepath.IsAbs(rel) {
			continue
		}
		if files, err := l.folder(filepath.Join(dir, filepath.FromSlash(rel))); err == nil {
			within[d.Name] = files // what cannot be read is missing
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
