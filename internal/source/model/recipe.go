package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// recipe reads the models that mergekit puts together: what it makes derives
// from all of them.
func (r *reader) recipe(file string, src []byte) {
	docs, err := tree.YAML(src)
	if err != nil {
		r.broken(file, err)
	}
	for i, doc := range docs {
		if doc.Get("merge_method") == nil {
			continue
		}
		m := &weights.Model{Path: file, Format: "recipe", Derived: true}
		bases(doc, &m.Base, 0)
		root, address := place(file)
		if i > 0 {
			address += graph.Address(fmt.Sprintf("#%d", i+1))
		}
		a := m.Attrs("", graph.Origin{File: file, Line: max(doc.Get("merge_method").Line, 1)})
		r.add(graph.Asset{Address: address, Type: "recipe", Root: root, Attrs: a, Origin: a.At})
	}
}

// bases finds the models that a recipe names, at any depth.
func bases(n *tree.Node, out *[]string, depth int) {
	if n == nil || depth > 30 {
		return
	}
	for _, e := range n.Items {
		bases(e, out, depth+1)
	}
	for _, f := range n.Members() {
		if f.Name == "model" || f.Name == "base_model" {
			name := f.Value.Str()
			if name == "" {
				name = f.Value.Get("model", "path").Str()
			}
			// An adapter follows a plus, a revision an @.
			for part := range strings.SplitSeq(name, "+") {
				part, _, _ = strings.Cut(part, "@")
				if part = strings.TrimSpace(part); part != "" && len(*out) < 64 && !slices.Contains(*out, part) {
					*out = append(*out, part)
				}
			}
		}
		bases(f.Value, out, depth+1)
	}
}
