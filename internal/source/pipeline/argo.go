package pipeline

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isArgo tells workflows of Argo, in which the first form of Kubeflow's
// pipelines is written as well.
func isArgo(name, _ string, head func() []byte) bool {
	return yamlName(name) && bytes.Contains(head(), []byte("argoproj.io/")) && (bytes.Contains(head(), []byte("Workflow")))
}

// argo reads what the templates of workflows run. That they are objects of a
// cluster with images is read elsewhere; here are flows only.
func (r *reader) argo(src []byte) {
	for _, d := range r.documents(src) {
		items := []*tree.Node{d}
		if d.Get("kind").Str() == "List" {
			items = d.Get("items").Elements()
		}
		for _, it := range items {
			kind := it.Get("kind").Str()
			if !strings.HasPrefix(it.Get("apiVersion").Str(), "argoproj.io/") || !strings.Contains(kind, "Workflow") {
				continue
			}
			spec := it.Get("spec")
			if w := spec.Get("workflowSpec"); w != nil {
				spec = w
			}
			r.f.Blocks++
			from := strings.ToLower(kind) + "/"
			if ns := it.Get("metadata", "namespace").Str(); ns != "" {
				from += ns + "/"
			}
			from += cmp.Or(it.Get("metadata", "name").Str(), it.Get("metadata", "generateName").Str())
			for _, t := range append(spec.Get("templates").Elements(), spec.Get("templateDefaults")) {
				r.template(graph.Address(from), t)
			}
			r.artifacts(graph.Address(from), spec.Get("arguments"))
		}
	}
}

func (r *reader) template(from graph.Address, t *tree.Node) {
	if t == nil {
		return
	}
	cs := append([]*tree.Node{t.Get("container")}, t.Get("containerSet", "containers").Elements()...)
	cs = append(append(cs, t.Get("initContainers").Elements()...), t.Get("sidecars").Elements()...)
	for _, c := range cs {
		if c != nil {
			r.arguments(from, c.Get("command"), c.Get("args"), environment(c.Get("env")), "container")
		}
	}
	if s := t.Get("script"); s != nil {
		r.source(from, s)
	}
	if h := t.Get("http", "url"); h.Str() != "" {
		to, unknown := known(h.Text)
		r.flow(from, to, unknown, "data", "http", h.Line)
	}
	for _, it := range t.Get("steps").Elements() {
		for _, step := range it.Elements() {
			r.called(from, step)
		}
	}
	for _, task := range t.Get("dag", "tasks").Elements() {
		r.called(from, task)
	}
	if a := t.Get("data", "source", "artifactPaths"); a != nil {
		r.artifact(from, a)
	}
	r.artifacts(from, t.Get("inputs"))
	r.artifacts(from, t.Get("outputs"))
	if a := t.Get("archiveLocation"); a != nil {
		r.artifact(from, a)
	}
}

// called reads a step of a list or a task of a graph: what it is given, and a template
// that it has of its own, which has no further ones.
func (r *reader) called(from graph.Address, step *tree.Node) {
	r.artifacts(from, step.Get("arguments"))
	if in := step.Get("inline"); in != nil && in.Get("steps") == nil && in.Get("dag") == nil {
		r.template(from, in)
	}
}

func environment(n *tree.Node) map[string]string {
	out := map[string]string{}
	for _, v := range n.Elements() {
		if name, value := v.Get("name").Str(), v.Get("value").Str(); name != "" && value != "" && !strings.Contains(value, "{{") {
			out[name] = value
		}
	}
	return out
}

// known is what is known of a URL with placeholders.
func known(t string) (to, unknown string) {
	before, _, open := strings.Cut(t, "{{")
	if !open {
		return t, ""
	}
	if _, rest, ok := strings.Cut(before, "://"); ok && strings.Contains(rest, "/") {
		return before, ""
	}
	return "", t + " is decided when it runs"
}

// source reads the script of a template by the program that runs it.
func (r *reader) source(from graph.Address, s *tree.Node) {
	src := s.Get("source")
	if src.Str() == "" {
		return
	}
	env := environment(s.Get("env"))
	words := ""
	for _, c := range s.Get("command").Elements() {
		words += c.Str() + " "
	}
	// Placeholders would be brackets of the shell.
	text := holes(src.Text, "${PLACEHOLDER}")
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: src.Line, Flat: true, By: "script"}
	if r.lines.Literal(src) {
		site.Line, site.Flat = src.Line+1, false
	}
	read := shell.For(words)
	switch {
	case strings.Contains(words, "python"):
		site.Add(r.f, Python(src.Text, 1, r.o.Hosts, env), nil)
	case read != nil:
		calls, faults := read(text, r.shell(env))
		site.Add(r.f, calls, faults)
	default:
		r.problem(src.Line, "the script of its template is in a language that is not read: look at what it fetches")
	}
}

// holes puts something else where a template has {{…}}, and nothing where it has
// {%…%}.
func holes(t, instead string) string {
	var b strings.Builder
	for {
		i, end := strings.Index(t, "{{"), "}}"
		if j := strings.Index(t, "{%"); j >= 0 && (i < 0 || j < i) {
			i, end = j, "%}"
		}
		if i < 0 {
			break
		}
		j := strings.Index(t[i:], end)
		if j < 0 {
			break
		}
		b.WriteString(t[:i])
		if end == "}}" {
			b.WriteString(instead)
		}
		t = t[i+j+2:]
	}
	return b.String() + t
}

// artifacts reads where inputs come from and outputs go.
func (r *reader) artifacts(from graph.Address, n *tree.Node) {
	for _, a := range n.Get("artifacts").Elements() {
		r.artifact(from, a)
	}
}

func (r *reader) artifact(from graph.Address, a *tree.Node) {
	send := func(n *tree.Node, purpose, via string) {
		if n.Str() == "" {
			return
		}
		to, unknown := known(n.Text)
		r.flow(from, to, unknown, purpose, via, n.Line)
	}
	send(a.Get("git", "repo"), "source", "artifact git")
	send(a.Get("http", "url"), "data", "artifact http")
	send(a.Get("artifactory", "url"), "data", "artifact artifactory")
	send(a.Get("s3", "endpoint"), "data", "artifact s3")
	send(a.Get("oss", "endpoint"), "data", "artifact oss")
	send(a.Get("azure", "endpoint"), "data", "artifact azure")
	for _, h := range a.Get("hdfs", "addresses").Elements() {
		send(h, "data", "artifact hdfs")
	}
	if a.Get("gcs") != nil {
		r.object(from, "gs://"+cmp.Or(a.Get("gcs", "bucket").Str(), "bucket"), "", "data", "artifact gcs", a.Get("gcs").Line)
	}
	if s := a.Get("s3"); s != nil && s.Get("endpoint") == nil && s.Get("bucket").Str() != "" {
		r.object(from, "s3://"+s.Get("bucket").Text, s.Get("region").Str(), "data", "artifact s3", s.Line)
	}
}
