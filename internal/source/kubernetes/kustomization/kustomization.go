// Package kustomization renders kustomizations in this process: without network,
// without plugins, and without writing. What lies elsewhere is a [Problem], and
// the rest is rendered without it.
package kustomization

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Names are the names of the files, in the order in which they are looked for.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// A Result is what a kustomization renders to.
type Result struct {
	Objects  []Object
	Problems []Problem
	Read     []string // files that were read, absolute
	Failed   bool     // nothing was rendered
}

// An Object is one rendered object.
type Object struct {
	YAML []byte
	Path string // absolute, of the file that it comes from; "" when that is not known
}

// A Problem is something that could not be rendered.
type Problem struct {
	Path    string
	Line    int
	Message string
}

// Find is the kustomization file of a folder; "" without one.
func Find(dir string) string {
	for _, n := range Names {
		p := filepath.Join(dir, n)
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			return p
		}
	}
	return ""
}

// Render renders the kustomization in a folder. lighten takes out of files what is
// not needed, unless rendering fails without it.
func Render(dir string, lighten func([]byte) []byte) (res Result) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Result{Failed: true, Problems: []Problem{{Path: dir, Message: err.Error()}}}
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	file := Find(abs)
	d := &disk{FileSystem: filesys.MakeFsOnDisk(), top: file, lighten: lighten, read: map[string]bool{}}
	defer func() {
		if p := recover(); p != nil {
			res.Objects, res.Failed = nil, true
			d.problem(file, 0, "kustomize broke off: %v", p)
		}
		res.Problems = d.problems
		for f := range d.read {
			res.Read = append(res.Read, f)
		}
		slices.Sort(res.Read)
	}()
	out, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(d, abs)
	if err != nil && !elsewhere(err) { // it may patch what was left out for speed
		d.whole = true
		out, err = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(d, abs)
	}
	if err != nil {
		text := strings.Join(strings.Fields(err.Error()), " ")
		text = strings.ReplaceAll(text, abs+string(filepath.Separator), "")
		text = strings.ReplaceAll(text, abs, ".")
		if len(text) > 300 {
			text = text[:300] + "…"
		}
		d.problem(file, 0, "kustomize cannot render it: %s", text)
		res.Failed = true
		return res
	}
	for _, r := range out.Resources() {
		o := Object{}
		if at, err := r.GetOrigin(); err == nil && at != nil {
			rel := at.Path
			if rel == "" {
				rel = at.ConfiguredIn
			}
			if rel != "" {
				o.Path = filepath.Join(abs, filepath.FromSlash(rel))
			}
		}
		annotations := r.GetAnnotations()
		for name := range annotations {
			if strings.HasPrefix(name, "config.kubernetes.io/") || strings.HasPrefix(name, "internal.config.kubernetes.io/") {
				delete(annotations, name)
			}
		}
		if err := r.SetAnnotations(annotations); err != nil {
			d.problem(file, 0, "kustomize cannot render it: %v", err)
			continue
		}
		if o.YAML, err = r.AsYAML(); err != nil {
			d.problem(file, 0, "kustomize cannot render it: %v", err)
			continue
		}
		res.Objects = append(res.Objects, o)
	}
	return res
}

// elsewhere reports whether a kustomization fails for want of a file.
func elsewhere(err error) bool { return strings.Contains(err.Error(), "no such file") }

// A Reference is what a kustomization file names of others.
type Reference struct {
	Component bool     // it is a part of others and means nothing alone
	Folders   []string // kustomizations that it takes in, absolute
	Files     []string // files that it takes in or patches with, absolute
}

// References are what a kustomization file names.
func References(file string) Reference {
	var out Reference
	src, err := tree.Load(file, maxFile)
	if err != nil {
		return out // [Render] says so
	}
	var k struct {
		Kind       string
		Resources  []string
		Bases      []string
		Components []string
		Patches    []struct{ Path string }
		Strategic  []string                `yaml:"patchesStrategicMerge"`
		JSON       []struct{ Path string } `yaml:"patchesJson6902"`
	}
	_ = yaml.Unmarshal(src, &k) // what is wrong, rendering says
	out.Component = k.Kind == "Component"
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return out
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for _, p := range k.Patches {
		k.Strategic = append(k.Strategic, p.Path)
	}
	for _, p := range k.JSON {
		k.Strategic = append(k.Strategic, p.Path)
	}
	for _, r := range slices.Concat(k.Resources, k.Bases, k.Components, k.Strategic) {
		if r == "" || strings.Contains(r, "\n") || strings.Contains(r, "://") {
			continue
		}
		p := filepath.Join(dir, filepath.FromSlash(r))
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			out.Folders = append(out.Folders, p)
		} else if err == nil {
			out.Files = append(out.Files, p)
		}
	}
	return out
}

func (d *disk) problem(path string, line int, format string, args ...any) {
	p := Problem{path, line, fmt.Sprintf(format, args...)}
	if !slices.Contains(d.problems, p) {
		d.problems = append(d.problems, p)
	}
}
