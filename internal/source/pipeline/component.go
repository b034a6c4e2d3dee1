package pipeline

import (
	"bytes"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isComponent tells a file that makes components of Kubeflow.
func isComponent(name, _ string, head func() []byte) bool {
	if path.Ext(name) != ".py" {
		return false
	}
	h := head()
	return (bytes.Contains(h, []byte("from kfp")) || bytes.Contains(h, []byte("import kfp"))) && (bytes.Contains(h, []byte("component")) || bytes.Contains(h, []byte("importer(")))
}

// kfpPython reads components of Kubeflow as they are written in Python.
func (r *reader) kfpPython(src []byte) {
	f, err := code.Python(src)
	if err != nil {
		r.problem(0, "it is not understood as a whole ("+err.Error()+"): look at what its components do")
	}
	seen := map[string]int{}
	for i := range f.Blocks {
		b := &f.Blocks[i]
		for _, d := range b.Decorators {
			if d.Kind != code.Result || d.Call < 0 || d.Call >= len(f.Calls) {
				continue
			}
			c := &f.Calls[d.Call]
			if !strings.HasPrefix(c.Name, "kfp.") || !strings.HasSuffix(c.Name, "component") {
				continue
			}
			r.component(f, c, numbered(b.Name, seen))
		}
	}
	for i := range f.Calls {
		c := &f.Calls[i]
		switch {
		case strings.HasPrefix(c.Name, "kfp.") && strings.HasSuffix(c.Name, ".importer"):
			if v, ok := c.Arg("artifact_uri"); ok {
				from := r.step("kfp-importer", numbered("importer", seen), c.Line, tree.NewObject(c.Line))
				if t, known := v.Known(); known {
					r.object(from, t, "", "dataset", "importer", c.Line)
				} else {
					r.flow(from, "", "what it imports is decided when it runs", "dataset", "importer", c.Line)
				}
			}
		case strings.HasPrefix(c.Name, "kfp.") && strings.HasSuffix(c.Name, "load_component_from_url"):
			if v, ok := c.Arg("0", "url"); ok {
				to, unknown := "", "the program decides which component it loads"
				if t, known := v.Known(); known {
					to, unknown = t, ""
				}
				r.flow(graph.Address(r.name), to, unknown, "source", "load_component_from_url", c.Line)
			}
		}
	}
}

// component enters one that is a function; its packages are installed each time
// that it runs.
func (r *reader) component(f *code.File, c *code.Call, name string) {
	attrs := tree.NewObject(c.Line)
	if v, ok := c.Arg("base_image"); ok {
		attrs.Put("image", node(f, v, c.Line, 0))
	}
	from := r.step("kfp-component", name, c.Line, attrs)
	args := []string{"pip", "install"}
	if v, ok := c.Arg("pip_index_urls"); ok {
		for i, u := range texts(v) {
			args = append(args, []string{"--index-url", "--extra-index-url"}[min(i, 1)], u)
		}
	}
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: c.Line, Flat: true, By: "packages_to_install"}
	v, ok := c.Arg("packages_to_install")
	switch {
	case !ok || v.Kind == code.Number || v.Kind == code.List && len(v.Items) == 0:
	case len(v.Texts()) == 0:
		r.flow(from, "", "the program decides which packages it installs", "registry", site.By, c.Line)
	default:
		calls, faults := shell.Command(append(args, v.Texts()...), r.shell(nil))
		site.Add(r.f, calls, faults)
	}
}
