package pipeline

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isKFP tells a compiled pipeline of Kubeflow: YAML, or JSON as Vertex AI takes.
func isKFP(name, _ string, head func() []byte) bool {
	if !yamlName(name) {
		return false
	}
	h := head()
	return bytes.Contains(h, []byte("deploymentSpec")) && (bytes.Contains(h, []byte("executors")) || bytes.Contains(h, []byte("schemaVersion")))
}

// kfp reads the executors of a pipeline, and what the second document says of
// them for Kubernetes.
func (r *reader) kfp(src []byte) {
	docs := r.documents(src)
	var kubernetes *tree.Node
	for _, d := range docs {
		if k := d.Get("platforms", "kubernetes", "deploymentSpec", "executors"); k != nil {
			kubernetes = k
		}
	}
	for _, d := range docs {
		if spec := d.Get("pipelineSpec"); spec != nil {
			d = spec
		}
		if d.Get("deploymentSpec") == nil {
			continue
		}
		name := d.Get("pipelineInfo", "name").Str()
		if name == "" {
			name = "pipeline"
		}
		attrs := tree.NewObject(d.Line)
		if root := d.Get("defaultPipelineRoot"); root.Str() != "" {
			attrs.Put("root", root)
			r.object(graph.Address(r.name+"#"+name), root.Text, "", "data", "defaultPipelineRoot", root.Line)
		}
		r.step("kfp-pipeline", name, d.Line, attrs)
		for _, e := range d.Get("deploymentSpec", "executors").Members() {
			r.executor(d, e, kubernetes.Get(e.Name))
		}
	}
}

// imported is the address that an importer takes from a parameter: a constant of
// the task that uses it, or the default of the pipeline's own input.
func imported(d *tree.Node, label, parameter string) *tree.Node {
	for _, task := range d.Get("root", "dag", "tasks").Members() {
		component := task.Value.Get("componentRef", "name").Str()
		if d.Get("components", component, "executorLabel").Str() != label {
			continue
		}
		in := task.Value.Get("inputs", "parameters", parameter)
		if c := in.Get("runtimeValue", "constant"); c.Str() != "" {
			return c
		}
		if v := d.Get("root", "inputDefinitions", "parameters", in.Get("componentInputParameter").Str(), "defaultValue"); v.Str() != "" {
			return v
		}
	}
	return nil
}

func (r *reader) executor(d *tree.Node, e tree.Field, platform *tree.Node) {
	if imp := e.Value.Get("importer"); imp != nil {
		attrs := tree.NewObject(e.Line)
		from := r.step("kfp-importer", e.Name, e.Line, attrs)
		uri := imp.Get("artifactUri", "constant")
		if uri.Str() == "" {
			if s := uri.Get("stringValue"); s != nil {
				uri = s
			}
		}
		name := imp.Get("artifactUri", "runtimeParameter").Str()
		if uri.Str() == "" {
			uri = imported(d, e.Name, name)
		}
		if uri.Str() != "" {
			attrs.Put("uri", uri)
			r.object(from, uri.Text, "", "dataset", "importer", uri.Line)
			return
		}
		r.flow(from, "", "the parameter "+name+" says what it imports, when the pipeline runs", "dataset", "importer", e.Line)
		return
	}
	containers := e.Value.Get("container").Elements()
	for _, pool := range e.Value.Get("customJob", "customJob", "jobSpec", "workerPoolSpecs").Elements() { // of Vertex AI
		containers = append(containers, pool.Get("containerSpec").Elements()...)
		containers = append(containers, pool.Get("pythonPackageSpec").Elements()...)
	}
	seen := map[string]int{}
	name := e.Name
	for _, c := range containers {
		e.Name = numbered(name, seen)
		r.container(e, c, platform)
	}
}

// container enters what an executor runs.
func (r *reader) container(e tree.Field, c, platform *tree.Node) {
	attrs := tree.NewObject(e.Line)
	for _, key := range []string{"image", "imageUri", "executorImageUri"} {
		if img := c.Get(key); img.Str() != "" {
			attrs.Put("image", unresolved(img))
		}
	}
	for _, ic := range platform.Get("initContainers").Elements() {
		attrs.Put("image", unresolved(ic.Get("image")))
	}
	env := map[string]string{}
	envs := tree.NewObject(e.Line)
	for _, v := range c.Get("env").Elements() {
		name, value := v.Get("name").Str(), v.Get("value")
		if name == "" {
			continue
		}
		envs.Put(name, unresolved(value))
		if value.Str() != "" && !strings.Contains(value.Text, "{{") {
			env[name] = value.Text
		}
	}
	if len(envs.Fields) > 0 {
		attrs.Put("environment", envs)
	}
	from := r.step("kfp-executor", e.Name, e.Line, attrs)
	r.arguments(from, c.Get("command"), c.Get("args"), env, "command")
	if l := c.Get("lifecycle", "preCacheCheck"); l != nil {
		r.arguments(from, l.Get("command"), l.Get("args"), env, "preCacheCheck")
	}
}

// unresolved is a text, or a hole where a placeholder stands in it.
func unresolved(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	if n.Kind == tree.String && (strings.Contains(n.Text, "{{") || strings.Contains(n.Text, "{%")) {
		return tree.NewHole(n.Text+" is decided when it runs", n.Line)
	}
	return n
}

// arguments reads a command and its arguments, and the Python that stands among
// them.
func (r *reader) arguments(from graph.Address, command, args *tree.Node, env map[string]string, by string) {
	var all []string
	line := 0
	for _, n := range append(append([]*tree.Node{}, command.Elements()...), args.Elements()...) {
		if line == 0 {
			line = n.Line
		}
		all = append(all, holes(n.Text, shell.Hole))
	}
	if len(all) == 0 {
		return
	}
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: line, Flat: true, By: by}
	calls, faults := shell.Command(all, r.shell(env))
	site.Add(r.f, slices.DeleteFunc(calls, func(c shell.Call) bool { return bootstrap(all, &c) }), faults)
	for _, n := range command.Elements() {
		if program(n.Text) {
			own := site
			own.Line = n.Line
			own.Add(r.f, Python(n.Text, 1, r.o.Hosts, env), nil)
		}
	}
}

// bootstrap reports whether a call is the last resort of the compiler's template
// for an image that has no pip: with pip in it nothing is fetched so, and the
// packages that pip then installs are calls of their own.
func bootstrap(args []string, c *shell.Call) bool {
	return c.Tool == "apt-get install" && len(c.Packages) == 1 && c.Packages[0].Name == "python3-pip" &&
		slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, "ensurepip --user || apt-get install python3-pip") })
}

// program reports whether an argument is a Python program, as the compiler puts
// it there.
func program(t string) bool {
	return strings.Contains(t, "\n") && (strings.Contains(t, "\ndef ") || strings.HasPrefix(t, "def ") || strings.Contains(t, "\nimport ") || strings.HasPrefix(t, "import ") || strings.HasPrefix(t, "from "))
}
