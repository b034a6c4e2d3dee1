package code

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// server reads one server of tools (Model Context Protocol): where it is, or
// what is run and from where that comes. Whom a program calls that is run is
// known when its package is.
func (s *setup) server(name string, n *tree.Node) {
	if n == nil || n.Kind != tree.Object {
		return
	}
	if off := n.Get("disabled"); off != nil && off.Text == "true" {
		return
	}
	line := max(n.Line, 1)
	via := "the tool server " + name
	if url := field(n, "url", "serverUrl", "httpUrl"); url != "" {
		d, ok := s.place(url)
		if !ok {
			d = dest{unknown: fmt.Sprintf("the address of the tool server %s is made at run time", name)}
		}
		s.out.add(s.name, d, "tool", "", via, line)
		return
	}
	command := field(n, "command", "cmd")
	var args []string
	if list := n.Get("command"); list != nil && list.Kind == tree.List { // opencode
		for i, it := range list.Items {
			if i == 0 {
				command = it.Str()
			} else {
				args = append(args, it.Str())
			}
		}
	}
	for _, it := range n.Get("args").Elements() {
		args = append(args, it.Str())
	}
	if command == "" {
		return
	}
	// mcp-remote and its like only carry what a host says.
	for _, a := range args {
		if strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://") {
			if d, ok := s.place(a); ok {
				s.out.add(s.name, d, "tool", "", via, line)
			}
		}
	}
	s.run(command, args, name, via, line, n)
}

// launchers are commands that fetch a package and run it.
var launchers = map[string]string{"npx": "npm", "bunx": "npm", "pnpx": "npm", "pnpm": "npm", "yarn": "npm", "bun": "npm", "uvx": "pypi", "pipx": "pypi", "uv": "pypi", "docker": "oci", "podman": "oci"}

// withValue are flags of launchers that take the next word.
var withValue = words("-e --env --env-file -v --volume --mount --name --network -w --workdir -p --publish --from --python --with --package -u --user --platform --entrypoint")

// verbs are words of launchers that name no package.
var verbs = words("run exec dlx x tool -y --yes -i -t -it --rm --init -q --quiet --pull=always")

func (s *setup) run(command string, args []string, name, via string, line int, n *tree.Node) {
	base := strings.TrimSuffix(command[strings.LastIndexAny(command, `/\`)+1:], ".cmd")
	base = strings.TrimSuffix(base, ".exe")
	if base == "cmd" && len(args) > 1 {
		base, args = args[1], args[2:]
	}
	eco := launchers[base]
	pkg := ""
	for i := 0; i < len(args) && pkg == ""; i++ {
		switch a := args[i]; {
		case a == "--from" || a == "--package" || a == "-p" && eco == "npm":
			if i+1 < len(args) {
				pkg = args[i+1]
			}
		case withValue[a]:
			i++
		case verbs[a], strings.HasPrefix(a, "-"):
		default:
			pkg = a
		}
	}
	if eco == "" {
		pkg = base
	} else if pkg != "" {
		s.fetched(eco, pkg, via, line)
	}
	s.called(eco, pkg, name, via, line, n)
}

// fetched adds the flow from where a package comes.
func (s *setup) fetched(eco, pkg, via string, line int) {
	host := ""
	if eco == "oci" {
		if first, _, ok := strings.Cut(pkg, "/"); ok && strings.ContainsAny(first, ".:") {
			host = hostOf(first)
		}
	}
	if host == "" && s.know.Registries != nil {
		host = s.know.Registries(eco)
	}
	if host != "" {
		s.out.add(s.name, dest{host: host}, "registry", "", via+", which is fetched: "+pkg, line)
	}
}

// called adds the flows of what a tool calls.
func (s *setup) called(eco, pkg, name, via string, line int, n *tree.Node) {
	id := version(eco, pkg)
	clients := s.know.packages[eco+":"+id]
	if eco == "" {
		clients = s.know.packages["binary:"+id]
	}
	for _, f := range n.Get("env").Members() {
		if v, ok := s.know.variables[f.Name]; ok {
			if d, ok := s.place(f.Value.Str()); ok {
				s.out.add(s.name, d, v.Purpose, "", via+": "+f.Name, max(f.Line, 1))
			}
		}
	}
	if len(clients) == 0 {
		if len(s.out.flows) > 0 && slices.ContainsFunc(s.out.flows, func(f graph.Flow) bool { return f.Purpose == "tool" && f.Via == via }) {
			return // it carries what a host says
		}
		s.out.add(s.name, dest{unknown: fmt.Sprintf("whom the tool server %s (%s) calls is not known", name, strings.TrimSpace(pkg))}, "tool", "", via, line)
		return
	}
	for _, c := range clients {
		if c.Host != "" && !strings.Contains(c.Host, "{") {
			s.out.add(s.name, dest{host: c.Host}, "tool", "", via+", the package "+pkg, line)
		}
	}
}

// version is a package without its version.
func version(eco, pkg string) string {
	switch eco {
	case "npm":
		if at := strings.LastIndexByte(pkg, '@'); at > 0 {
			return pkg[:at]
		}
	case "pypi":
		pkg, _, _ = strings.Cut(pkg, "@")
		pkg, _, _ = strings.Cut(pkg, "==")
	case "oci":
		pkg, _, _ = strings.Cut(pkg, "@")
		if at := strings.LastIndexByte(pkg, ':'); at > strings.LastIndexByte(pkg, '/') {
			pkg = pkg[:at]
		}
	}
	return pkg
}
