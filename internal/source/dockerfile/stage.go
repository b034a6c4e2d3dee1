package dockerfile

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

type reader struct {
	f      *graph.Facts
	o      *Options
	file   string
	root   string            // its folder
	name   string            // its name in there
	global map[string]string // arguments before the first stage
	stages map[string]*stage // by name and by number
	list   []*stage
	now    *stage
}

// A stage is what one FROM begins.
type stage struct {
	name   string // or its number
	line   int
	node   *tree.Node // its attributes
	env    map[string]string
	system string // the distribution that its base tells by name
	shell  string // that runs its commands, as SHELL names it: "", "cmd", `["powershell"]`
	said   bool   // that its commands are not read
}

// unset says why a variable is not known.
const unset = "NAME has no value here: whoever builds it gives one"

func (r *reader) instruction(in *instruction) {
	switch in.word {
	case "ARG":
		r.arg(in)
	case "FROM":
		r.from(in)
	}
	if r.now == nil {
		return
	}
	switch in.word {
	case "ENV":
		r.env(in)
	case "RUN", "CMD", "ENTRYPOINT":
		r.run(in)
	case "HEALTHCHECK":
		if i := strings.Index(in.text, "CMD"); i >= 0 {
			inner := *in
			inner.at += strings.Count(in.text[:i], "\n")
			inner.text, inner.docs = strings.TrimLeft(in.text[i+3:], " \t"), nil
			r.run(&inner)
		}
	case "ONBUILD":
		inner := instruction{line: in.line}
		inner.parse(in.text)
		if inner.word != "FROM" && inner.word != "ONBUILD" && inner.word != "ARG" {
			r.instruction(&inner)
		}
	case "ADD", "COPY":
		r.copy(in)
	case "SHELL":
		r.now.shell = in.text
	}
}

func (r *reader) options(env map[string]string) shell.Options {
	o := shell.Options{Env: env, Unset: unset, Around: *r.o}
	if r.now != nil {
		o.System = r.now.system
	}
	return o
}

// arg takes ARG NAME, ARG NAME=default, several in one.
func (r *reader) arg(in *instruction) {
	for _, w := range assignments(in.text) {
		name, value, given := strings.Cut(w, "=")
		env := r.global
		if r.now != nil {
			env = r.now.env
			if old, ok := r.global[name]; ok && !given {
				env[name] = old
			}
		}
		if !given {
			continue
		}
		if v, unknown := shell.Expand(value, r.options(env)); unknown == "" {
			env[name] = v
		} else {
			delete(env, name)
		}
	}
}

// env takes ENV A=b C=d, and ENV A b as it was written once.
func (r *reader) env(in *instruction) {
	ws := assignments(in.text)
	if len(ws) > 1 && !strings.Contains(ws[0], "=") {
		ws = []string{ws[0] + "=" + strings.Join(ws[1:], " ")}
	}
	for _, w := range ws {
		name, value, _ := strings.Cut(w, "=")
		if v, unknown := shell.Expand(value, r.options(r.now.env)); unknown == "" {
			r.now.env[name] = v
		} else {
			delete(r.now.env, name)
		}
	}
}

// assignments cuts at blanks outside of quotes, and takes the quotes off.
func assignments(text string) []string {
	var out []string
	var b strings.Builder
	quote, open := byte(0), false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open = c, true
		case c == '\\' && i+1 < len(text) && quote != '\'':
			if i++; text[i] != '\n' {
				if text[i] == '$' {
					b.WriteByte('\\')
				}
				b.WriteByte(text[i])
				open = true
			}
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			if open {
				out = append(out, b.String())
				b.Reset()
				open = false
			}
		default:
			b.WriteByte(c)
			open = true
		}
	}
	if open {
		out = append(out, b.String())
	}
	return out
}

// from begins a stage.
func (r *reader) from(in *instruction) {
	ws := strings.Fields(strings.ReplaceAll(in.text, "\\\n", " "))
	s := &stage{name: fmt.Sprint(len(r.list)), line: in.line, env: map[string]string{}, node: &tree.Node{Kind: tree.Object, Line: in.line}}
	r.f.Blocks++
	if len(ws) == 0 {
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: graph.Origin{File: r.file, Line: in.line}, Message: "FROM names no image: name one"})
		ws = []string{"scratch"}
	}
	if len(ws) >= 3 && strings.EqualFold(ws[1], "as") {
		s.name = ws[2]
	}
	ref, unknown := shell.Expand(ws[0], shell.Options{Env: r.global, Unset: unset})
	base := r.stages[strings.ToLower(ref)]
	switch {
	case unknown != "":
		s.attr("from", &tree.Node{Kind: tree.Hole, Text: "the image " + ws[0] + " is not known: " + unknown, Line: in.line})
	case base != nil:
		for k, v := range base.env {
			s.env[k] = v
		}
		s.system, s.shell = base.system, base.shell
		s.attr("stage", tree.NewText(ref, in.line))
	case ref != "scratch":
		s.attr("from", tree.NewText(ref, in.line))
		s.system = systemOf(ref)
		if strings.Contains(ref, "windows") || strings.Contains(ref, "nanoserver") {
			s.shell = "cmd"
		}
	}
	if p, ok := in.flag("platform"); ok {
		if v, unknown := shell.Expand(p, shell.Options{Env: r.global, Unset: unset}); unknown == "" {
			s.attr("platform", tree.NewText(v, in.line))
		}
	}
	if _, twice := r.stages[strings.ToLower(s.name)]; twice {
		s.name = fmt.Sprint(len(r.list))
	}
	r.stages[strings.ToLower(s.name)] = s
	r.stages[fmt.Sprint(len(r.list))] = s
	r.list = append(r.list, s)
	r.now = s
}

// systems are how the tags of images name the distribution that they have in
// them; apt and apk go to its mirrors.
var systems = []struct{ word, system string }{
	{"alpine", "alpine"}, {"debian", "debian"}, {"bookworm", "debian"}, {"bullseye", "debian"}, {"buster", "debian"}, {"trixie", "debian"}, {"stretch", "debian"},
	{"ubuntu", "ubuntu"}, {"jammy", "ubuntu"}, {"focal", "ubuntu"}, {"noble", "ubuntu"}, {"bionic", "ubuntu"},
}

func systemOf(ref string) string {
	name := strings.ToLower(ref[strings.LastIndexByte(ref, '/')+1:])
	for _, s := range systems {
		if strings.Contains(name, s.word) {
			return s.system
		}
	}
	return ""
}

// attr adds a value to an attribute of the stage.
func (s *stage) attr(name string, v *tree.Node) {
	for i := range s.node.Fields {
		if f := &s.node.Fields[i]; f.Name == name {
			if f.Value.Kind != tree.List {
				f.Value = &tree.Node{Kind: tree.List, Line: f.Value.Line, Items: []*tree.Node{f.Value}}
			}
			f.Value.Items = append(f.Value.Items, v)
			return
		}
	}
	s.node.Fields = append(s.node.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
}

func (r *reader) address(s *stage) graph.Address { return graph.Address(r.name + "#" + s.name) }

// finish makes the stages assets.
func (r *reader) finish() {
	for _, s := range r.list {
		r.f.Assets = append(r.f.Assets, graph.Asset{Address: r.address(s), Language: "dockerfile", Type: "image", Root: r.root,
			Attrs: s.node.Reader(r.file), Origin: graph.Origin{File: r.file, Line: s.line}})
	}
}
