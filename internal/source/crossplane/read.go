package crossplane

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes bounds one file.
const maxBytes = 32 << 20

// An object is one object of Kubernetes.
type object struct {
	file string
	node *tree.Node
}

func (o *object) apiVersion() string { return o.node.Get("apiVersion").Str() }
func (o *object) kind() string       { return o.node.Get("kind").Str() }
func (o *object) name() string       { return o.node.Get("metadata", "name").Str() }
func (o *object) namespace() string  { return o.node.Get("metadata", "namespace").Str() }
func (o *object) group() string      { return groupOf(o.apiVersion()) }

func groupOf(apiVersion string) string {
	g, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return ""
	}
	return g
}

// A reading is one run of the source.
type reading struct {
	facts        graph.Facts
	definitions  []*definition
	compositions []*composition
	providers    []*object
	managed      []*object
	composites   []*object
	configs      map[configKey]*graph.Provider
	from         map[*tree.Node]string // files of values that stand in what another file says
	resources    []*resource
	roots        map[string]string // by file
	made         int               // resources of compositions
}

// Read reads files. The result does not depend on their order.
func Read(files []string) graph.Facts {
	files = slices.Clone(files)
	slices.Sort(files)
	files = slices.Compact(files)
	r := newReading()
	var rest []string
	for _, path := range files {
		src, err := tree.Load(path, maxBytes)
		switch {
		case err != nil:
			r.problem(path, 0, err.Error())
		case !marked(src):
			if rest = append(rest, path); len(src) >= headSize {
				r.facts.Files = append(r.facts.Files, filepath.ToSlash(path)) // nobody else may have taken it
			}
		default:
			r.file(path, src)
		}
	}
	if len(r.definitions) > 0 {
		for _, path := range rest {
			if src, err := tree.Load(path, maxBytes); err == nil && r.mayBeComposite(src) {
				r.file(path, src)
			}
		}
	}
	r.sort()
	r.assemble()
	return r.facts
}

// ReadFrom reads objects that are in memory, as [Read] reads files.
func ReadFrom(files []tree.File) graph.Facts {
	r := newReading()
	for _, f := range files {
		if marked(f.Data) {
			r.file(f.Name, f.Data)
		}
	}
	r.sort()
	r.assemble()
	return r.facts
}

func newReading() *reading {
	return &reading{configs: map[configKey]*graph.Provider{}, from: map[*tree.Node]string{}}
}

func (r *reading) problem(path string, line int, text string) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: filepath.ToSlash(path), Line: line}, Message: text})
}

// mayBeComposite reports whether a file names the group of a definition.
func (r *reading) mayBeComposite(src []byte) bool {
	return slices.ContainsFunc(r.definitions, func(d *definition) bool { return bytes.Contains(src, []byte(d.group+"/")) })
}

func (r *reading) file(path string, src []byte) {
	file := filepath.ToSlash(path)
	if !slices.Contains(r.facts.Files, file) {
		r.facts.Files = append(r.facts.Files, file)
	}
	docs, err := tree.Documents(path, src)
	if err != nil {
		line, text := tree.Fault(err)
		if bytes.Contains(src, []byte("{{")) {
			text = template
		}
		r.problem(path, line, text)
	}
	before := r.taken()
	for _, doc := range docs {
		r.take(&object{file, doc}, 0)
	}
	if err == nil && r.taken() == before && bytes.Contains(src, []byte("{{")) && marked(src) {
		r.problem(path, 0, template)
	}
}

const template = "it is a template and was not read: render it, and check what comes out"

// taken is how many objects were taken so far.
func (r *reading) taken() int {
	return len(r.definitions) + len(r.compositions) + len(r.providers) + len(r.managed) + len(r.composites)
}

// take sorts an object by what it is.
func (r *reading) take(o *object, depth int) {
	if items := o.node.Get("items"); strings.HasSuffix(o.kind(), "List") && items != nil && depth == 0 {
		for _, it := range items.Elements() {
			r.take(&object{o.file, it}, depth+1)
		}
		return
	}
	group, kind := o.group(), o.kind()
	switch {
	case group == "apiextensions.crossplane.io" && kind == "CompositeResourceDefinition":
		if d := newDefinition(o); d != nil {
			r.definitions = append(r.definitions, d)
		}
	case group == "apiextensions.crossplane.io" && kind == "Composition":
		r.compositions = append(r.compositions, &composition{object: o})
	case kind == "ProviderConfig" || kind == "ClusterProviderConfig":
		r.providers = append(r.providers, o)
	case isManaged(o):
		r.managed = append(r.managed, o)
	case group != "" && kind != "" && o.node.Get("spec") != nil:
		r.composites = append(r.composites, o) // perhaps; the definitions tell
	}
}

func isManaged(o *object) bool {
	if isConnector(o) {
		return true
	}
	f := o.node.Get("spec", "forProvider")
	return f != nil && f.Kind == tree.Object && o.group() != "" && o.kind() != ""
}

// sort makes everything independent of where files stood.
func (r *reading) sort() {
	byPlace := func(a, b *object) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		return a.node.Line - b.node.Line
	}
	for _, list := range [][]*object{r.providers, r.managed, r.composites} {
		slices.SortStableFunc(list, byPlace)
	}
	slices.SortStableFunc(r.definitions, func(a, b *definition) int { return byPlace(a.object, b.object) })
	slices.SortStableFunc(r.compositions, func(a, b *composition) int { return byPlace(a.object, b.object) })
	r.composites = slices.DeleteFunc(r.composites, func(o *object) bool { return r.definitionOf(o.group(), o.kind()) == nil })
}

// definitionOf is the definition of a composite resource or claim.
func (r *reading) definitionOf(group, kind string) *definition {
	for _, d := range r.definitions {
		if d.group == group && (d.kind == kind || d.claim == kind) {
			return d
		}
	}
	return nil
}
