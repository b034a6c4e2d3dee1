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
	g := &gitlabFile{r: r, docs: []*tree.Node{doc}, seen: map[string]bool{r.file: true}}
	g.include(doc, 0)
	g.jobs(g, []*tree.Node{doc})
	g.included()
}

// A gitlabFile is a pipeline with what it includes. What stands first in docs counts
// before what stands after it.
type gitlabFile struct {
	r     *reader
	docs  []*tree.Node
	files []gitlabInclude
	seen  map[string]bool // of a pipeline and its children
	looks int
}

// maxLooks is how often jobs are looked for that others extend or refer to.
const maxLooks = 10_000

// A gitlabInclude is a local file that is no pipeline of its own.
type gitlabInclude struct {
	docs []*tree.Node
	src  []byte
	file string
}

// include follows local files, the last of which counts first, and tells where others
// come from.
func (g *gitlabFile) include(doc *tree.Node, depth int) {
	r := g.r
	from := graph.Address(r.name)
	for _, it := range slices.Backward(doc.Get("include").Elements()) {
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
		if local != "" {
			g.local(local, line, depth)
		}
	}
}

// local reads a file of the repository that is included.
func (g *gitlabFile) local(local string, line, depth int) {
	r := g.r
	problem := func(message string) {
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(line), Message: "what it includes, " + local + ", " + message})
	}
	switch {
	case strings.ContainsAny(local, "*$"):
		problem("is named by a pattern or a variable and was not followed: name each file")
		return
	case depth > 4:
		problem("is included by files that are included too deep, and was not followed: include it above")
		return
	}
	p := path.Join(r.root, path.Clean("/"+local))
	if g.seen[p] {
		return
	}
	g.seen[p] = true
	docs, src, fault := load(filepath.FromSlash(p))
	if fault != nil {
		problem("cannot be read (" + fault.Message + "): put it there")
		return
	}
	for _, d := range docs {
		g.docs = append(g.docs, d.At(line))
		g.include(d.At(line), depth+1)
	}
	if !strings.HasSuffix(p, ".gitlab-ci.yml") { // else it is read as a file of its own
		g.files = append(g.files, gitlabInclude{docs, src, p})
	}
}

// included reads the jobs of included files, whose lines are their own.
func (g *gitlabFile) included() {
	for _, in := range g.files {
		own := *g.r
		own.lines = tree.LinesOf(in.src)
		own.file, own.name = in.file, below(g.r.root, in.file)
		own.f.Files = append(own.f.Files, in.file)
		sub := &gitlabFile{r: &own, docs: slices.Clone(in.docs), seen: g.seen}
		for _, d := range g.docs {
			sub.docs = append(sub.docs, d.At(1))
		}
		sub.jobs(g, in.docs)
	}
}

// jobs reads the jobs of documents, with the variables of a pipeline.
func (g *gitlabFile) jobs(of *gitlabFile, docs []*tree.Node) {
	env := map[string]string{}
	for _, d := range slices.Backward(of.docs) {
		env = values(env, d.Get("variables"))
	}
	for _, d := range docs {
		for _, f := range d.Members() {
			if f.Value != nil && f.Value.Kind == tree.Object && !slices.Contains(reserved, f.Name) && !strings.HasPrefix(f.Name, ".") {
				g.job(f.Name, f.Line, f.Value, env)
			}
		}
	}
}

