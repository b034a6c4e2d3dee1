package model

import (
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// data makes an asset of a card of data.
func (r *reader) data(f *folder, root string, address graph.Address, file string) {
	a := weights.NewAttrs(graph.Origin{File: file, Line: max(f.card.Lines["license"], 1)})
	name := f.card.Name
	if name == "" {
		name = path.Base(f.dir)
	}
	a.Text("name", name)
	a.Text("license", f.card.License)
	var lacks []string
	if f.card.License == "" {
		lacks = []string{"a licence"}
	}
	a.Lacks(lacks)
	r.add(graph.Asset{Address: address, Type: "dataset", Root: root, Attrs: a, Origin: a.At})
}

// croissant reads data that is described as MLCommons Croissant
// (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).
func (r *reader) croissant(file string, src []byte) {
	doc, err := tree.JSON(src)
	if err != nil {
		r.broken(file, err)
		return
	}
	conforms := doc.Get("conformsTo")
	if conforms == nil {
		conforms = doc.Get("dct:conformsTo")
	}
	if !strings.Contains(said(conforms), "mlcommons.org/croissant/") {
		return // it only speaks of Croissant
	}
	a := weights.NewAttrs(graph.Origin{File: file, Line: max(doc.Line, 1)})
	a.Text("name", said(doc.Get("name")))
	a.Text("license", said(doc.Get("license")))
	var lacks []string
	for _, want := range [][]string{{"license", "a licence"}, {"creator", "who made it", "sc:creator", "publisher"}, {"url", "where it comes from", "isBasedOn", "distribution"}} {
		if !slices.ContainsFunc(append([]string{want[0]}, want[2:]...), func(k string) bool { return doc.Get(k) != nil && said(doc.Get(k)) != "" }) {
			lacks = append(lacks, want[1])
		}
	}
	a.Lacks(lacks)
	root, address := place(file)
	r.add(graph.Asset{Address: address, Type: "dataset", Root: root, Attrs: a, Origin: a.At})
}

// said is a text that stands in a value: itself, that of the first element, or
// the name or address of an object.
func said(n *tree.Node) string {
	if n == nil {
		return ""
	}
	if s := n.Str(); s != "" {
		return s
	}
	for _, e := range n.Items { // a list in a list says nothing
		if s := e.Str(); s != "" {
			return s
		}
		if s := e.Get("name").Str(); s != "" {
			return s
		}
	}
	for _, k := range []string{"name", "url", "@id", "contentUrl"} {
		if s := n.Get(k).Str(); s != "" {
			return s
		}
	}
	return ""
}
