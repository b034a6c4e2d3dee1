package code

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// configs are the names of files in which agents and gateways to models are set up.
var configs = map[string]bool{
	".mcp.json": true, "mcp.json": true, "claude_desktop_config.json": true, "mcp_config.json": true, "mcp-config.json": true, "cline_mcp_settings.json": true, ".mcp.yaml": true,
	"librechat.yaml": true, "librechat.yml": true, ".aider.conf.yml": true, "promptfooconfig.yaml": true, "promptfooconfig.yml": true, "langgraph.json": true,
	"agents.yaml": true, "agents.yml": true, "opencode.json": true,
}

// configName reports whether a file may be one by its name.
func configName(file string) bool {
	base := path.Base(file)
	if configs[base] {
		return true
	}
	dir := path.Base(path.Dir(file))
	switch ext := path.Ext(base); ext {
	case ".yaml", ".yml", ".json":
		return dir == ".continue" || !strings.Contains(base, "lock") && base != "package.json" && !strings.HasPrefix(base, "tsconfig") && !test(file)
	case ".toml", ".properties", ".ini", ".cfg":
		return !strings.Contains(base, "lock") && !test(file)
	}
	return false
}

// asked are words of which one stands in the settings of a program that asks
// models.
var asked = text.NewFinder([]string{"base_url", "baseurl", "base-url", "api_base", "apibase", "api-base", "azure_endpoint", "api_endpoint", "inference_endpoint", "endpoint:", "endpoint\"", "mcpservers", "mcp_servers", "litellm", "promptfoo"})

// configHead reports whether the beginning of a file is that of one.
func configHead(base string, head []byte) bool {
	if configs[base] {
		return true
	}
	if object(head) {
		return false
	}
	return asked.In(head) || toolHead(head)
}

// object reports whether a file holds objects of a cluster, or what a build
// server or a cloud runs: what these call, those who read them say.
func object(head []byte) bool {
	for _, both := range [][2]string{{"apiVersion:", "kind:"}, {`"apiVersion"`, `"kind"`}, {"services:", "image:"}, {"on:", "jobs:"}, {"Resources", "AWS::"}} {
		if bytes.Contains(head, []byte(both[0])) && bytes.Contains(head, []byte(both[1])) {
			return true
		}
	}
	return false
}

// A setup is a configuration that is read.
type setup struct {
	*reader
	name string
	out  *result
	n    int
}

// config reads the configuration of an agent or a gateway.
func (r *reader) config(file string, src []byte, out *result) {
	s := &setup{reader: r, name: file, out: out}
	switch path.Ext(file) {
	case ".toml", ".properties", ".ini", ".cfg":
		s.lines(string(src))
		return
	}
	docs, err := tree.Documents(file, src)
	if err != nil {
		if !configs[path.Base(file)] {
			return // a template, or something that others read
		}
		line, _ := tree.Fault(err)
		out.problem(file, line, fmt.Sprintf("it is no configuration that can be read: %v", err))
		return
	}
	for _, d := range docs {
		if d != nil {
			s.tool(d)
			s.walk(d, "", 0)
		}
	}
}

// maxNodes is how many values of a configuration are looked at.
const maxNodes = 50_000

// walk looks for servers of tools and for models in an object and below it.
func (s *setup) walk(n *tree.Node, key string, depth int) {
	if s.n++; depth > 40 || s.n > maxNodes {
		return
	}
	switch n.Kind {
	case tree.List:
		for _, it := range n.Items {
			s.walk(it, key, depth+1)
		}
	case tree.Object:
		if key == "mcpServers" || key == "mcp_servers" || key == "mcp" || key == "servers" && strings.Contains(path.Base(s.name), "mcp") {
			for _, f := range n.Fields {
				s.server(f.Name, f.Value)
			}
			return
		}
		if key == "mcpServers" || n.Get("command") != nil && n.Get("args") != nil {
			s.server(field(n, "name"), n)
			return
		}
		if s.model(n) {
			return
		}
		for _, f := range n.Fields {
			s.walk(f.Value, f.Name, depth+1)
		}
	case tree.String:
		s.reference(n, key)
	}
}

// field is the first of the fields that is a text.
func field(n *tree.Node, names ...string) string {
	for _, name := range names {
		if v := n.Get(name).Str(); v != "" {
			return v
		}
	}
	return ""
}

