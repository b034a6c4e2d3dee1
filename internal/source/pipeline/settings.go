package pipeline

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// An entry is a line of a file of sections: [section] key = value.
type entry struct {
	section, key, value string
	line                int
}

// entries reads such a file. A value goes on where lines are indented.
func entries(src []byte) []entry {
	var out []entry
	section, n := "", 0
	for line := range strings.Lines(string(src)) {
		n++
		text := strings.TrimRight(line, "\r\n")
		t := strings.TrimSpace(text)
		switch {
		case t == "" || t[0] == '#' || t[0] == ';':
		case t[0] == '[' && strings.HasSuffix(t, "]"):
			section = strings.TrimSpace(t[1 : len(t)-1])
		case text[0] == ' ' || text[0] == '\t':
			key, value, ok := strings.Cut(t, "=")
			if ok && !strings.ContainsAny(strings.TrimSpace(key), " :/") {
				out = append(out, entry{section, strings.TrimSpace(key), strings.TrimSpace(value), n})
			} else if len(out) > 0 && len(out[len(out)-1].value) < 64<<10 {
				out[len(out)-1].value += " " + t
			}
		default:
			if key, value, ok := strings.Cut(t, "="); ok {
				out = append(out, entry{section, strings.TrimSpace(key), strings.TrimSpace(value), n})
			}
		}
	}
	return out
}

func isAirflowConfig(name, _ string, head func() []byte) bool {
	return name == "airflow.cfg" || strings.HasSuffix(name, ".cfg") && strings.HasPrefix(name, "airflow") || name == "default_airflow.cfg" && bytes.Contains(head(), []byte("[core]"))
}

// airflowConfig is one asset: SECTION.KEY are its attributes.
func (r *reader) airflowConfig(src []byte) {
	attrs := tree.NewObject(1)
	sections := map[string]*tree.Node{}
	for _, e := range entries(src) {
		s := sections[e.section]
		if s == nil {
			s = tree.NewObject(e.line)
			sections[e.section] = s
			attrs.Fields = append(attrs.Fields, tree.Field{Name: e.section, Line: e.line, Value: s})
		}
		if e.value == "" {
			continue
		}
		v := tree.NewText(e.value, e.line)
		if strings.Contains(e.value, "{{") || strings.Contains(e.value, "${") || strings.Contains(e.value, "%(") {
			v = tree.NewHole(e.value+" is put in elsewhere", e.line)
		}
		s.Fields = append(s.Fields, tree.Field{Name: e.key, Line: e.line, Value: v})
	}
	r.step("airflow-settings", "settings", 1, attrs)
}

// mlproject reads the project file of MLflow.
func (r *reader) mlproject(src []byte) {
	for _, d := range r.documents(src) {
		attrs := tree.NewObject(d.Line)
		if img := d.Get("docker_env", "image"); img.Str() != "" {
			attrs.Put("image", img)
		}
		from := r.step("mlflow-project", cmp.Or(d.Get("name").Str(), "project"), d.Line, attrs)
		for _, e := range d.Get("entry_points").Members() {
			c := e.Value.Get("command")
			if c.Str() == "" {
				continue
			}
			calls, faults := shell.Read(strings.NewReplacer("{", "${", "}", "}").Replace(c.Text), r.shell(nil))
			site := shell.Site{From: from, Root: r.root, File: r.file, Line: c.Line, Flat: true, By: "entry point"}
			site.Add(r.f, calls, faults[:0])
		}
	}
}

func isConda(name, _ string, head func() []byte) bool {
	if ext := name[max(0, strings.LastIndexByte(name, '.')):]; ext != ".yml" && ext != ".yaml" {
		return false
	}
	if !strings.Contains(name, "env") && !strings.Contains(name, "conda") {
		return false
	}
	h := append([]byte("\n"), head()...)
	return bytes.Contains(h, []byte("\ndependencies:")) && (bytes.Contains(h, []byte("\nchannels:")) || bytes.Contains(h, []byte("\n  - python")) || bytes.Contains(h, []byte("\n- python")) || bytes.Contains(h, []byte("- pip")))
}

// conda reads an environment: its packages, the channels that they come from,
// and what pip installs into it.
func (r *reader) conda(src []byte) {
	for _, d := range r.documents(src) {
		deps := d.Get("dependencies")
		if deps == nil || deps.Kind != tree.List {
			continue
		}
		from := r.step("conda-environment", cmp.Or(d.Get("name").Str(), "environment"), d.Line, tree.NewObject(d.Line))
		words := []string{"conda", "install"}
		var pip []string
		pipLine := 0
		for _, it := range deps.Items {
			switch {
			case it.Kind == tree.String && !strings.HasPrefix(it.Text, "-"):
				words = append(words, it.Text)
			case it.Get("pip") != nil:
				pipLine = it.Line
				for _, p := range it.Get("pip").Elements() {
					pip = append(pip, strings.Fields(strings.Split(p.Str(), " #")[0])...)
				}
			}
		}
		channels := d.Get("channels")
		for _, c := range channels.Elements() {
			if c.Str() != "" && c.Text != "nodefaults" {
				words = append(words, "-c", c.Text)
			}
		}
		site := shell.Site{From: from, Root: r.root, File: r.file, Line: lineOf(channels, deps), Flat: true}
		calls, faults := shell.Command(words, r.shell(nil))
		site.Add(r.f, calls, faults)
		if len(pip) > 0 {
			site.Line = pipLine
			calls, faults := shell.Command(append([]string{"pip", "install"}, pip...), r.shell(nil))
			site.Add(r.f, calls, faults)
		}
	}
}

