package ci

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// reserved are the keys of a pipeline that are no jobs.
var reserved = []string{"image", "services", "stages", "types", "before_script", "after_script", "variables", "cache", "include", "default", "workflow", "spec", "pages:deploy"}

const gitlabUnset = "NAME is set by GitLab, or in its settings"

// gitlab reads .gitlab-ci.yml, with the local files that it includes.
func (r *reader) gitlab(doc *tree.Node) {
	if doc.Get("spec") != nil && len(doc.Fields) == 1 {
		return // the head of a component; the jobs are in the next document
	}
	g := &gitlabFile{r: r, docs: []*tree.Node{doc}}
	g.include(doc, r.file, 0)
	env := map[string]string{}
	for _, d := range g.docs {
		env = values(env, d.Get("variables"))
	}
	for _, f := range doc.Fields {
		if f.Value != nil && f.Value.Kind == tree.Object && !slices.Contains(reserved, f.Name) && !strings.HasPrefix(f.Name, ".") {
			g.job(f.Name, f.Line, f.Value, env)
		}
	}
}

type gitlabFile struct {
	r    *reader
	docs []*tree.Node // the file, and what it includes
	seen []string
}

// include follows local files, and tells where others come from.
func (g *gitlabFile) include(doc *tree.Node, file string, depth int) {
	r := g.r
	from := graph.Address(r.name)
	for _, it := range doc.Get("include").Elements() {
		local, line := it.Str(), it.Line
		if strings.Contains(local, "://") {
			r.flow(from, local, "", "source", "include", line)
			continue
		}
		if it.Kind == tree.Object {
			local = it.Get("local").Str()
			for _, key := range []string{"remote", "project", "template", "component"} {
				v := it.Get(key).Str()
				if v == "" {
					continue
				}
				to, unknown := v, ""
				if key != "remote" {
					to, unknown = "", "it is of the GitLab that runs the pipeline, which no file names"
					if host, _, ok := strings.Cut(v, "/"); key == "component" && ok && strings.Contains(host, ".") && !strings.Contains(host, "$") {
						to, unknown = v, ""
					}
				}
				r.flow(from, to, unknown, "source", "include "+key+" "+v, line)
			}
		}
		if local == "" || depth > 4 || strings.ContainsAny(local, "*$") {
			continue
		}
		p := path.Join(r.root, path.Clean("/"+local))
		if slices.Contains(g.seen, p) || p == r.file {
			continue
		}
		g.seen = append(g.seen, p)
		docs, src, problem := load(filepath.FromSlash(p))
		if problem != nil {
			r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(line), Message: "what it includes, " + local + ", cannot be read (" + problem.Message + "): put it there"})
			continue
		}
		for _, d := range docs {
			g.docs = append(g.docs, d.At(line))
			g.include(d.At(line), p, depth+1)
		}
		if !strings.HasSuffix(p, ".gitlab-ci.yml") { // else it is read as a file of its own
			g.jobsOf(docs, src, p)
		}
	}
}

// jobsOf reads the jobs of an included file, whose lines are its own.
func (g *gitlabFile) jobsOf(docs []*tree.Node, src []byte, file string) {
	own := *g.r
	own.lines = tree.LinesOf(src)
	own.file, own.name = file, below(g.r.root, file)
	own.f.Files = append(own.f.Files, file)
	sub := &gitlabFile{r: &own, docs: slices.Clone(docs)}
	for _, d := range g.docs {
		sub.docs = append(sub.docs, d.At(1))
	}
	env := map[string]string{}
	for _, d := range sub.docs {
		env = values(env, d.Get("variables"))
	}
	for _, d := range docs {
		for _, f := range d.Members() {
			if f.Value != nil && f.Value.Kind == tree.Object && !slices.Contains(reserved, f.Name) && !strings.HasPrefix(f.Name, ".") {
				sub.job(f.Name, f.Line, f.Value, env)
			}
		}
	}
}

// find is a job or hidden job by name.
func (g *gitlabFile) find(name string) *tree.Node {
	for _, d := range g.docs {
		if n := d.Get(name); n != nil {
			return n
		}
	}
	return nil
}

// key is what a job says, or what it extends, or what holds for all.
func (g *gitlabFile) key(n *tree.Node, name string, depth int) *tree.Node {
	if v := n.Get(name); v != nil {
		return v
	}
	if depth < 8 {
		es := n.Get("extends").Elements()
		for i := len(es) - 1; i >= 0; i-- {
			if base := g.find(es[i].Str()); base != nil {
				if v := g.key(base, name, depth+1); v != nil {
					return v
				}
			}
		}
	}
	return nil
}

