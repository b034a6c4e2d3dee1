package pulumi

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxProgram and maxStack bound one file.
const (
	maxProgram = 16 << 20
	maxStack   = tree.MaxBytes
)

type reading struct {
	facts    graph.Facts
	projects map[string]*project // by folder
	shown    map[string]bool     // names of projects of which a preview or stack is in the tree
	stacks   []string            // files
}

// Read reads files. The result does not depend on their order.
func Read(files []string) graph.Facts {
	r := &reading{projects: map[string]*project{}, shown: map[string]bool{}}
	files = slices.Clone(files)
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if filepath.Ext(file) == ".json" {
			r.stack(file)
		} else {
			r.take(file)
		}
	}
	for _, dir := range sortedKeys(r.projects) {
		r.project(r.projects[dir])
	}
	slices.SortStableFunc(r.facts.Assets, func(a, b graph.Asset) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Address, b.Address))
	})
	slices.Sort(r.facts.Files)
	return r.facts
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (r *reading) problem(file string, line int, text string) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: filepath.ToSlash(file), Line: line}, Message: text})
}

// load reads a document; nil when there is none, which is then a problem.
func (r *reading) load(file string, limit int64) *tree.Node {
	src, err := tree.Load(file, limit)
	var doc *tree.Node
	if err == nil {
		var docs []*tree.Node
		if docs, err = tree.Documents(file, src); len(docs) > 0 {
			doc = docs[0]
		}
	}
	if err != nil {
		line, text := tree.Fault(err)
		r.problem(file, line, text)
		return nil
	}
	return doc
}

// take puts a file of a project to the others of its folder.
func (r *reading) take(file string) {
	slashed := filepath.ToSlash(file)
	dir, base := path.Split(slashed)
	dir = path.Clean(dir)
	doc := r.load(file, maxProgram)
	r.facts.Files = append(r.facts.Files, slashed)
	p := r.projects[dir]
	if p == nil {
		p = &project{dir: dir}
		r.projects[dir] = p
	}
	part := document{slashed, doc}
	switch name := strings.TrimSuffix(base, path.Ext(base)); name {
	case "Pulumi":
		p.main = part
	case "Main":
		p.program = part
	default:
		p.stacks = append(p.stacks, stackFile{part, strings.TrimPrefix(name, "Pulumi.")})
	}
}