// find is a job or hidden job by name.
func (g *gitlabFile) find(name string) *tree.Node {
	if g.looks++; g.looks >= maxLooks {
		if g.looks == maxLooks {
			g.r.f.Problems = append(g.r.f.Problems, graph.Problem{Origin: g.r.at(1), Message: "its jobs extend and refer to each other more often than is followed: take out what refers to itself"})
		}
		return nil
	}
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
	steps := g.key(n, "run", 0)
	if g.key(n, "script", 0) == nil && steps == nil && n.Get("trigger") == nil {
		for _, e := range n.Get("extends").Elements() {
			if e.Str() != "" && g.find(e.Str()) == nil {
				r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(line), Message: "the job " + name + " extends " + e.Str() + ", which no file here holds, so what it runs is not known: put it into a local file"})
				break
			}
		}
		return
	}
	env = resolved(g.variables(n, env, 0))
	attrs := tree.NewObject(line)
	imgs := []*tree.Node{g.image(g.common(n, "image"))}
	for _, it := range g.followed(g.common(n, "services"), 0).Elements() {
		imgs = append(imgs, g.image(it))
	}
	for _, img := range imgs {
		attrs.Put("image", expanded(img, env, gitlabUnset))
	}
	label, windows := "", false
	for _, t := range g.followed(g.common(n, "tags"), 0).Elements() {
		v := expanded(t, env, gitlabUnset)
		windows = windows || isWindows(t.Str())
		attrs.Put("tags", v)
		if label == "" && v != nil {
			if label = v.Text; v.Kind == tree.Hole {
				label = "?"
			}
		}
	}
	from := r.job("gitlab-job_"+label, name, line, attrs)
	// What comes before runs in the same shell.
	read := shell.Read
	if windows {
		read = shell.PowerShell
	}
	r.commands(read, from, append(g.items(g.common(n, "before_script"), 0), g.items(g.common(n, "script"), 0)...), env, "script")
	r.commands(read, from, g.items(g.common(n, "after_script"), 0), env, "after_script")
	for _, st := range steps.Elements() {
		r.commands(read, from, g.items(st.Get("script"), 0), env, "run")
		if step := st.Get("step"); step != nil {
			r.flow(from, "", "where the step "+step.Str()+" comes from and what it runs is not read", "source", "run", step.Line)
		}
	}
	if t := n.Get("trigger", "include"); t != nil {
		child := &gitlabFile{r: r, seen: g.seen}
		child.include(&tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: "include", Line: line, Value: t}}}, 0)
		child.included()
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

// image is the name of an image, written short, long or by reference.
func (g *gitlabFile) image(n *tree.Node) *tree.Node {
	if n = g.followed(n, 0); n != nil && n.Kind == tree.Object {
		return g.followed(n.Get("name"), 0)
	}
	return n
}

// followed is what a reference leads to; anything else is itself.
func (g *gitlabFile) followed(n *tree.Node, depth int) *tree.Node {
	if n == nil || n.Tag != "!reference" || depth > 10 || len(n.Items) == 0 {
		return n
	}
	var names []string
	for _, it := range n.Items {
		names = append(names, it.Str())
	}
	to := g.find(names[0]).Get(names[1:]...)
	if to == nil && g.looks < maxLooks {
		return tree.NewHole("it refers to "+strings.Join(names, ", ")+", which no file here holds", n.Line)
	}
	if to == nil {
		return nil
	}
	return g.followed(to.At(n.Line), depth+1)
}

// resolved are variables with those that they hold put in; one that cannot be is left out.
func resolved(env map[string]string) map[string]string {
	out := make(map[string]string, len(env))
	for k, v := range env {
		switch n := expanded(tree.NewText(v, 0), env, gitlabUnset); {
		case n == nil:
			out[k] = v
		case n.Kind != tree.Hole:
			out[k] = n.Text
		}
	}
	return out
}

// expanded is a text with the values of variables.
func expanded(n *tree.Node, env map[string]string, unset string) *tree.Node {
	if n == nil || n.Kind == tree.Hole {
		return n
	}
	if n.Kind != tree.String || n.Text == "" {
		return nil
	}
	text := n.Text
	for i := 0; i < 4 && strings.Contains(text, "$"); i++ { // variables may hold others
		v, unknown := shell.Expand(text, shell.Options{Env: env, Unset: unset})
		if unknown != "" {
			return tree.NewHole(unknown, n.Line)
		}
		text = v
	}
	if strings.Contains(text, "$") {
		return tree.NewHole("its variables hold each other", n.Line)
	}
	return tree.NewText(text, n.Line)
}

// items are the commands of a list, with lists within and references followed.
func (g *gitlabFile) items(n *tree.Node, depth int) []*tree.Node {
	if n == nil || depth > 10 {
		return nil
	}
	if to := g.followed(n, 0); to != n {
		if to == nil {
			return nil
		}
		if to.Kind == tree.Hole {
			g.r.f.Problems = append(g.r.f.Problems, graph.Problem{Origin: g.r.at(n.Line), Message: to.Text + ", so what it runs is not known: put it into a local file"})
			return nil
		}
		return g.items(to, depth+1)
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