func (g *gitlabFile) common(n *tree.Node, name string) *tree.Node {
	if v := g.key(n, name, 0); v != nil {
		return v
	}
	for _, d := range g.docs {
		if v := d.Get("default", name); v != nil {
			return v
		}
		if v := d.Get(name); v != nil && name != "tags" {
			return v
		}
	}
	return nil
}

func (g *gitlabFile) job(name string, line int, n *tree.Node, env map[string]string) {
	r := g.r
	if g.key(n, "script", 0) == nil && g.key(n, "run", 0) == nil && n.Get("trigger") == nil {
		return
	}
	env = g.variables(n, env, 0)
	attrs := tree.NewObject(line)
	imgs := append([]*tree.Node{gitlabImage(g.common(n, "image"))}, serviceImages(g.common(n, "services"))...)
	for _, img := range imgs {
		attrs.Put("image", r.expanded(img, env))
	}
	label := ""
	for _, t := range g.common(n, "tags").Elements() {
		v := r.expanded(t, env)
		attrs.Put("tags", v)
		if label == "" && v != nil {
			if label = v.Text; v.Kind == tree.Hole {
				label = "?"
			}
		}
	}
	from := r.job("gitlab-job_"+label, name, line, attrs)
	// What comes before runs in the same shell.
	g.script(from, append(g.items(g.common(n, "before_script"), 0), g.items(g.common(n, "script"), 0)...), env, "script")
	g.script(from, g.items(g.common(n, "after_script"), 0), env, "after_script")
	if t := n.Get("trigger", "include"); t != nil {
		g.include(&tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: "include", Line: line, Value: t}}}, r.file, 4)
	}
}

// variables are those of a job, over those that it extends.
func (g *gitlabFile) variables(n *tree.Node, env map[string]string, depth int) map[string]string {
	if depth < 8 {
		for _, e := range n.Get("extends").Elements() {
			if base := g.find(e.Str()); base != nil {
				env = g.variables(base, env, depth+1)
			}
		}
	}
	return values(env, n.Get("variables"))
}

func gitlabImage(n *tree.Node) *tree.Node {
	if n != nil && n.Kind == tree.Object {
		return n.Get("name")
	}
	return n
}

func serviceImages(n *tree.Node) []*tree.Node {
	var out []*tree.Node
	for _, it := range n.Elements() {
		out = append(out, gitlabImage(it))
	}
	return out
}

// expanded is a text with the values of variables.
func (r *reader) expanded(n *tree.Node, env map[string]string) *tree.Node {
	if n == nil || n.Kind != tree.String || n.Text == "" {
		return nil
	}
	text := n.Text
	for i := 0; i < 4 && strings.Contains(text, "$"); i++ { // variables may hold others
		v, unknown := shell.Expand(text, shell.Options{Env: env, Unset: gitlabUnset})
		if unknown != "" {
			return tree.NewHole(unknown, n.Line)
		}
		text = v
	}
	return tree.NewText(text, n.Line)
}

// items are the commands of a list, with lists within and references followed.
func (g *gitlabFile) items(n *tree.Node, depth int) []*tree.Node {
	if n == nil || depth > 10 {
		return nil
	}
	if n.Tag == "!reference" {
		var names []string
		for _, it := range n.Items {
			names = append(names, it.Str())
		}
		if len(names) == 0 {
			return nil
		}
		return g.items(g.find(names[0]).Get(names[1:]...).At(n.Line), depth+1)
	}
	if n.Kind != tree.List {
		if n.Kind == tree.String {
			return []*tree.Node{n}
		}
		return nil
	}
	var out []*tree.Node
	for _, it := range n.Items {
		if out = append(out, g.items(it, depth+1)...); len(out) > 10_000 {
			break
		}
	}
	return out
}

// script reads commands that share their variables.
func (g *gitlabFile) script(from graph.Address, items []*tree.Node, env map[string]string, by string) {
	var b strings.Builder
	var at []int // the line of the file, by line of the script
	for _, it := range items {
		text := strings.TrimRight(it.Text, "\n")
		line := it.Line
		many := g.r.lines.Literal(it)
		for range strings.Count(text, "\n") + 1 {
			if many {
				line++
			}
			at = append(at, line)
		}
		b.WriteString(text + "\n")
	}
	if len(at) == 0 {
		return
	}
	calls, faults := shell.Read(b.String(), g.r.shell(env))
	for i := range calls {
		calls[i].Line = at[min(calls[i].Line, len(at))-1]
	}
	for i := range faults {
		faults[i].Line = at[min(faults[i].Line, len(at))-1]
	}
	site := shell.Site{From: from, Root: g.r.root, File: g.r.file, Line: 1, By: by}
	site.Add(g.r.f, calls, faults)
}
