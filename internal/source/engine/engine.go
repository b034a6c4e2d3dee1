// Package engine reads from where container engines are told to fetch images:
// hosts.toml of containerd, registries.conf of CRI-O, Podman and their kin,
// daemon.json of Docker.
//
// Each place is a flow from the file. What an engine asks when nothing there
// answers counts as a place, since these files are written to keep it from that.
package engine

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes is more than any list of registries that a person wrote.
const maxBytes = 4 << 20

// A reader reads one form of file.
type reader func(d *document)

func readerOf(file string) reader {
	dir, base := path.Split(filepath.ToSlash(file))
	parent := path.Base(dir)
	switch {
	case base == "hosts.toml" && path.Base(path.Dir(path.Clean(dir))) == "certs.d":
		return containerd
	case base == "registries.conf", parent == "registries.conf.d" && path.Ext(base) == ".conf":
		return containers
	case base == "daemon.json" && (parent == "docker" || parent == ".docker"):
		return docker
	}
	return nil
}

// Match reports whether the source reads a file.
func Match(file string) bool { return readerOf(file) != nil }

// A document is a file while it is read.
type document struct {
	file  string
	src   []byte
	facts *graph.Facts
}

// Read reads the files.
func Read(files []string) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		d := &document{file: filepath.ToSlash(file), facts: &f}
		read := readerOf(file)
		f.Files = append(f.Files, d.file)
		var err error
		if d.src, err = tree.Load(file, maxBytes); err != nil {
			d.problem(0, err.Error())
		} else if read != nil {
			f.Blocks++
			read(d)
		}
	}
	return f
}

func (d *document) problem(line int, text string) {
	d.facts.Problems = append(d.facts.Problems, graph.Problem{Origin: graph.Origin{File: d.file, Line: line}, Message: text})
}

// parsed is the document; nil, and a problem, where it has no valid syntax.
func (d *document) parsed(parse func([]byte) (*tree.Node, error)) *tree.Node {
	n, err := parse(d.src)
	if err != nil {
		d.problem(tree.Fault(err))
		return nil
	}
	return n
}

// fetches adds a place that images come from: a name of a registry, an image
// below it, or an address.
func (d *document) fetches(place, setting string, line int) {
	scheme, rest, ok := strings.Cut(place, "://")
	if !ok {
		scheme, rest = "https", place
	}
	name, _, _ := strings.Cut(rest, "/")
	if name == "" || strings.ContainsAny(name, " \t\"'@<>${}") {
		d.unknown("this is no registry: "+setting, setting, line)
		return
	}
	d.flow(graph.Flow{To: graph.Address(scheme + "://" + name), Via: setting}, line)
}

func (d *document) unknown(why, setting string, line int) {
	d.flow(graph.Flow{Unknown: why, Via: setting}, line)
}

func (d *document) flow(f graph.Flow, line int) {
	f.From, f.State, f.Purpose, f.Ecosystem, f.Root = graph.Address(d.file), graph.Planned, "registry", "oci", path.Dir(d.file)
	f.Origin = graph.Origin{File: d.file, Line: max(line, 1)}
	d.facts.Flows = append(d.facts.Flows, f)
}
