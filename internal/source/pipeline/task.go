package pipeline

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

// runs reads what a task runs: a command, a container, a program of its own
// packages.
func (r *reader) runs(from graph.Address, f *code.File, c *code.Call, class string) {
	site := shell.Site{From: from, Root: r.root, File: r.file, Line: c.Line, Flat: true, By: class}
	env := variables(f, c, "env", "env_vars", "environment")
	for _, key := range []string{"bash_command", "command"} {
		v, ok := c.Arg(key)
		if !ok {
			continue
		}
		if v.Kind == code.List {
			calls, faults := shell.Command(texts(v), r.shell(env))
			site.Add(r.f, calls, faults)
			continue
		}
		if v.Kind == code.String {
			r.bash(site, v.Text, env)
		} else if v.Kind != code.Number { // None
			r.flow(from, "", "the program decides what it runs", "data", class, c.Line)
		}
	}
	var all []string
	for _, key := range []string{"cmds", "arguments"} {
		if v, ok := c.Arg(key); ok {
			all = append(all, texts(v)...)
		}
	}
	if len(all) > 0 {
		calls, faults := shell.Command(all, r.shell(env))
		site.Add(r.f, calls, faults)
	}
	if v, ok := c.Arg("requirements", "py_requirements"); ok && (strings.Contains(strings.ToLower(class), "virtualenv")) {
		r.virtualenv(site, c, v)
	}
}

// texts are the elements of a list of arguments; what is not known is a hole.
func texts(v code.Value) []string {
	switch {
	case v.Kind == code.Number:
		return nil // None
	case v.Kind != code.List && len(v.Texts()) == 0:
		return []string{shell.Hole}
	case v.Kind != code.List:
		return v.Texts()
	}
	out := make([]string, len(v.Items))
	for i, it := range v.Items {
		if it.Kind != code.String {
			out[i] = shell.Hole
			continue
		}
		if out[i] = holes(it.Text, shell.Hole); it.Open {
			out[i] = strings.NewReplacer("{", shell.Hole, "}", "").Replace(out[i])
		}
	}
	return out
}

// bash reads a command in which {{…}} and {name} are put in when it runs.
func (r *reader) bash(site shell.Site, text string, env map[string]string) {
	calls, faults := shell.Read(holes(braces(text), "${PLACEHOLDER}"), r.shell(env))
	site.Add(r.f, calls, faults)
}

// braces makes variables of the names that an f-string puts in, and leaves what
// the shell itself writes with braces.
func braces(t string) string {
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		if t[i] == '{' && (i == 0 || t[i-1] != '$' && t[i-1] != '{') && (i+1 >= len(t) || t[i+1] != '{' && t[i+1] != '%') {
			if j := strings.IndexByte(t[i:], '}'); j > 0 && !strings.ContainsAny(t[i+1:i+j], " ;,\n\"'") {
				b.WriteString("${COMPUTED}")
				i += j
				continue
			}
		}
		b.WriteByte(t[i])
	}
	return b.String()
}

// variables is the environment that a task is given, as far as it is written.
func variables(_ *code.File, c *code.Call, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		v, ok := c.Arg(n)
		if !ok || v.Kind != code.Map {
			continue
		}
		for i, k := range v.Keys {
			if t, known := v.Items[i].Known(); known && k != "" {
				out[k] = t
			}
		}
	}
	return out
}

// virtualenv reads packages that are installed for one task.
func (r *reader) virtualenv(site shell.Site, c *code.Call, requirements code.Value) {
	args := []string{"pip", "install"}
	for _, key := range []string{"index_urls"} {
		if v, ok := c.Arg(key); ok {
			for i, u := range texts(v) {
				if i == 0 {
					args = append(args, "--index-url", u)
				} else {
					args = append(args, "--extra-index-url", u)
				}
			}
		}
	}
	if v, ok := c.Arg("index_urls_from_connection_ids"); ok && v.Kind != code.Number {
		r.flow(site.From, "", "connections of Airflow name its index of packages", "registry", site.By, site.Line)
		return
	}
	if v, ok := c.Arg("pip_install_options"); ok {
		args = append(args, texts(v)...)
	}
	for _, t := range requirements.Texts() {
		for _, line := range strings.Split(t, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				args = append(args, line)
			}
		}
	}
	if len(requirements.Texts()) == 0 {
		args = append(args, "-r", "requirements")
	}
	calls, faults := shell.Command(args, r.shell(nil))
	site.Add(r.f, calls, faults)
}
