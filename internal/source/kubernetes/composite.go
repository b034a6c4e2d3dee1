package kubernetes

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A kindOf names objects by group and kind.
type kindOf struct{ group, kind string }

// define notes what a definition of Crossplane makes a composite or a claim.
func (r *reader) define(n *tree.Node) {
	for _, d := range append([]*tree.Node{n}, n.Get("items").Elements()...) {
		group, _, _ := strings.Cut(d.Get("apiVersion").Str(), "/")
		if group != "apiextensions.crossplane.io" || d.Get("kind").Str() != "CompositeResourceDefinition" {
			continue
		}
		spec := d.Get("spec")
		of := strings.ToLower(spec.Get("group").Str())
		for _, kind := range []string{spec.Get("names", "kind").Str(), spec.Get("claimNames", "kind").Str()} {
			if of != "" && kind != "" {
				r.composites[kindOf{of, kind}] = true
			}
		}
	}
}

// leave takes out the composites and claims of the definitions that were read:
// the source crossplane says what they come to. What a chart renders to that
// source does not see.
func (r *reader) leave() {
	if len(r.composites) == 0 {
		return
	}
	for root, all := range r.objects {
		r.objects[root] = slices.DeleteFunc(all, func(o *object) bool {
			if !r.composites[kindOf{o.group, o.kind}] || o.node.Get("spec") == nil || r.inChart(o.file) {
				return false
			}
			r.blocks--
			return true
		})
	}
}

// inChart reports whether a file belongs to a chart.
func (r *reader) inChart(file string) bool {
	return slices.ContainsFunc(r.inCharts, func(dir string) bool { return below(file, dir) })
}
