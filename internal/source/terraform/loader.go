package terraform

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A loader reads each file once and makes each module once, for all roots.
type loader struct {
	opt    *Options
	max    int64
	listed map[string][]string // directory to the files that the caller named

	mu        sync.Mutex
	modules   map[string]*loading
	texts     map[string]text
	templates map[string]parsedTemplate
	// expressions of dialects by their text
	expressions map[string]parsedTemplate
	globs       map[string]globbed

	decoded     map[document]decoded
	decodedSize int
	textSize    int64
}

// A loading is a module that somebody reads or has read.
type loading struct {
	once sync.Once
	m    *module
	err  error
}

// A text is a file that a function read.
type text struct {
	data string
	err  error
}

// remember returns what m holds for the key, or else makes and keeps it. Two
// roots may make the same at once: then both are right.
func remember[T any](ld *loader, m map[string]T, key string, make func() T) T {
	ld.mu.Lock()
	v, ok := m[key]
	ld.mu.Unlock()
	if !ok {
		v = make()
		ld.mu.Lock()
		m[key] = v
		ld.mu.Unlock()
	}
	return v
}

func slash(p string) string { return filepath.ToSlash(p) }

// dirOf is the directory of a file as the user would type it.
func dirOf(file string) string { return path.Dir(slash(file)) }

func newLoader(files []string, opt *Options) *loader {
	ld := &loader{opt: opt, max: opt.MaxFileBytes, listed: map[string][]string{}, modules: map[string]*loading{}, texts: map[string]text{},
		templates: map[string]parsedTemplate{}, expressions: map[string]parsedTemplate{}, globs: map[string]globbed{}, decoded: map[document]decoded{}}
	if ld.max <= 0 {
		ld.max = defaultMaxFile
	}
	files = slices.Clone(files)
	sort.Strings(files)
	seen := map[string]bool{}
	for _, f := range files {
		clean := path.Clean(slash(f))
		if !Match(f) || seen[clean] {
			continue
		}
		seen[clean] = true
		d := dirOf(f)
		ld.listed[d] = append(ld.listed[d], f)
	}
	return ld
}

// module returns the module of a directory: of the listed files when there
// are some, else of what stands on disk.
func (ld *loader) module(dir string) (*module, error) {
	ld.mu.Lock()
	l := ld.modules[dir]
	if l == nil {
		l = &loading{}
		ld.modules[dir] = l
	}
	ld.mu.Unlock()
	l.once.Do(func() {
		files := configsOf(ld.listed[dir])
		if files == nil {
			if files, l.err = configsOnDisk(dir); l.err != nil {
				return
			}
		}
		parsed := make([]*parsedFile, len(files))
		for i, f := range files {
			parsed[i] = ld.parseFile(f)
		}
		l.m = newModule(dir, parsed)
	})
	return l.m, l.err
}

// configsOf picks the configuration files. Of x.tf and x.tofu only the latter
// counts.
func configsOf(files []string) []string {
	have := map[string]bool{}
	for _, f := range files {
		have[f] = true
	}
	var out []string
	for _, f := range files {
		if !isConfig(path.Base(slash(f))) {
			continue
		}
		if base, ok := strings.CutSuffix(f, ".tf"); ok && have[base+".tofu"] {
			continue
		}
		if base, ok := strings.CutSuffix(f, ".tf.json"); ok && have[base+".tofu.json"] {
			continue
		}
		out = append(out, f)
	}
	return out
}

func configsOnDisk(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", dir, tree.Plain(err))
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && isConfig(e.Name()) {
			files = append(files, path.Join(dir, e.Name()))
		}
	}
	if files = configsOf(files); len(files) == 0 {
		return nil, fmt.Errorf("%s holds no configuration", dir)
	}
	return files, nil
}

// loaded returns every module that was read, by directory.
func (ld *loader) loaded() []*module {
	var out []*module
	for _, d := range sortedKeys(ld.modules) {
		if m := ld.modules[d].m; m != nil {
			out = append(out, m)
		}
	}
	return out
}

// A manifestEntry is what terraform init wrote about one module call.
type manifestEntry struct {
	Key    string `json:"Key"`
	Source string `json:"Source"`
	Dir    string `json:"Dir"`
}

// readManifest reads .terraform/modules/modules.json of a root: where the
// modules that are not in the tree have been put.
func readManifest(root string, max int64) (map[string]manifestEntry, *graph.Problem) {
	name := path.Join(root, ".terraform/modules/modules.json")
	if _, err := os.Lstat(filepath.FromSlash(name)); err != nil {
		return nil, nil
	}
	src, err := readBounded(filepath.FromSlash(name), max)
	if err != nil {
		return nil, &graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()}
	}
	var doc struct{ Modules []manifestEntry }
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, &graph.Problem{Origin: graph.Origin{File: name}, Message: "this is not a module manifest; run terraform init again: " + err.Error()}
	}
	out := map[string]manifestEntry{}
	for _, e := range doc.Modules {
		if e.Key != "" {
			out[e.Key] = e
		}
	}
	return out, nil
}

// isLocal reports whether a module source is a path.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || source == "." || source == ".."
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
