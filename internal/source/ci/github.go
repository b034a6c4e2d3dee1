package ci

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// expression is ${{ … }} of GitHub's language.
var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// decided is the variable that stands for an expression in a script.
const decided = "GITHUB_EXPRESSION"

// A scope is what expressions can be computed from.
type scope struct {
	env    map[string]string
	matrix *tree.Node
}

// expand puts the values of env. and matrix. into a text; of a matrix each value
// gives one text. Where something is not known, why says it.
func (s *scope) expand(text string) (all []string, why string) {
	all = []string{text}
	for _, m := range expression.FindAllStringSubmatch(text, 16) {
		name, ok := strings.CutPrefix(m[1], "env.")
		var vs []string
		if ok {
			if v, set := s.env[name]; set && !strings.Contains(v, "${{") {
				vs = []string{v}
			}
		} else if name, ok := strings.CutPrefix(m[1], "matrix."); ok {
			vs = s.values(name)
		}
		if vs == nil || len(all)*len(vs) > 64 {
			return nil, fmt.Sprintf("${{ %s }} is decided when it runs", m[1])
		}
		var next []string
		for _, t := range all {
			for _, v := range vs {
				next = append(next, strings.ReplaceAll(t, m[0], v))
			}
		}
		slices.Sort(next)
		all = slices.Compact(next)
	}
	if slices.ContainsFunc(all, func(t string) bool { return strings.Contains(t, "${{") }) {
		return nil, "an expression in it is decided when it runs"
	}
	return all, ""
}

// values are those that a dimension of the matrix takes; nil when that is not
// known.
func (s *scope) values(name string) []string {
	names := strings.Split(name, ".")
	var out []string
	for _, it := range s.matrix.Get(names[0]).Elements() {
		v := it.Get(names[1:]...)
		if !decidedNow(v) {
			return nil
		}
		out = append(out, v.Text)
	}
	for _, it := range s.matrix.Get("include").Elements() {
		switch v := it.Get(names...); {
		case decidedNow(v):
			out = append(out, v.Text)
		case v != nil || it.Kind != tree.Object:
			return nil
		}
	}
	return out
}

// decidedNow reports whether a value is known before it runs.
func decidedNow(v *tree.Node) bool {
	return v != nil && (v.Kind == tree.String || v.Kind == tree.Number) && !strings.Contains(v.Text, "${{")
}

// plain is a map with what is known of it: expressions that are not are left out.
func (s *scope) plain(env map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range env {
		if !strings.Contains(v, "${{") {
			out[k] = v
		} else if vs, why := s.expand(v); why == "" && len(vs) == 1 {
			out[k] = vs[0]
		}
	}
	return out
}

// server is the first part of types: who reads the file.
func (r *reader) server() string {
	switch workflowFolder(strings.ToLower(r.file)) {
	case ".gitea", ".forgejo":
		return "forgejo"
	}
	return "github"
}

func (r *reader) workflow(doc *tree.Node) {
	env := values(nil, doc.Get("env"))
	for _, j := range doc.Get("jobs").Members() {
		r.githubJob(j.Name, j.Line, j.Value, env, doc.Get("defaults", "run", "shell").Str())
	}
}

func (r *reader) githubJob(name string, line int, n *tree.Node, env map[string]string, sh string) {
	s := &scope{env: values(env, n.Get("env")), matrix: n.Get("strategy", "matrix")}
	from := graph.Address(r.name + "#" + name)
	if u := n.Get("uses"); u.Str() != "" {
		r.f.Blocks++
		r.uses(from, u, s)
		r.with(from, n, s)
		return
	}
	attrs := tree.NewObject(line)
	for _, img := range append([]*tree.Node{image(n.Get("container"))}, services(n.Get("services"))...) {
		for _, v := range s.nodes(img) {
			attrs.Put("image", v)
		}
	}
	labels, shown := s.labels(n.Get("runs-on"), line)
	attrs.Put("runs_on", shown)
	if len(labels) == 1 {
		r.job(r.server()+"-job_"+labels[0], name, line, attrs)
	}
	for _, l := range labels {
		if len(labels) > 1 {
			r.job(r.server()+"-job_"+l, name+"["+l+"]", line, attrs)
			r.f.Assets[len(r.f.Assets)-1].Group = string(from)
		}
	}
	sh = cmp.Or(n.Get("defaults", "run", "shell").Str(), sh)
	r.steps(from, n.Get("steps"), s, sh, shells(labels, n.Get("runs-on")))
}

// shells are those that the machines of a job run by default: PowerShell on Windows.
func shells(labels []string, on *tree.Node) []string {
	for _, it := range on.Elements() {
		if isWindows(it.Str()) {
			return []string{"pwsh"}
		}
	}
	switch n := len(slices.DeleteFunc(slices.Clone(labels), isWindows)); {
	case n == len(labels):
		return []string{""}
	case n == 0:
		return []string{"pwsh"}
	}
	return []string{"", "pwsh"}
}

func isWindows(label string) bool { return strings.Contains(strings.ToLower(label), "windows") }

// image is the image of a container, written short or long.
func image(n *tree.Node) *tree.Node {
	if n != nil && n.Kind == tree.Object {
		return n.Get("image")
	}
	return n
}

func services(n *tree.Node) []*tree.Node {
	var out []*tree.Node
	for _, f := range n.Members() {
		out = append(out, image(f.Value))
	}
	return out
}

