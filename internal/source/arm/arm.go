// Package arm reads the templates of Azure Resource Manager, and with them what
// Bicep compiles to. Expressions are evaluated as far as the template says it:
// parameters have their defaults, variables, loops and conditions are worked
// out, nested deployments are read in their place.
//
// What only a deployment knows is unknown, with the reason, and keeps its
// spelling: a name that is made of a parameter without a value is the same
// name wherever the template makes it, so that resourceId finds the resource.
//
// An address is the type and name of the resource as in its id, or its
// symbolic name where the template has them; below a nested deployment it
// stands after the address of that one.
package arm

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Language is that of the assets.
const Language = "arm"

// Options says what templates do not.
type Options struct {
	Location   string   // of the resource groups and deployments
	Parameters []string // files with values of parameters, for every template; a later one wins
}

// maxFile bounds a template. Resource Manager itself takes 4 MB.
const maxFile = 32 << 20

var templateSchema = regexp.MustCompile(`(?i)"\$schema"\s*:\s*"[^"]*/(subscription|managementGroup|tenant)?deploymentTemplate\.json`)

// MayMatch reports whether a file may be a template by its name.
func MayMatch(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json", ".jsonc", ".bicep", ".bicepparam":
		return true
	}
	return false
}

// Match reports whether a file is a template, by its name and its beginning.
// Bicep is matched as well, to say that it is to be compiled.
func Match(path string, head []byte) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".bicep", ".bicepparam":
		return true
	case ".json", ".jsonc":
		return templateSchema.Match(head)
	}
	return false
}

// Read reads the templates among the files. One that another one links to is
// read as a part of that one only.
func Read(files []string, o Options) graph.Facts {
	files = slices.Sorted(slices.Values(files))
	r := &run{options: o, docs: map[string]*tree.Node{}}
	r.parameters(o.Parameters)
	linked := map[string]bool{}
	var templates []string
	for _, f := range files {
		if isBicep(f) {
			continue
		}
		if doc := r.load(f); doc != nil {
			templates = append(templates, f)
			links(doc, filepath.Dir(f), linked, 0)
		}
	}
	for _, f := range templates {
		if !linked[filepath.Clean(f)] {
			r.root(f)
		}
	}
	for _, f := range templates { // those that link to each other in a circle
		if !slices.Contains(r.facts.Files, slash(f)) {
			r.root(f)
		}
	}
	r.uncompiled(files)
	slices.Sort(r.facts.Files)
	r.facts.Files = slices.Compact(r.facts.Files)
	return r.facts
}

// A run is one reading of many templates.
type run struct {
	options  Options
	facts    graph.Facts
	given    map[string]*tree.Node // values of parameters, by lower-case name
	docs     map[string]*tree.Node // nil for what could not be read
	compiled []string              // folders of templates that Bicep made
	values   int                   // made for the root so far
	assets   int
}

// load reads a template once; nil when it cannot be read, which is a problem.
func (r *run) load(file string) *tree.Node {
	if doc, seen := r.docs[slash(file)]; seen {
		return doc
	}
	r.docs[slash(file)] = nil
	src, err := tree.Load(file, maxFile)
	if err != nil {
		r.problem(file, 0, err.Error())
		return nil
	}
	doc := r.parse(file, src)
	r.docs[slash(file)] = doc
	return doc
}

func (r *run) parse(file string, src []byte) *tree.Node {
	doc, err := tree.JSON(src)
	if err != nil {
		if doc, again := multiline(src); again == nil {
			return doc
		}
		line, _ := tree.Fault(err)
		r.problem(file, line, err.Error())
		return nil
	}
	return doc
}

func (r *run) root(file string) {
	doc := r.load(file)
	if doc == nil {
		return
	}
	if strings.EqualFold(get(get(get(doc, "metadata"), "_generator"), "name").Str(), "bicep") {
		r.compiled = append(r.compiled, filepath.ToSlash(filepath.Dir(filepath.Clean(file))))
	}
	r.values, r.assets = 0, 0
	d := r.deployment(slash(file), doc, nil)
	d.root = slash(file)
	d.read()
}

// isBicep reports whether a file is written in Bicep.
func isBicep(file string) bool {
	ext := strings.ToLower(filepath.Ext(file))
	return ext == ".bicep" || ext == ".bicepparam"
}

// uncompiled says of Bicep files that they are to be compiled, unless the
// template that they compile to lies beside or above them. Values of parameters
// are left to who names files with such.
func (r *run) uncompiled(files []string) {
	for _, f := range files {
		if !isBicep(f) {
			continue
		}
		file := slash(f)
		done := slices.Contains(r.facts.Files, strings.TrimSuffix(file, filepath.Ext(file))+".json") ||
			slices.ContainsFunc(r.compiled, func(dir string) bool { return dir == "." || strings.HasPrefix(file, dir+"/") })
		what := "Bicep is not read: compile it with bicep build, and check the template that it makes"
		if strings.EqualFold(filepath.Ext(f), ".bicepparam") {
			done = len(r.options.Parameters) > 0
			what = "values of parameters in Bicep are not read: compile it with bicep build-params, and name what it makes with --parameters"
		}
		if done {
			r.facts.Files = append(r.facts.Files, file)
		} else {
			r.problem(f, 0, what)
		}
	}
}

func (r *run) problem(file string, line int, text string) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: slash(file), Line: line}, Message: text})
}

func slash(file string) string { return filepath.ToSlash(filepath.Clean(file)) }

// get is a member of an object, whatever its letter case.
func get(n *tree.Node, name string) *tree.Node {
	for _, f := range n.Members() {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return nil
}
