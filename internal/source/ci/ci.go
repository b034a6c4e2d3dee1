// Package ci reads what build servers run: workflows and actions of GitHub and
// of those who read the same language (Forgejo, Gitea), pipelines of GitLab,
// Azure, Bitbucket and CircleCI; and of pipelines of Jenkins what stands plainly in them.
//
// A job is an asset of the language "ci", named FILE#JOB below the folder of the
// repository. Its type is SERVER-job_LABEL, with what it says about the machine
// that it asks for: which label means whose machine is a dialect's matter. Images
// are attributes; what its commands and actions fetch are flows.
package ci

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options = shell.Around

const (
	maxBytes   = 8 << 20
	maxProgram = 1 << 20 // of Jenkins
)

// A dialect of build servers.
type server struct {
	match func(p string, head func() []byte) bool // p in lower case, with slashes
	root  func(p string) string                   // the folder of the repository
	read  func(r *reader, doc *tree.Node)
}

// servers are asked in this order; the first that matches reads a file.
var servers = []server{
	{func(p string, _ func() []byte) bool { return workflowFolder(p) != "" }, workflowRoot, (*reader).workflow},
	{action, path.Dir, (*reader).action},
	{func(p string, _ func() []byte) bool {
		return strings.HasSuffix(p, ".gitlab-ci.yml") || strings.HasSuffix(p, ".gitlab-ci.yaml")
	}, path.Dir, (*reader).gitlab},
	{func(p string, _ func() []byte) bool {
		return strings.HasPrefix(path.Base(p), "azure-pipelines") || strings.HasPrefix(path.Base(p), ".azure-pipelines")
	}, path.Dir, (*reader).azure},
	{func(p string, _ func() []byte) bool {
		return path.Base(p) == "bitbucket-pipelines.yml"
	}, path.Dir, (*reader).bitbucket},
	{func(p string, _ func() []byte) bool {
		return strings.HasSuffix(p, ".circleci/config.yml") || strings.HasSuffix(p, ".circleci/config.yaml")
	}, func(p string) string { return path.Dir(path.Dir(p)) }, (*reader).circle},
}

// workflowFolder is the folder of workflows that a file lies in, "" for none.
func workflowFolder(p string) string {
	dir := path.Base(path.Dir(path.Dir(p)))
	if path.Base(path.Dir(p)) == "workflows" && (dir == ".github" || dir == ".gitea" || dir == ".forgejo") {
		return dir
	}
	return ""
}

func workflowRoot(p string) string { return path.Dir(path.Dir(path.Dir(p))) }

func action(p string, head func() []byte) bool {
	if name := path.Base(p); name != "action.yml" && name != "action.yaml" {
		return false
	}
	return bytes.HasPrefix(head(), []byte("runs:")) || bytes.Contains(head(), []byte("\nruns:"))
}

func serverOf(file string, head func() []byte) *server {
	p := strings.ToLower(filepath.ToSlash(file))
	if ext := path.Ext(p); ext != ".yml" && ext != ".yaml" {
		return nil
	}
	for i := range servers {
		if servers[i].match(p, head) {
			return &servers[i]
		}
	}
	return nil
}

// below is a file's path within a folder.
func below(root, file string) string {
	if root == "." {
		return file
	}
	return strings.TrimPrefix(strings.TrimPrefix(file, root), "/")
}

// Match reports whether a file is one that a build server reads.
func Match(file string, head func() []byte) bool {
	return serverOf(file, head) != nil || isJenkins(strings.ToLower(filepath.ToSlash(file)), head)
}

// Read reads the files.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	roots := map[string]bool{}
	for _, file := range files {
		name := filepath.ToSlash(file)
		f.Files = append(f.Files, name)
		if serverOf(file, func() []byte { return nil }) == nil && isJenkins(strings.ToLower(name), func() []byte { return []byte("pipeline {") }) {
			readJenkins(&f, &o, name, file, roots)
			continue
		}
		docs, src, p := load(file)
		if p != nil {
			f.Problems = append(f.Problems, *p)
		}
		s := serverOf(file, func() []byte { return src })
		if s == nil {
			continue
		}
		r := &reader{f: &f, o: &o, file: name, root: s.root(name), lines: tree.LinesOf(src)}
		r.name = below(r.root, name)
		if !roots[r.root] {
			roots[r.root] = true
			r.remote()
		}
		for _, doc := range docs {
			s.read(r, doc)
		}
	}
	shell.Tidy(&f)
	return f
}

// readJenkins reads a pipeline of Jenkins, which is a program.
func readJenkins(f *graph.Facts, o *Options, name, file string, roots map[string]bool) {
	src, err := tree.Load(file, maxProgram)
	if err != nil {
		f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
		return
	}
	r := &reader{f: f, o: o, file: name, root: path.Dir(name)}
	r.name = below(r.root, name)
	if !roots[r.root] {
		roots[r.root] = true
		r.remote()
	}
	r.jenkins(src)
}

