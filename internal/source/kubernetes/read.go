// Package kubernetes reads the objects of Kubernetes clusters: manifests, what
// kubectl prints, and what kustomizations and Helm charts render to. An object is
// an asset; what its kind means, a dialect says.
//
// It evaluates what Kubernetes itself evaluates before anything runs: lists are
// taken apart, variables of an environment get the values of the ConfigMaps that
// they name, selectors are followed to what they select, and what a pod asks of
// its node is held against the nodes that were read. See [Read].
package kubernetes

import (
	"path/filepath"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options struct {
	Values []string // files of values for every chart, later ones count more
	Set    []string // single values for every chart, path=value
	Nodes  *Nodes   // of the cluster, where no files of objects hold any; nil: none is known
}

// maxBytes bounds one file of objects. A dump of a large cluster has some tens of
// megabytes.
const maxBytes = 64 << 20

// Read reads the objects of the files. The files of a chart or of a kustomization
// are rendered and count once, as rendered; the order of the files does not matter.
//
// Besides what stands in an object its reader knows, at the top: containers (all
// containers at any depth, each with the environment that it will have, and with
// commandline), pods (all objects with containers), selects.asset (the assets
// that its selector selects), documents (the YAML or JSON objects in the texts of a
// ConfigMap), lines.text (the lines of its other texts), namespace.labels (where the
// namespace was read), localities (the keys of a distribution of Istio) and, as attributes of the provider configuration,
// node.place (of the nodes that were read and that may run it: "aws eu-central-1",
// or "aws " and the path of the providerID where no label tells the region) and
// pinned.place (the regions or zones that it asks for).
func Read(files []string, o Options) graph.Facts {
	r := newReader(o)
	files = slices.Clone(files)
	slices.Sort(files)
	plain := r.render(files)
	for _, f := range plain {
		r.file(f)
	}
	return r.facts()
}

// ReadFrom reads objects that are in memory, as [Read] reads those of files that
// lie in one folder: a cluster asks before an object is stored.
func ReadFrom(files []tree.File, o Options) graph.Facts {
	r := newReader(o)
	for _, f := range files {
		r.text(f.Name, f.Data)
	}
	return r.facts()
}

func newReader(o Options) *reader {
	return &reader{o: o, objects: map[string][]*object{}, read: map[string]bool{}, composites: map[kindOf]bool{}}
}

// A reader collects the objects of all files by the root that they belong to.
type reader struct {
	o        Options
	objects  map[string][]*object
	read     map[string]bool // files that something was read from
	problems []graph.Problem
	inCharts []string // folders of charts
	blocks   int
	// composites are what definitions of Crossplane in the files speak of.
	composites map[kindOf]bool
}

// An object is one object of a cluster.
type object struct {
	node      *tree.Node
	file      string
	line      int
	root      string
	kind      string
	group     string // "" for the core group
	namespace string // "" where none is written
	name      string
	partial   string
	address   graph.Address
	pods      []*tree.Node
	selects   []*object
}

// typ is the type as dialects spell it: "Deployment.apps", "Pod".
func (o *object) typ() string {
	if o.group == "" {
		return o.kind
	}
	return o.kind + "." + o.group
}

func (r *reader) problem(file string, line int, message string) {
	r.read[file] = true
	r.problems = append(r.problems, graph.Problem{Origin: graph.Origin{File: slashed(file), Line: line}, Message: message})
}

func slashed(path string) string { return filepath.ToSlash(filepath.Clean(path)) }

func (r *reader) facts() graph.Facts {
	r.leave()
	out := graph.Facts{Problems: r.problems, Blocks: r.blocks}
	for _, root := range sortedKeys(r.objects) {
		r.separate(root)
	}
	for _, root := range sortedKeys(r.objects) {
		u := newUnit(r, root)
		for _, o := range u.objects {
			out.Assets = append(out.Assets, u.asset(o))
		}
	}
	for _, f := range sortedKeys(r.read) {
		out.Files = append(out.Files, slashed(f))
	}
	return out
}

// asset makes the fact of an object.
func (u *unit) asset(o *object) graph.Asset {
	return graph.Asset{
		Address: o.address, Language: "kubernetes", Type: o.typ(), Root: slashed(o.root),
		Provider: &graph.Provider{Source: "kubernetes", Attrs: u.surroundings(o), Origin: u.nodeOrigin()},
		Attrs:    o.node.Reader(o.file), Partial: o.partial,
		Origin: graph.Origin{File: o.file, Line: o.line},
	}
}
