package kubernetes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes/kustomization"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// kustomizations renders those among the files that no other one takes in, each a
// root of its own. What they read is not read as it stands.
func (r *reader) kustomizations(files []string) []string {
	refs := map[string]kustomization.Reference{} // by folder, absolute
	named := map[string]string{}                 // the folder as it was given
	taken := map[string]bool{}
	consumed := map[string]bool{}
	for _, f := range files {
		if !kustomizationNames[filepath.Base(f)] {
			continue
		}
		ref := kustomization.References(f)
		dir := real(filepath.Dir(f))
		refs[dir], named[dir] = ref, filepath.Dir(f)
		consumed[real(f)] = true
		for _, d := range ref.Folders {
			taken[real(d)] = true
		}
	}
	for _, dir := range sortedKeys(refs) {
		if refs[dir].Component && !taken[dir] {
			for _, f := range refs[dir].Files { // parts of objects, not objects
				consumed[real(f)] = true
			}
		}
		if taken[dir] || refs[dir].Component {
			continue
		}
		for _, f := range r.kustomization(named[dir], dir) {
			consumed[f] = true
		}
	}
	r.circles(refs, named, taken)
	return slices.DeleteFunc(files, func(f string) bool {
		if consumed[real(f)] {
			r.read[f] = true
			return true
		}
		return false
	})
}

// circles says of kustomizations that only take each other in, so that none of
// them is rendered.
func (r *reader) circles(refs map[string]kustomization.Reference, named map[string]string, taken map[string]bool) {
	reached := map[string]bool{}
	var reach func(dir string)
	reach = func(dir string) {
		if !reached[dir] {
			reached[dir] = true
			for _, d := range refs[dir].Folders {
				reach(real(d))
			}
		}
	}
	for _, dir := range sortedKeys(refs) {
		if !taken[dir] {
			reach(dir)
		}
	}
	for _, dir := range sortedKeys(refs) {
		if !reached[dir] {
			r.problem(kustomization.Find(named[dir]), 0, "it and others take each other in, so that none of them is rendered: break the circle")
			reach(dir)
		}
	}
}

// kustomization renders one, and returns the files that it read.
func (r *reader) kustomization(dir, abs string) []string {
	res := kustomization.Render(dir, lighten)
	shown := func(path string) string { return given(path, dir, abs) }
	for _, p := range res.Problems {
		r.problem(shown(p.Path), p.Line, p.Message)
	}
	if res.Failed {
		return nil
	}
	r.read[kustomization.Find(dir)] = true
	originals := map[string][]*object{}
	for _, o := range res.Objects {
		docs, err := tree.YAML(o.YAML)
		if err != nil {
			continue // it has just been written
		}
		path := o.Path
		if path == "" || !isFile(path) {
			path = kustomization.Find(abs)
		}
		if _, seen := originals[path]; !seen {
			originals[path] = r.originals(path)
		}
		for _, d := range docs {
			for _, made := range objectsOf(d, "", 0) {
				relocate(made, originals[path])
			}
			r.document(d, slashed(shown(path)), dir)
		}
		r.read[shown(path)] = true
	}
	return res.Read
}

// originals are the objects of a file as they stand there.
func (r *reader) originals(path string) []*object {
	src, err := tree.Load(path, maxBytes)
	if err != nil {
		return nil
	}
	docs, _ := parse(path, src) // kustomize has read it
	var out []*object
	for _, d := range docs {
		out = append(out, objectsOf(d, "", 0)...)
	}
	return out
}

// relocate gives a rendered object the lines of the one that it was made from: of
// its kind, and with a name that became the rendered one.
func relocate(made *object, originals []*object) {
	var from *object
	for _, o := range originals {
		if o.kind != made.kind || !strings.Contains(made.name, o.name) {
			continue
		}
		if from == nil || len(o.name) > len(from.name) {
			from = o
		}
	}
	if from == nil {
		sameLine(made.node, 1)
		return
	}
	follow(made.node, from.node, from.line)
}

// follow takes the lines over where both have the same member, or an element of
// the same name; what was added stands where its parent does.
func follow(n, from *tree.Node, line int) {
	if from != nil {
		line = from.Line
	}
	n.Line = line
	for i := range n.Fields {
		f := &n.Fields[i]
		f.Line = line
		var was *tree.Node
		if from != nil {
			was = from.Get(f.Name)
		}
		follow(f.Value, was, line)
	}
	for i, it := range n.Items {
		var was *tree.Node
		if from != nil && from.Kind == tree.List {
			if name := it.Get("name").Str(); name != "" {
				for _, x := range from.Items {
					if x.Get("name").Str() == name {
						was = x
					}
				}
			} else if i < len(from.Items) {
				was = from.Items[i]
			}
		}
		follow(it, was, line)
	}
}

func sameLine(n *tree.Node, line int) { follow(n, nil, line) }

// given words an absolute path as the user would type it, who typed dir for abs.
func given(path, dir, abs string) string {
	rel, err := filepath.Rel(abs, path)
	if err != nil {
		return path
	}
	return filepath.Join(dir, rel)
}

func real(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if r, err := filepath.EvalSymlinks(abs); err == nil {
		return r
	}
	return abs
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
