package kubernetes

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// file reads the objects of one file.
func (r *reader) file(path string) {
	src, err := tree.Load(path, maxBytes)
	if err != nil {
		r.problem(path, 0, err.Error())
		return
	}
	r.read[path] = true // also where all documents are another tool's
	r.text(path, src)
}

// text reads the objects of one text.
func (r *reader) text(path string, src []byte) {
	docs, err := parse(path, src)
	for _, d := range docs {
		r.document(d, slashed(path), filepath.Dir(path))
	}
	if err == nil {
		return
	}
	line, text := tree.Fault(err)
	if templated(src) {
		if r.inChart(path) {
			return // a file that a template of the chart takes in
		}
		text = "it has to be filled in by a template engine before it is YAML, and no chart is here: render it and check what comes out"
	}
	r.problem(path, line, text)
}

func parse(path string, src []byte) ([]*tree.Node, error) {
	if filepath.Ext(path) != ".json" {
		src = lighten(src)
	}
	return tree.Documents(path, src)
}

// document takes the objects of one document: itself, or what a list holds.
func (r *reader) document(n *tree.Node, file, root string) {
	if !r.inChart(file) {
		r.define(n)
	}
	for _, o := range objectsOf(n, "", 0) {
		if o.connector() && !r.inChart(file) {
			r.read[file] = true
			continue
		}
		o.file, o.root = file, root
		r.objects[root] = append(r.objects[root], o)
		r.read[file] = true
		r.blocks++
	}
}

// deepestList bounds lists of lists.
const deepestList = 8

// objectsOf are the objects of a document. kind is what elements of a list are
// that do not say it of themselves.
func objectsOf(n *tree.Node, kind string, depth int) []*object {
	if n == nil || depth > deepestList {
		return nil
	}
	if n.Kind == tree.List && depth == 0 { // a patch of many, or a file that is a list of objects
		var out []*object
		for _, it := range n.Items {
			out = append(out, objectsOf(it, "", depth+1)...)
		}
		return out
	}
	version, own := n.Get("apiVersion").Str(), n.Get("kind").Str()
	if own == "" {
		own = kind
	}
	if own == "" || version == "" && kind == "" {
		return nil
	}
	if items := n.Get("items"); items != nil && items.Kind == tree.List && strings.HasSuffix(own, "List") {
		var out []*object
		for _, it := range items.Items {
			out = append(out, objectsOf(it, strings.TrimSuffix(own, "List"), depth+1)...)
		}
		return out
	}
	group, _, grouped := strings.Cut(version, "/")
	if !grouped {
		group = ""
	}
	o := &object{node: n, line: n.Line, kind: own, group: strings.ToLower(group), namespace: n.Get("metadata", "namespace").Str(), name: n.Get("metadata", "name").Str()}
	if o.name == "" {
		if prefix := n.Get("metadata", "generateName").Str(); prefix != "" {
			o.name = prefix + "*"
		} else if hole := n.Get("metadata", "name"); hole != nil && hole.Kind == tree.Hole {
			o.name = "?"
		}
	}
	if o.name == "" || foreign(o) {
		return nil
	}
	if n.Get("spec", "forProvider") != nil {
		return nil
	}
	return []*object{o}
}

// otherTools are groups whose documents have the form of an object and never
// become one of a cluster.
var otherTools = map[string]bool{"bailiwick": true, "skaffold": true, "backstage.io": true, "kustomize.config.k8s.io": true, "kind.x-k8s.io": true, "k3d.io": true, "tilt.dev": true,
	"helmfile": true, "krew.googlecontainertools.github.com": true, "kyaml": true, "ctlptl.dev": true, "devspace": true, "apiextensions.crossplane.io": true}

// foreign reports whether the document is of another tool, or is read as another language.
func foreign(o *object) bool {
	if otherTools[o.group] {
		return true
	}
	crossplane := strings.HasSuffix(o.group, ".crossplane.io") || strings.HasSuffix(o.group, ".upbound.io")
	return crossplane && strings.HasSuffix(o.kind, "ProviderConfig") || o.kind == "Config" && o.group == ""
}

// connector reports whether the object is a resource of Google's Config
// Connector, which the source crossplane reads as a language of its own. What a
// chart renders to that source does not see: it stays an object here.
func (o *object) connector() bool {
	service, ok := strings.CutSuffix(o.group, ".cnrm.cloud.google.com")
	return ok && service != "core" && service != "customize.core" && service != "addons"
}

// separate gives the objects of a folder their addresses. Of two that have one
// address the later file is a root of its own: variants of one thing often stand
// beside each other.
func (r *reader) separate(root string) {
	all := r.objects[root]
	slices.SortStableFunc(all, func(a, b *object) int {
		if a.file != b.file {
			return strings.Compare(a.file, b.file)
		}
		return a.line - b.line
	})
	groups := map[string]map[string]bool{}
	for _, o := range all {
		short := o.short()
		if groups[short] == nil {
			groups[short] = map[string]bool{}
		}
		groups[short][o.group] = true
	}
	type key struct{ root, address string }
	taken := map[key]bool{}
	moved := map[string]bool{} // files that are roots of their own
	for _, o := range all {
		address := o.address0(len(groups[o.short()]) > 1)
		if taken[key{root, address}] {
			moved[o.file] = moved[o.file] || !r.onlyFile(all, o.file)
		}
		taken[key{root, address}] = true
	}
	clear(taken)
	var stay []*object
	for _, o := range all {
		if moved[o.file] && o.root == root {
			o.root = o.file
		}
		base := o.address0(len(groups[o.short()]) > 1)
		address := base
		for i := 2; taken[key{o.root, address}]; i++ {
			address = fmt.Sprintf("%s#%d", base, i)
		}
		taken[key{o.root, address}] = true
		o.address = graph.Address(address)
		if o.root == root {
			stay = append(stay, o)
		} else {
			r.objects[o.root] = append(r.objects[o.root], o)
		}
	}
	r.objects[root] = stay
}

// onlyFile reports whether all objects stand in one file.
func (r *reader) onlyFile(all []*object, file string) bool {
	return !slices.ContainsFunc(all, func(o *object) bool { return o.file != file })
}

// short is the address without group.
func (o *object) short() string { return o.address0(false) }

// address0 is kind/namespace/name, with the group where the kind alone does not
// tell which is meant.
func (o *object) address0(grouped bool) string {
	kind := strings.ToLower(o.kind)
	if grouped && o.group != "" {
		kind += "." + o.group
	}
	if o.namespace == "" {
		return kind + "/" + o.name
	}
	return kind + "/" + o.namespace + "/" + o.name
}