// nodes are the values that a text comes to.
func (s *scope) nodes(n *tree.Node) []*tree.Node {
	if n == nil || n.Kind != tree.String || n.Text == "" {
		return nil
	}
	vs, why := s.expand(n.Text)
	if why != "" {
		return []*tree.Node{tree.NewHole(why, n.Line)}
	}
	var out []*tree.Node
	for _, v := range vs {
		out = append(out, tree.NewText(v, n.Line))
	}
	return out
}

// labels are what a job says of its machine: one label each machine, and as an
// attribute. self-hosted counts before all others.
func (s *scope) labels(n *tree.Node, line int) ([]string, *tree.Node) {
	if n == nil {
		return []string{"?"}, tree.NewHole("it does not say on which machine it runs", line)
	}
	if n.Kind == tree.Object {
		if l := n.Get("labels"); l != nil {
			return s.labels(l, line)
		}
		return []string{"group"}, n
	}
	var all []string
	for _, it := range n.Elements() {
		vs, why := s.expand(it.Str())
		if why != "" || it.Str() == "" {
			if why == "" {
				why = "it is no label"
			}
			return []string{"?"}, tree.NewHole(why, n.Line)
		}
		if len(vs) == 1 && vs[0] == "self-hosted" {
			return []string{"self-hosted"}, n
		}
		if len(all) == 0 {
			all = vs
		}
	}
	if len(all) == 0 {
		return []string{"?"}, tree.NewHole("it does not say on which machine it runs", line)
	}
	return all, n
}

// steps reads what a job or an action does.
func (r *reader) steps(from graph.Address, n *tree.Node, s *scope, sh string, defaults []string) {
	for _, st := range n.Elements() {
		in := &scope{env: values(s.env, st.Get("env")), matrix: s.matrix}
		if u := st.Get("uses"); u != nil {
			r.uses(from, u, in)
			r.with(from, st, in)
		}
		run := st.Get("run")
		if run == nil || run.Kind != tree.String {
			continue
		}
		use := []string{cmp.Or(st.Get("shell").Str(), sh)}
		switch {
		case strings.HasPrefix(use[0], "python"):
			if r.o.Python != nil {
				site := shell.Site{From: from, Root: r.root, File: r.file, Line: run.Line, Flat: true, By: "run"}
				if r.lines.Literal(run) {
					site.Line, site.Flat = run.Line+1, false
				}
				site.Add(r.f, r.o.Python(run.Text, 1), nil)
			}
			continue
		case use[0] == "":
			use = defaults
		}
		script := *run
		env := in.plain(in.env)
		script.Text = expression.ReplaceAllStringFunc(run.Text, func(m string) string {
			if vs, why := in.expand(m); why == "" && len(vs) == 1 {
				return vs[0]
			}
			return "${" + decided + "}"
		})
		delete(env, decided)
		for _, sh := range use {
			r.script(sh, from, &script, env, "run")
		}
	}
}

// uses is an action or a workflow of another repository, or an image.
func (r *reader) uses(from graph.Address, n *tree.Node, s *scope) {
	text := n.Str()
	vs, why := s.expand(text)
	switch {
	case why != "":
		r.flow(from, "", why, "source", "uses", n.Line)
		return
	case len(vs) > 0:
		text = vs[0]
	}
	via := "uses " + text
	switch {
	case strings.HasPrefix(text, "./"), strings.HasPrefix(text, "../"), text == "":
	case strings.HasPrefix(text, "docker://"):
		to, ok := shell.Image(text, r.o.Hosts)
		r.flow(from, to, unless(ok, "where images come from by default is not known here"), "registry", via, n.Line)
	case strings.Contains(text, "://"):
		r.flow(from, text, "", "source", via, n.Line)
	case r.server() != "github":
		r.flow(from, "", "the server says where it takes actions from that are named without a host", "source", via, n.Line)
	default:
		name, _, _ := strings.Cut(text, "@")
		host := r.o.Hosts["github"]
		r.flow(from, unless(host == "", "https://"+host+"/"+name), unless(host != "", "where actions come from by default is not known here"), "source", via, n.Line)
	}
}

// unless is a text where something does not hold.
func unless(holds bool, text string) string {
	if holds {
		return ""
	}
	return text
}

// with reads the inputs of an action that are addresses.
func (r *reader) with(from graph.Address, st *tree.Node, s *scope) {
	for _, f := range st.Get("with").Members() {
		key := strings.ToLower(f.Name)
		registry := key == "registry" || key == "registries" || strings.HasSuffix(key, "-registry")
		text := f.Value.Str()
		if text == "" || !registry && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") || strings.Contains(text, "\n") {
			continue
		}
		purpose := "data"
		for _, word := range []string{"registry", "index", "mirror", "download", "channel"} {
			if strings.Contains(key, word) {
				purpose = "registry"
			}
		}
		via := fmt.Sprintf("%s of %s", f.Name, strings.TrimSpace(st.Get("uses").Str()))
		vs, why := s.expand(text)
		if why != "" {
			r.flow(from, "", why, purpose, via, f.Line)
			continue
		}
		for _, v := range vs {
			r.flow(from, v, "", purpose, via, f.Line)
		}
	}
}

// action reads action.yml: a composite action, or one that is an image.
func (r *reader) action(doc *tree.Node) {
	runs := doc.Get("runs")
	if runs == nil {
		return
	}
	attrs := tree.NewObject(runs.Line)
	s := &scope{env: values(nil, runs.Get("env"))}
	from := r.job("github-action", "runs", runs.Line, attrs)
	if img := runs.Get("image").Str(); strings.HasPrefix(img, "docker://") {
		attrs.Put("image", tree.NewText(strings.TrimPrefix(img, "docker://"), runs.Get("image").Line))
	}
	r.steps(from, runs.Get("steps"), s, "", []string{""})
}
