// Package declared reads descriptions of systems that people write for reviews:
// threat models of Threagile, of OTM and of OWASP's TM-BOM, privacy
// declarations in fideslang, Backstage catalogs, and the lineage that OpenLineage
// events tell.
//
// A description declares: its flows are [graph.Declared], and its things are
// assets whose type is the description's own word ("threagile.database"). Lineage of a run is a record of
// what happened: its flows are [graph.Observed].
//
// No such language has a word for a country. What it does have are tags,
// attributes, and boundaries around things with tags of their own: all of them
// stand together under "labels" of an asset, as key and value where they are
// written so (country:DE, provider=aws), and as key alone else. What a label means
// is a dialect's to say.
package declared

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// limit bounds one description.
const limit = 32 << 20

// A format is one kind of description.
type format struct {
	name string // the first word of its types
	is   func(head string) bool
	json bool // it may be JSON
	yaml bool
	read func(r *reading, doc *tree.Node)
	// whole reads the file itself, where it is more than documents.
	whole func(r *reading, src []byte)
}

// formats is the list; the first that a file is counts.
var formats = []format{
	{name: "threagile", is: isThreagile, yaml: true, read: threagile},
	{name: "otm", is: isOTM, yaml: true, json: true, read: otm},
	{name: "tmbom", is: isTMBOM, json: true, read: tmbom},
	{name: "fideslang", is: isFideslang, yaml: true, read: fideslang},
	{name: "backstage", is: isBackstage, yaml: true, read: backstage},
	{name: "openlineage", is: isOpenLineage, json: true, whole: openLineage},
}

// Name reports whether a file may be a description by its name.
func Name(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json", ".otm", ".ndjson", ".jsonl":
		return true
	}
	return false
}

// Match reports whether a file is a description; head is its beginning.
func Match(path string, head []byte) bool { return formatOf(path, head) != nil }

func formatOf(path string, head []byte) *format {
	if !Name(path) {
		return nil
	}
	ext := strings.ToLower(filepath.Ext(path))
	isYAML := ext == ".yaml" || ext == ".yml" || ext == ".otm"
	text := string(tree.Decode(head))
	for i := range formats {
		f := &formats[i]
		if (isYAML && f.yaml || !isYAML && f.json || ext == ".otm" && f.json) && f.is(text) {
			return f
		}
	}
	return nil
}

// Read reads descriptions.
func Read(files []string) graph.Facts {
	var out graph.Facts
	for _, file := range files {
		r := &reading{file: filepath.ToSlash(file), facts: &out, seen: map[graph.Address]bool{}, edges: map[edge]int{}, first: len(out.Flows)}
		r.run(file)
		out.Files = append(out.Files, r.file)
	}
	slices.Sort(out.Files)
	return out
}

// A reading is one file in progress. The file is the root: addresses are unique
// within it.
type reading struct {
	file   string
	format *format
	facts  *graph.Facts
	seen   map[graph.Address]bool
	edges  map[edge]int // of facts.Flows
	// others are elements of other files that this one names, in the order in
	// which it does, where the language lets it.
	others []thing
	first  int // index of the first flow of this file
}

// An edge is what flows are told apart by.
type edge struct {
	from, to         graph.Address
	purpose, unknown string
}

func (r *reading) run(path string) {
	src, err := tree.Load(path, limit)
	if err != nil {
		r.problem(0, err.Error())
		return
	}
	if r.format = formatOf(path, src[:min(len(src), 64<<10)]); r.format == nil {
		r.problem(0, "it is no description that is known here: Threagile, OTM, TM-BOM, fideslang, Backstage, OpenLineage")
		return
	}
	if r.format.whole != nil {
		r.format.whole(r, src)
		return
	}
	docs, err := documents(src)
	for _, d := range docs {
		r.format.read(r, d)
	}
	r.stand()
	r.dangling()
	if err != nil {
		r.failed(err)
	}
}

// stand makes assets of the elements of other files, so that flows to them lead to
// something.
func (r *reading) stand() {
	for i := range r.others {
		if t := &r.others[i]; !r.seen[graph.Address(t.name)] {
			r.asset(t)
		}
	}
}

// dangling makes flows unknown that lead to an element that there is not.
func (r *reading) dangling() {
	for i := r.first; i < len(r.facts.Flows); i++ {
		f := &r.facts.Flows[i]
		if f.To != "" && !r.seen[f.To] && !hostLike(string(f.To)) {
			f.Unknown = "the description has no element called " + string(f.To)
			f.To = ""
		}
	}
}

// documents reads JSON where the text is an object or list, else YAML.
func documents(src []byte) ([]*tree.Node, error) {
	if text := strings.TrimSpace(string(src[:min(len(src), 4096)])); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		n, err := tree.JSON(src)
		if err != nil {
			return nil, err
		}
		return []*tree.Node{n}, nil
	}
	return tree.YAML(src)
}

func (r *reading) failed(err error) {
	line, text := tree.Fault(err)
	r.problem(line, text+": mend the description, or leave it out of the paths")
}

func (r *reading) problem(line int, text string) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: r.file, Line: line}, Message: text})
}

func (r *reading) at(line int) graph.Origin { return graph.Origin{File: r.file, Line: line} }
