package compose

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

type reader struct {
	f    *graph.Facts
	o    *Options
	path string
	file string
	root string // its folder
	env  map[string]string
	doc  *tree.Node
}

const unset = "NAME is set neither here nor in .env: whoever starts it may set it"

func (r *reader) read(doc *tree.Node) {
	r.doc = doc
	r.interpolate(doc)
	for _, s := range doc.Get("services").Members() {
		r.service(s.Name, s.Line, s.Value)
	}
	for _, v := range doc.Get("volumes").Members() {
		r.f.Blocks++
		r.asset("volume", "volumes."+v.Name, v.Line, v.Value)
	}
}

// interpolate puts the values of variables into every text.
func (r *reader) interpolate(n *tree.Node) {
	if n == nil {
		return
	}
	for _, it := range n.Items {
		r.interpolate(it)
	}
	for i := range n.Fields {
		r.interpolate(n.Fields[i].Value)
	}
	if n.Kind != tree.String || !strings.Contains(n.Text, "$") {
		return
	}
	v, unknown := shell.Expand(strings.ReplaceAll(n.Text, "$$", `\$`), shell.Options{Env: r.env, Unset: unset})
	if unknown != "" {
		n.Kind, n.Text = tree.Hole, unknown
		return
	}
	n.Text = v
}

// asset enters a service or volume.
func (r *reader) asset(typ, name string, line int, n *tree.Node) graph.Address {
	at := graph.Address(filepath.Base(r.path) + "#" + name)
	r.f.Assets = append(r.f.Assets, graph.Asset{Address: at, Language: "compose", Type: typ, Root: r.root, Attrs: n.Reader(r.file), Origin: graph.Origin{File: r.file, Line: line}})
	return at
}

func (r *reader) service(name string, line int, n *tree.Node) {
	r.f.Blocks++
	if n == nil || n.Kind != tree.Object {
		n = &tree.Node{Kind: tree.Object, Line: line}
	}
	n = r.extended(n, filepath.Dir(r.path), r.doc, 0)
	s := &tree.Node{Kind: tree.Object, Line: n.Line}
	for _, f := range n.Fields {
		switch f.Name {
		case "environment", "env_file", "ports", "build":
		default:
			s.Fields = append(s.Fields, f)
		}
	}
	put := func(name string, v *tree.Node) {
		if v != nil {
			s.Fields = append(s.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
		}
	}
	put("environment", r.environment(n))
	put("ports", ports(n.Get("ports")))
	build := n.Get("build")
	if build != nil && build.Kind != tree.Object {
		build = &tree.Node{Kind: tree.Object, Line: build.Line, Fields: []tree.Field{{Name: "context", Line: build.Line, Value: build}}}
	}
	put("build", build)
	if build != nil && n.Get("image") != nil {
		// The image is made here and only named.
		s.Fields = without(s.Fields, "image")
		put("tag", n.Get("image"))
	}
	put("internal", r.internal(n))
	at := r.asset("service", name, line, s)
	env := map[string]string{}
	for _, f := range s.Get("environment").Members() {
		if f.Value.Kind == tree.String {
			env[f.Name] = f.Value.Text
		}
	}
	r.models(at, n)
	for _, key := range []string{"entrypoint", "command"} {
		r.command(at, n.Get(key), env, key)
	}
	r.command(at, n.Get("healthcheck", "test"), env, "healthcheck")
}

func without(fs []tree.Field, name string) []tree.Field {
	var out []tree.Field
	for _, f := range fs {
		if f.Name != name {
			out = append(out, f)
		}
	}
	return out
}

// extended adds what extends names, of this file or of another.
func (r *reader) extended(n *tree.Node, dir string, doc *tree.Node, depth int) *tree.Node {
	e := n.Get("extends")
	if e == nil || depth > 8 {
		return n
	}
	name, from := e.Str(), doc
	if e.Kind == tree.Object {
		name = e.Get("service").Str()
		if file := e.Get("file").Str(); file != "" {
			path := filepath.Join(dir, filepath.FromSlash(file))
			other, p := (*tree.Node)(nil), (*graph.Problem)(nil)
			if ext := filepath.Ext(file); filepath.IsAbs(file) || ext != ".yml" && ext != ".yaml" {
				p = &graph.Problem{Message: "it is no YAML file beside this one"}
			} else {
				other, p = load(path)
			}
			if p != nil {
				r.f.Problems = append(r.f.Problems, graph.Problem{Origin: graph.Origin{File: r.file, Line: e.Line}, Message: fmt.Sprintf("what it extends, %s, cannot be read (%s): put it there", file, p.Message)})
				return n
			}
			r.interpolate(other)
			from, dir = other, filepath.Dir(path)
		}
	}
	base := from.Get("services", name)
	if base == nil || base == n {
		return n
	}
	base = r.extended(base, dir, from, depth+1)
	out := &tree.Node{Kind: tree.Object, Line: n.Line, Fields: append([]tree.Field{}, n.Fields...)}
	for _, f := range base.Members() {
		if out.Get(f.Name) == nil {
			f.Line = e.Line
			f.Value = f.Value.At(e.Line) // its own line is of another file
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

// environment is one map: what is written, over what files say.
func (r *reader) environment(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: n.Line}
	set := func(name string, v *tree.Node) {
		for i := range out.Fields {
			if out.Fields[i].Name == name {
				out.Fields[i].Value = v
				return
			}
		}
		out.Fields = append(out.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
	}
	for _, e := range n.Get("env_file").Elements() {
		file := e.Str()
		if e.Kind == tree.Object {
			file = e.Get("path").Str()
		}
		if file == "" || filepath.IsAbs(file) {
			continue
		}
		for name, value := range sorted(dotenv(filepath.Join(filepath.Dir(r.path), filepath.FromSlash(file)))) {
			set(name, &tree.Node{Kind: tree.String, Text: value, Line: e.Line})
		}
	}
	written := n.Get("environment")
	for _, f := range written.Members() {
		v := f.Value
		if v == nil || v.Kind == tree.Null {
			v = r.passed(f.Name, f.Line)
		} else if v.Kind == tree.Number || v.Kind == tree.Bool {
			v = &tree.Node{Kind: tree.String, Text: v.Text, Line: v.Line}
		}
		set(f.Name, v)
	}
	if written != nil && written.Kind == tree.List {
		for _, it := range written.Items {
			if it.Kind != tree.String {
				continue
			}
			name, value, ok := strings.Cut(it.Text, "=")
			if ok {
				set(name, &tree.Node{Kind: tree.String, Text: value, Line: it.Line})
			} else {
				set(name, r.passed(name, it.Line))
			}
		}
	}
	if len(out.Fields) == 0 {
		return nil
	}
	return out
}

// passed is a variable that is taken from whoever starts it.
func (r *reader) passed(name string, line int) *tree.Node {
	if v, ok := r.env[name]; ok {
		return &tree.Node{Kind: tree.String, Text: v, Line: line}
	}
	return &tree.Node{Kind: tree.Hole, Text: strings.ReplaceAll(unset, "NAME", name), Line: line}
}
