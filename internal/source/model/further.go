package model

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// trust is the argument by which a program lets a model bring code.
const trust = "trust_remote_code"

// program makes an asset of every call that lets a model bring its own code.
func (r *reader) program(file string, src []byte) {
	f, err := code.Python(src)
	if err != nil {
		r.problem(file, 0, "%v: what follows may be read wrongly", err)
	}
	taken := map[graph.Address]bool{}
	for i := range f.Calls {
		c := &f.Calls[i]
		v, ok := c.Arg(trust)
		if !ok || v.Kind == code.Number && (v.Text == "False" || v.Text == "None" || v.Text == "0") {
			continue
		}
		at := graph.Origin{File: file, Line: max(c.Line, 1)}
		a := weights.NewAttrs(at)
		name := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
		loaded := ""
		for _, arg := range c.Args {
			if arg.Name == "" || arg.Name == "pretrained_model_name_or_path" || arg.Name == "model" || arg.Name == "path" {
				if s, ok := arg.Value.Known(); ok {
					loaded = s
				}
				break
			}
		}
		what := fmt.Sprintf("the code that comes with %s (%s with %s)", orAny(loaded), name, trust)
		switch {
		case v.Kind != code.Number && !loads[name]:
			continue // it is handed on to somebody who loads
		case v.Kind != code.Number:
			a.Unknown("code", "whether "+name+" of "+orAny(loaded)+" is called with "+trust+" is decided when it runs")
		case pinned(c):
			a.Unknown("code", what+": it is fixed to a commit, and that somebody has read that commit no file tells")
		default:
			a.Text("code", what)
		}
		root, address := place(file)
		address += graph.Address(" loads " + orAny(loaded))
		if taken[address] {
			continue
		}
		taken[address] = true
		r.add(graph.Asset{Address: address, Type: "loader", Root: root, Attrs: a, Origin: at})
	}
}

// loads are functions of libraries that load a model or data, and take the argument.
var loads = map[string]bool{"from_pretrained": true, "from_config": true, "load_dataset": true, "pipeline": true, "LLM": true, "EngineArgs": true, "AsyncEngineArgs": true,
	"SentenceTransformer": true, "CrossEncoder": true}

func orAny(name string) string {
	if name == "" {
		return "whatever model is named"
	}
	return name
}

// pinned reports whether a call fixes the code that it fetches to a commit.
func pinned(c *code.Call) bool {
	for _, name := range []string{"code_revision", "revision"} {
		if v, ok := c.Arg(name); ok {
			s, known := v.Known()
			return known && len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
		}
	}
	return false
}

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

func (r *reader) broken(file string, err error) {
	line := 0
	var e *tree.Error
	if errors.As(err, &e) {
		line, err = e.Line, errors.New(e.Message)
	}
	r.problem(file, line, "%v", err)
}

// data makes an asset of a card of data.
func (r *reader) data(f *folder, root string, address graph.Address, file string) {
	a := weights.NewAttrs(graph.Origin{File: file, Line: max(f.card.Lines["license"], 1)})
	name := f.card.Name
	if name == "" {
		name = path.Base(f.dir)
	}
	a.Text("name", name)
	a.Text("license", f.card.License)
	lacks := "nothing"
	if f.card.License == "" {
		lacks = "a licence"
	}
	a.Text("lacks", lacks)
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
	a.Text("lacks", orNothing(lacks))
	root, address := place(file)
	r.add(graph.Asset{Address: address, Type: "dataset", Root: root, Attrs: a, Origin: a.At})
}

func orNothing(lacks []string) string {
	if len(lacks) == 0 {
		return "nothing"
	}
	return strings.Join(lacks, ", ")
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
