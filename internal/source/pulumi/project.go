package pulumi

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A document is one file of a project.
type document struct {
	file string
	node *tree.Node // nil when it could not be read, or is empty
}

// A stackFile holds the configuration of one stack.
type stackFile struct {
	document
	name string
}

// A project is a folder with a Pulumi.yaml.
type project struct {
	dir     string
	main    document // Pulumi.yaml
	program document // Main.yaml, of programs that do not stand in Pulumi.yaml
	stacks  []stackFile
}

// project turns a folder into assets, once for each of its stacks.
func (r *reading) project(p *project) {
	if p.main.node == nil {
		return // a Main.yaml of something else; a Pulumi.yaml that could not be read is a problem already
	}
	name := p.main.node.Get("name").Str()
	runtime := cmp.Or(p.main.node.Get("runtime").Str(), p.main.node.Get("runtime", "name").Str())
	if runtime == "" && p.main.node.Get("resources") == nil {
		return // a template, or another tool's file of that name
	}
	r.state(p)
	if runtime != "" && runtime != "yaml" {
		if !r.shown[name] {
			at := graph.Address("pulumi:" + cmp.Or(name, path.Base(p.dir)))
			line := 1
			if n := p.main.node.Get("runtime"); n != nil {
				line = n.Line
			}
			r.facts.Blocks++
			r.facts.Assets = append(r.facts.Assets, graph.Asset{Address: at, Language: "pulumi", Type: "module", Root: p.dir, Attrs: graph.NoAttrs, Group: string(at),
				Partial: fmt.Sprintf("it is a program in %s, which is not run: write pulumi preview --json > preview.json beside it", runtime),
				Origin:  graph.Origin{File: p.main.file, Line: line}})
		}
		return
	}
	program := p.main
	if program.node.Get("resources") == nil && p.program.node != nil {
		program = p.program
	}
	slices.SortFunc(p.stacks, func(a, b stackFile) int { return strings.Compare(a.file, b.file) })
	if len(p.stacks) == 0 {
		r.run(&machine{r: r, project: p, program: program, name: name, root: p.dir})
		return
	}
	for i := range p.stacks {
		s := &p.stacks[i]
		r.run(&machine{r: r, project: p, program: program, name: name, root: s.file, stack: s})
	}
}

// state is where the project keeps its state. A project that does not say so
// has it where whoever logs in chose; the service of Pulumi is only the default.
func (r *reading) state(p *project) {
	backend := p.main.node.Get("backend")
	line := p.main.node.Line
	if backend != nil {
		line = backend.Line
	}
	attrs := &tree.Node{Kind: tree.Object, Line: line}
	kind := "login"
	if url := backend.Get("url"); url != nil {
		attrs.Fields = append(attrs.Fields, tree.Field{Name: "url", Line: url.Line, Value: url})
		kind, _, _ = strings.Cut(url.Str(), "://")
		if kind == "" || strings.ContainsAny(kind, "/ ") {
			kind = "login"
		}
		attrs.Fields = append(attrs.Fields, backendFields(url)...)
	}
	root := p.dir
	for _, s := range p.stacks {
		if key := s.node.Get("secretsprovider"); key != nil {
			attrs.Fields = append(attrs.Fields, tree.Field{Name: "secretsProvider", Line: key.Line, Value: key})
			break
		}
	}
	r.facts.Assets = append(r.facts.Assets, graph.Asset{Address: "pulumi.backend", Language: "pulumi", Type: "backend." + kind, Root: root, Attrs: attrs.Reader(p.main.file),
		Group: "pulumi.backend", Origin: graph.Origin{File: p.main.file, Line: line}})
}

// backendFields takes an address such as s3://bucket/path?region=eu-west-3 apart.
func backendFields(url *tree.Node) []tree.Field {
	_, rest, ok := strings.Cut(url.Str(), "://")
	if !ok {
		return nil
	}
	rest, query, _ := strings.Cut(rest, "?")
	bucket, _, _ := strings.Cut(rest, "/")
	fields := []tree.Field{{Name: "bucket", Line: url.Line, Value: &tree.Node{Kind: tree.String, Line: url.Line, Text: bucket}}}
	for part := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(part, "="); ok && name != "url" && name != "bucket" && name != "secretsProvider" {
			fields = append(fields, tree.Field{Name: name, Line: url.Line, Value: &tree.Node{Kind: tree.String, Line: url.Line, Text: value}})
		}
	}
	return fields
}