// dvcConfig reads remotes: ['remote "name"'] url = …
func (r *reader) dvcConfig(src []byte) {
	type remote struct {
		url, endpoint, region string
		line                  int
	}
	remotes := map[string]*remote{}
	var names []string
	for _, e := range entries(src) {
		name, ok := strings.CutPrefix(strings.Trim(e.section, `'`), "remote ")
		if !ok {
			continue
		}
		m := remotes[name]
		if m == nil {
			m = &remote{line: e.line}
			remotes[name] = m
			names = append(names, name)
		}
		switch e.key {
		case "url":
			m.url, m.line = e.value, e.line
		case "endpointurl":
			m.endpoint = e.value
		case "region":
			m.region = e.value
		}
	}
	for _, name := range names {
		m := remotes[name]
		from := r.step("dvc-remote", strings.Trim(name, `"`), m.line, tree.NewObject(m.line))
		if m.endpoint != "" {
			r.flow(from, m.endpoint, "", "data", "endpointurl", m.line)
			continue
		}
		r.object(from, m.url, m.region, "data", "remote", m.line)
	}
}

// dvcFile reads stages of dvc.yaml, and where imported files come from.
func (r *reader) dvcFile(src []byte) {
	for _, d := range r.documents(src) {
		for _, s := range d.Get("stages").Members() {
			from := r.step("dvc-stage", s.Name, s.Line, tree.NewObject(s.Line))
			cmds := s.Value.Get("cmd")
			if do := s.Value.Get("do", "cmd"); do != nil {
				cmds = do
			}
			for _, c := range cmds.Elements() {
				if c.Str() == "" {
					continue
				}
				calls, faults := shell.Read(c.Text, r.shell(nil))
				site := shell.Site{From: from, Root: r.root, File: r.file, Line: c.Line, Flat: true, By: "cmd"}
				site.Add(r.f, calls, faults)
			}
			for _, key := range []string{"deps", "outs"} {
				for _, x := range s.Value.Get(key).Elements() {
					names := []string{x.Str()}
					for _, f := range x.Members() { // with settings below its path
						names = append(names, f.Name)
					}
					for _, name := range names {
						r.object(from, name, "", "data", key, x.Line)
					}
				}
			}
		}
		from := graph.Address(r.name)
		for _, x := range append(d.Get("deps").Elements(), d.Get("outs").Elements()...) {
			if p := x.Get("path").Str(); strings.Contains(p, "://") {
				r.object(from, p, "", "dataset", "dvc import", x.Line)
			}
			u := x.Get("repo", "url").Str()
			if host, path, ok := strings.Cut(u, ":"); ok && !strings.Contains(u, "://") && len(host) > 1 { // git@host:path
				u = "ssh://" + host[strings.LastIndexByte(host, '@')+1:] + "/" + strings.TrimPrefix(path, "/")
			}
			if strings.Contains(u, "://") {
				r.flow(from, u, "", "dataset", "dvc import", x.Line)
			}
		}
	}
}

// dbtProfiles reads outputs: what each says of its warehouse are attributes, and
// its type is PROVIDER of dbt-PROVIDER.
func (r *reader) dbtProfiles(src []byte) {
	for _, d := range r.documents(src) {
		for _, p := range d.Members() {
			for _, o := range p.Value.Get("outputs").Members() {
				attrs := o.Value
				if attrs == nil || attrs.Kind != tree.Object {
					continue
				}
				for i := range attrs.Fields {
					if v := attrs.Fields[i].Value; v.Kind == tree.String && strings.Contains(v.Text, "{{") {
						attrs.Fields[i].Value = tree.NewHole(jinja(v.Text), v.Line)
					}
				}
				r.step("dbt-output_"+attrs.Get("type").Str(), p.Name+"."+o.Name, o.Line, attrs)
			}
		}
	}
}

// jinja says what a template of dbt takes its value from.
func jinja(t string) string {
	if i := strings.Index(t, "env_var("); i >= 0 {
		rest := strings.TrimLeft(t[i+8:], `'" `)
		if j := strings.IndexAny(rest, `'"`); j > 0 {
			return "it is the variable " + rest[:j] + " of the environment"
		}
	}
	return t + " is decided when it runs"
}

// sparkDefaults reads spark.hadoop.fs.s3a.endpoint and the like.
func (r *reader) sparkDefaults(src []byte) {
	n := 0
	from := graph.Address(r.name)
	for line := range strings.Lines(string(src)) {
		n++
		t := strings.TrimSpace(line)
		if t == "" || t[0] == '#' {
			continue
		}
		i := strings.IndexAny(t, " \t=")
		if i < 0 {
			continue
		}
		key, value := t[:i], strings.TrimLeft(t[i:], " \t=")
		switch {
		case strings.Contains(value, "://") && (strings.Contains(value, "${") || strings.Contains(value, "{{")):
			r.flow(from, "", value+" is put in elsewhere", "data", key, n)
		case strings.HasSuffix(key, ".endpoint") && strings.HasPrefix(key, "spark.hadoop.fs."):
			r.flow(from, value, "", "data", key, n)
		case key == "spark.jars.packages":
			host := r.o.Hosts["maven"]
			to, unknown := host, ""
			if host == "" {
				unknown = "where packages come from by default is not known here"
			}
			r.flow(from, to, unknown, "registry", key+" "+value, n)
		case key == "spark.jars.repositories":
			for _, u := range strings.Split(value, ",") {
				r.flow(from, strings.TrimSpace(u), "", "registry", key, n)
			}
		case strings.Contains(value, "://") && !strings.Contains(value, " "):
			for _, u := range strings.Split(value, ",") {
				r.object(from, strings.TrimSpace(u), "", "data", key, n)
			}
		}
	}
}

// lineOf is the line of the first that is there.
func lineOf(ns ...*tree.Node) int {
	for _, n := range ns {
		if n != nil {
			return n.Line
		}
	}
	return 1
}
