package code

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A setting is a variable of an env file.
type setting struct {
	value, file string
	line        int
	sample      bool // the file is an example for people to fill in
}

// envFile reports whether a file holds variables of an environment.
func envFile(base string) bool {
	return base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") || strings.HasPrefix(base, "env.example")
}

func sample(base string) bool {
	for _, w := range []string{"example", "sample", "template", "dist", "test"} {
		if strings.Contains(base, w) {
			return true
		}
	}
	return false
}

// readEnv reads an env file: a variable that says whom a library calls is a
// flow, and programs of the same root take their variables from it.
func (r *reader) readEnv(name string, out *result) {
	file := filepath.ToSlash(filepath.Clean(name))
	src, err := tree.Load(name, 1<<20)
	if err != nil {
		out.problem(file, 0, fmt.Sprintf("it cannot be read: %v", err))
		return
	}
	base := path.Base(file)
	vars := r.env[out.root]
	if vars == nil {
		vars = map[string]setting{}
		r.env[out.root] = vars
	}
	for i, line := range strings.Split(string(src), "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(name, " #") {
			continue
		}
		s := setting{unquote(value), relative(out.root, file), i + 1, sample(base)}
		if old, twice := vars[name]; s.value != "" && (!twice || old.sample && !s.sample) {
			vars[name] = s
		}
		r.setting(name, s, file, out)
	}
}

// unquote is a value without its quotes and without a remark behind it.
func unquote(v string) string {
	v = strings.TrimSpace(v)
	if len(v) > 1 && (v[0] == '"' || v[0] == '\'') {
		if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
			return v[1 : end+1]
		}
	}
	v, _, _ = strings.Cut(v, " #")
	return strings.TrimSpace(v)
}

// setting adds the flow that a variable makes: one that is known, or one whose
// address is that of a service.
func (r *reader) setting(name string, s setting, file string, out *result) {
	host := hostOf(s.value)
	v, known := r.know.variables[name]
	if host == "" || !known && !strings.Contains(s.value, "://") || documentation(host) {
		return
	}
	purpose := v.Purpose
	if kind, ok := r.know.kind(host); ok && services[kind] != "" {
		purpose = services[kind]
	} else if !known {
		return
	}
	via := "the variable " + name
	if s.sample {
		via += " of a file with examples"
	}
	out.add(file, dest{host: host}, purpose, "", via, s.line)
}

// variable is a variable as the env files of the root set it.
func (p *program) variable(name string) (setting, bool) {
	s, ok := p.env[p.out.root][name]
	return s, ok
}
