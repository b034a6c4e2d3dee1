package shell

import (
	"regexp"
	"strings"
)

// goFlags reads flags as Go programs do: one dash, long names, values after = or
// as the next word.
func goFlags(flags string, args []word) *arguments {
	g := takes(flags)
	a := &arguments{flags: map[string][]word{}}
	for i := 0; i < len(args); i++ {
		t := args[i].text
		if !strings.HasPrefix(t, "-") || t == "-" {
			a.rest = append(a.rest, args[i])
			continue
		}
		name, value, given := strings.Cut(t, "=")
		name = "-" + strings.TrimLeft(name, "-")
		switch {
		case given:
			a.put(name, word{value, args[i].why})
			a.put(t, word{})
		case g[name] && i+1 < len(args):
			i++
			a.put(name, args[i])
		default:
			a.put(name, word{})
		}
	}
	return a
}

// special is what a manager has beyond its table. Nil with no ecosystem left in
// the call says that nothing is fetched.
func (r *reader) special(name, verb string, rest []word, a *arguments, call *Call) []word {
	none := func() []word { call.Ecosystem = ""; return nil }
	switch name {
	case "go mod":
		if len(rest) == 0 || !strings.Contains(" download tidy vendor why verify ", " "+rest[0].text+" ") {
			return none()
		}
		call.Tool += " " + rest[0].text
		return nil
	case "go install", "go get":
		var out []word
		for _, w := range rest {
			if !strings.HasPrefix(w.text, ".") && (strings.Contains(w.text, "@") || verb == "get") && strings.Contains(w.text, ".") {
				out = append(out, w)
			}
		}
		switch {
		case len(out) == 0 && len(rest) == 0 && verb == "get":
			return nil // what go.mod names
		case len(out) == 0:
			return none()
		}
		return out
	case "uv run", "uv venv":
		if ws := a.of("--with"); len(ws) > 0 {
			return ws
		}
		return none()
	case "npm exec", "npm create", "npm init", "uvx", "npx", "bunx", "pipx run", "bun x", "pnpm dlx", "yarn dlx":
		if ws := a.of("-p", "--package", "--from", "--spec"); len(ws) > 0 {
			return ws
		}
		if len(rest) == 0 {
			return none()
		}
		return rest[:1]
	case "yarn global", "composer global":
		if len(rest) < 2 {
			return none()
		}
		return rest[1:]
	case "conda env", "mamba env", "micromamba env":
		if len(rest) == 0 || rest[0].text != "create" && rest[0].text != "update" {
			return none()
		}
		call.Tool += " " + rest[0].text
		return nil
	case "conda create":
		if len(rest) == 0 && !a.has("-f", "--file") {
			return none()
		}
	case "dotnet add", "dotnet tool":
		for i, w := range rest {
			if w.text == "package" || w.text == "install" || w.text == "restore" {
				return rest[i+1:]
			}
		}
		return none()
	case "dotnet restore", "dotnet build", "dotnet publish", "dotnet test", "dotnet run":
		return nil
	case "cargo install":
		if a.has("--git") {
			w, _ := a.first("--git")
			call.Purpose = "source"
			call.to(w)
		}
	case "corepack enable":
		return none()
	}
	return rest
}

// version is what a requirement of Python writes after a name, and extras.
var requirement = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(.*)$`)

// packages takes the names out of arguments. What is a URL is a call of its own,
// what is a path of this machine is none.
func (call *Call) packages(m *manager, rest []word, a *arguments) []Call {
	var out []Call
	for _, w := range rest {
		t := strings.TrimSpace(w.text)
		if name, url, ok := strings.Cut(t, " @ "); ok && m.ecosystem == "pypi" && name != "" {
			t = url
		}
		if i := strings.Index(t, "://"); i > 0 {
			one := Call{Tool: call.Tool, Purpose: "registry", What: w.shown()}
			if strings.HasPrefix(t, "git+") || strings.HasPrefix(t, "git:") || strings.Contains(t, ".git") {
				one.Purpose = "source"
			}
			one.to(word{strings.TrimPrefix(t, "git+"), w.why})
			out = append(out, one)
			continue
		}
		if local(t) {
			continue
		}
		if p, ok := m.named(word{t, w.why}); ok {
			call.Packages = append(call.Packages, p)
		}
	}
	for _, w := range a.of("-e", "--editable") {
		if strings.Contains(w.text, "://") {
			one := Call{Tool: call.Tool, Purpose: "source", What: w.shown()}
			one.to(word{strings.TrimPrefix(w.text, "git+"), w.why})
			out = append(out, one)
		}
	}
	if v, ok := a.first("--version", "--vers", "-v"); ok && len(call.Packages) == 1 && (m.ecosystem == "cargo" || m.ecosystem == "gem" || m.ecosystem == "nuget") && v.known() {
		call.Packages[0].Version = v.text
	}
	return out
}

// local reports whether an argument is a file or folder.
func local(t string) bool {
	if t == "" || t == "." || t == ".." || strings.HasPrefix(t, "./") || strings.HasPrefix(t, "../") || strings.HasPrefix(t, "/") || strings.HasPrefix(t, "~") || strings.HasPrefix(t, ".[") {
		return true
	}
	for _, end := range []string{".whl", ".tar.gz", ".deb", ".rpm", ".zip", ".tgz", ".apk", ".gem", ".nupkg"} {
		if strings.HasSuffix(t, end) {
			return true
		}
	}
	return strings.HasSuffix(t, "/")
}

// named is the package that an argument names. A version that is only bounded is
// none.
func (m *manager) named(w word) (Package, bool) {
	t := w.text
	switch m.ecosystem {
	case "pypi":
		x := requirement.FindStringSubmatch(strings.NewReplacer(string(hole), "").Replace(t))
		if x == nil {
			return Package{}, false
		}
		p := Package{Name: x[1]}
		if v, ok := strings.CutPrefix(strings.TrimLeft(x[3], " "), "=="); ok && w.known() && !strings.ContainsAny(v, ",*;") {
			p.Version = strings.TrimSpace(strings.TrimPrefix(v, "="))
		} else if v, ok := strings.CutPrefix(x[3], "@"); ok && w.known() && v != "latest" {
			p.Version = v
		}
		return p, true
	case "npm":
		scope := ""
		if strings.HasPrefix(t, "@") {
			scope, t = "@", t[1:]
		}
		name, v, _ := strings.Cut(t, "@")
		if strings.ContainsRune(name, hole) || name == "" {
			return Package{}, false
		}
		if v == "latest" || strings.ContainsAny(v, "^~><*x"+string(hole)) || strings.Count(v, ".") < 2 {
			v = ""
		}
		return Package{scope + name, v}, true
	}
	name, v := t, ""
	if m.split != "" {
		name, v, _ = strings.Cut(t, m.split)
	}
	name, v = strings.TrimSpace(name), strings.TrimLeft(v, "=")
	if name == "" || strings.ContainsRune(name, hole) {
		return Package{}, false
	}
	if v == "latest" || strings.ContainsRune(v, hole) || strings.ContainsAny(v, "*<>") {
		v = ""
	}
	if m.ecosystem == "conda" || m.ecosystem == "apk" {
		if i := strings.IndexAny(name, "<>~!"); i > 0 {
			name = strings.TrimSpace(name[:i])
		}
		v, _, _ = strings.Cut(v, "=")
	}
	return Package{name, v}, true
}