func load(file string) ([]*tree.Node, []byte, *graph.Problem) {
	origin := graph.Origin{File: filepath.ToSlash(file)}
	src, err := tree.Load(file, maxBytes)
	if err != nil {
		return nil, nil, &graph.Problem{Origin: origin, Message: err.Error()}
	}
	docs, err := tree.YAML(src)
	if err != nil {
		p := &graph.Problem{Origin: origin}
		p.Origin.Line, p.Message = tree.Fault(err)
		return docs, src, p
	}
	return docs, src, nil
}

type reader struct {
	f     *graph.Facts
	o     *Options
	file  string
	root  string
	name  string // of the file below root
	lines tree.Lines
}

func (r *reader) at(line int) graph.Origin { return graph.Origin{File: r.file, Line: line} }

// remote is where the repository comes from, as its clone says.
func (r *reader) remote() {
	file := path.Join(r.root, ".git/config")
	src, err := tree.Load(filepath.FromSlash(file), 1<<20)
	if err != nil {
		return
	}
	in, n := false, 0
	for line := range strings.Lines(string(src)) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = line == `[remote "origin"]`
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !in || !ok || strings.TrimSpace(name) != "url" {
			continue
		}
		if to := repository(strings.TrimSpace(value)); to != "" {
			r.f.Flows = append(r.f.Flows, graph.Flow{From: "origin", To: graph.Address(to), State: graph.Planned, Purpose: "source",
				Via: "the remote origin", Root: r.root, Origin: graph.Origin{File: file, Line: n}})
			r.f.Files = append(r.f.Files, file)
		}
	}
}

// repository is the address of a repository without who logs in; "" for a path.
func repository(text string) string {
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		host, tail, _ := strings.Cut(rest, "/")
		if scheme == "file" {
			return ""
		}
		return scheme + "://" + host[strings.LastIndexByte(host, '@')+1:] + "/" + tail
	}
	host, tail, ok := strings.Cut(text, ":")
	if !ok || strings.ContainsAny(host, "/\\") || len(host) < 2 {
		return ""
	}
	return "ssh://" + host[strings.LastIndexByte(host, '@')+1:] + "/" + strings.TrimPrefix(tail, "/")
}

// job enters a job.
func (r *reader) job(typ, name string, line int, attrs *tree.Node) graph.Address {
	r.f.Blocks++
	if _, label, ok := strings.Cut(typ, "_"); ok {
		v := tree.NewText(strings.TrimSuffix(typ, "_"), line)
		switch {
		case label == "?":
			v = tree.NewHole("the label of the machine is decided when it runs", line)
		case label != "":
			v.Text = label
		}
		attrs.Put("machine", v)
	}
	at := graph.Address(r.name + "#" + name)
	r.f.Assets = append(r.f.Assets, graph.Asset{Address: at, Language: "ci", Type: typ, Root: r.root, Attrs: attrs.Reader(r.file), Origin: r.at(line)})
	return at
}

// script reads what a step runs in a shell. A block of text begins on the line after
// its key.
func (r *reader) script(sh string, from graph.Address, n *tree.Node, env map[string]string, by string) {
	if n == nil || n.Kind != tree.String {
		return
	}
	line, flat := n.Line, !r.lines.Literal(n)
	if !flat {
		line++
	}
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: line, Flat: flat, By: by}
	read := shell.For(sh)
	if read == nil {
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(n.Line), Message: "its commands are for cmd or another language that is not read: look at what it fetches"})
		return
	}
	calls, faults := read(n.Text, r.shell(env))
	site.Add(r.f, calls, faults)
}

// commands reads a list of them that share their variables.
func (r *reader) commands(read func(string, shell.Options) ([]shell.Call, []shell.Fault), from graph.Address, items []*tree.Node, env map[string]string, by string) {
	var b strings.Builder
	var at []int // the line of the file, by line of the script
	for _, it := range items {
		text := strings.TrimRight(it.Text, "\n")
		line := it.Line
		many := r.lines.Literal(it)
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
	calls, faults := read(b.String(), r.shell(env))
	for i := range calls {
		calls[i].Line = at[min(calls[i].Line, len(at))-1]
	}
	for i := range faults {
		faults[i].Line = at[min(faults[i].Line, len(at))-1]
	}
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: 1, By: by}
	site.Add(r.f, calls, faults)
}

func (r *reader) shell(env map[string]string) shell.Options {
	return shell.Options{Env: env, Unset: "NAME is set where it runs, if at all", Around: *r.o}
}

// flow enters a flow of a job.
func (r *reader) flow(from graph.Address, to, unknown, purpose, via string, line int) {
	r.f.Flows = append(r.f.Flows, graph.Flow{From: from, To: graph.Address(to), Unknown: unknown, State: graph.Planned, Purpose: purpose, Via: via, Root: r.root, Origin: r.at(line)})
}

// values adds the plain values of a map of variables.
func values(env map[string]string, n *tree.Node) map[string]string {
	out := make(map[string]string, len(env))
	for k, v := range env {
		out[k] = v
	}
	for _, f := range n.Members() {
		v := f.Value
		if v != nil && v.Kind == tree.Object {
			v = v.Get("value") // with a description
		}
		if v == nil || v.Kind == tree.Object || v.Kind == tree.List || v.Kind == tree.Hole {
			delete(out, f.Name)
			continue
		}
		out[f.Name] = v.Text
	}
	return out
}