// model reads an object that names a model, and perhaps where it is asked; true
// when it says both.
func (s *setup) model(n *tree.Node) bool {
	if n.Get("litellm_params") != nil {
		return false // what is in it counts
	}
	model := field(n, "model", "model_name", "modelName")
	address := field(n, "api_base", "apiBase", "base_url", "baseURL", "baseUrl", "endpoint", "openai-api-base")
	provider := field(n, "provider", "model_provider")
	if model == "" {
		if list := n.Get("models").Get("default").Elements(); len(list) > 0 {
			model = list[0].Str()
		}
	}
	if model == "" {
		return false
	}
	line := max(n.Line, 1)
	if f := n.Get("model"); f != nil && f.Line > 0 {
		line = f.Line
	}
	via := "the configuration " + path.Base(s.name)
	host, name := s.know.route(model)
	if d, ok := s.place(address); ok {
		if host == "" && provider == "" && d.unknown != "" && !strings.Contains(path.Base(s.name), "litellm") {
			return false
		}
		s.out.add(s.name, d, "model", name, via, line)
		return true
	}
	if by := s.know.prefixes[strings.ToLower(provider)]; by != "" {
		s.out.add(s.name, dest{host: by}, "model", model, via, line)
		return true
	}
	if host != "" && (strings.ContainsAny(model, "/:") || configs[path.Base(s.name)]) {
		s.out.add(s.name, dest{host: host}, "model", name, via, line)
		return true
	}
	return false
}

// place is where an address leads; false when it is none.
func (s *setup) place(address string) (dest, bool) {
	if v, ok := variableOf(address); ok {
		set, ok := s.env[s.out.root][v]
		if host := hostOf(set.value); ok && host != "" {
			return dest{host: host, how: "; " + v + " in " + set.file}, true
		}
		return dest{unknown: fmt.Sprintf("the address comes from the variable %s of the environment, which no env file sets", v)}, true
	}
	host := hostOf(address)
	return dest{host: host}, host != ""
}

// variableOf is the variable that a text takes its value from: os.environ/X,
// ${X}, ${env:X}.
func variableOf(s string) (string, bool) {
	if v, ok := strings.CutPrefix(s, "os.environ/"); ok {
		return v, true
	}
	if v, ok := strings.CutPrefix(s, "${"); ok {
		v = strings.TrimPrefix(strings.TrimSuffix(v, "}"), "env:")
		v, _, _ = strings.Cut(v, ":-")
		return v, v != "" && !strings.ContainsAny(v, " }")
	}
	return "", false
}

// reference reads a text that names a provider and a model: openai:gpt-4o,
// anthropic/claude-3.
func (s *setup) reference(n *tree.Node, key string) {
	if s.address(n.Text, key, max(n.Line, 1)) {
		return
	}
	switch key {
	case "llm", "model", "models", "providers", "id", "weak-model", "editor-model", "function_calling_llm", "manager_llm":
	default:
		return
	}
	if key == "model" && path.Base(s.name) != ".aider.conf.yml" {
		return // the object that holds it was read
	}
	if host, model := s.know.route(n.Text); host != "" {
		s.out.add(s.name, dest{host: host}, "model", model, "the configuration "+path.Base(s.name), max(n.Line, 1))
	}
}

// strict are keys that only who asks a model writes.
var strict = words("baseurl apibase openaiapibase azureendpoint apiendpoint inferenceendpoint llmurl llmendpoint openaibaseurl")

// address reads a text that is the address of a service, or stands under a key
// for the address of a model.
func (s *setup) address(value, key string, line int) bool {
	if !strings.Contains(value, "://") || len(value) > 500 {
		return false
	}
	host := hostOf(value)
	if host == "" || documentation(host) && host != "localhost" || links[fold(key)] {
		return false
	}
	kind, known := s.know.kind(host)
	key = fold(strings.ReplaceAll(key, "-", "_"))
	purpose, service := services[kind]
	switch {
	case known && service:
	case strict[key] || s.know.address[key] && asksModel(value):
		purpose = "model"
	default:
		return false
	}
	s.out.add(s.name, dest{host: host}, purpose, "", "the configuration "+path.Base(s.name)+" ("+key+")", line)
	return true
}

// lines reads key = value, a line each.
func (s *setup) lines(src string) {
	for i, line := range strings.Split(src, "\n") {
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || strings.HasPrefix(key, "#") || len(key) > 120 {
			continue
		}
		if at := strings.LastIndexByte(key, '.'); at >= 0 {
			key = key[at+1:]
		}
		s.address(strings.Trim(strings.TrimSpace(value), `"'`), key, i+1)
	}
}
