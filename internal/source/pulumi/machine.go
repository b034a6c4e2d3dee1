package pulumi

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A machine evaluates a program for one stack.
type machine struct {
	r       *reading
	project *project
	program document
	stack   *stackFile // nil: nothing says how a stack is configured
	name    string     // of the project
	root    string

	resources map[string]*tree.Node // as written
	variables map[string]*tree.Node
	done      map[string]*tree.Node // what variables come to
	inputs    map[string]*tree.Node // what the properties of resources come to
	running   map[string]bool
	from      map[*tree.Node]string // files of values that do not stand in the program
	values    int
	sizes     map[*tree.Node]int
	providers map[string]*graph.Provider
}

// run turns the resources of the program into assets.
func (r *reading) run(m *machine) {
	m.resources, m.variables = map[string]*tree.Node{}, map[string]*tree.Node{}
	m.done, m.inputs, m.running = map[string]*tree.Node{}, map[string]*tree.Node{}, map[string]bool{}
	m.from, m.providers, m.sizes = map[*tree.Node]string{}, map[string]*graph.Provider{}, map[*tree.Node]int{}
	for _, f := range m.program.node.Get("variables").Members() {
		m.variables[f.Name] = f.Value
	}
	fields := m.program.node.Get("resources").Members()
	for _, f := range fields {
		m.resources[f.Name] = f.Value
	}
	for _, f := range fields {
		r.facts.Blocks++
		typ := f.Value.Get("type").Str()
		if typ == "" {
			r.problem(m.program.file, f.Line, "the resource "+f.Name+" has no type: write which one it is")
			continue
		}
		if f.Value.Get("get") != nil || isProvider(typ) || strings.HasPrefix(typ, "pulumi:") {
			continue // it exists already and belongs to somebody else; or it is none of the cloud's
		}
		at := m.address(f.Name)
		r.facts.Assets = append(r.facts.Assets, graph.Asset{Address: at, Language: "pulumi", Type: typ, Root: m.root, Provider: m.provider(typ, f.Value),
			Attrs: m.properties(f.Name).ReaderOf(m.program.file, m.from), Group: string(at), Origin: graph.Origin{File: m.program.file, Line: f.Line}})
	}
	if components := m.program.node.Get("components"); len(components.Members()) > 0 {
		r.problem(m.program.file, components.Line, "components are not evaluated: write pulumi preview --json > preview.json beside it")
	}
}

func isProvider(typ string) bool { return strings.HasPrefix(typ, "pulumi:providers:") }

// address is the type and the name of a resource.
func (m *machine) address(name string) graph.Address {
	return graph.Address(short(m.resources[name].Get("type").Str()) + "/" + name)
}

// short leaves out of a token what it says twice: aws:s3/bucket:Bucket is
// aws:s3:Bucket.
func short(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, member, ok := strings.Cut(parts[1], "/")
	if ok && strings.EqualFold(member, parts[2]) {
		parts[1] = module
	}
	if parts[1] == "index" {
		return parts[0] + ":" + parts[2]
	}
	return strings.Join(parts, ":")
}

// properties are what a resource is given.
func (m *machine) properties(name string) *tree.Node {
	if got := m.inputs[name]; got != nil {
		return got
	}
	written := m.resources[name].Get("properties")
	if written == nil {
		return &tree.Node{Kind: tree.Object, Line: max(1, lineOf(m.resources[name]))}
	}
	key := "resource " + name
	if m.running[key] {
		return hole(written.Line, "it depends on itself")
	}
	m.running[key] = true
	defer delete(m.running, key)
	got := m.eval(written, 0)
	m.inputs[name] = got
	return got
}

func lineOf(n *tree.Node) int {
	if n == nil {
		return 1
	}
	return n.Line
}

// packageOf is the package of a type, which is the provider's plugin.
func packageOf(typ string) string {
	pkg, _, _ := strings.Cut(typ, ":")
	return pkg
}

// provider is the configuration that a resource uses: the one that its options
// name, the one that is the default of the program, or the stack's.
func (m *machine) provider(typ string, res *tree.Node) *graph.Provider {
	pkg := packageOf(typ)
	name := ""
	if opt := res.Get("options", "provider"); opt != nil {
		name = reference(opt.Str())
		if name == "" {
			return &graph.Provider{Source: pkg, Alias: "?", Attrs: unknowable{"nothing tells which provider is meant", graph.Origin{File: m.program.file, Line: opt.Line}}}
		}
	} else {
		for _, f := range m.program.node.Get("resources").Members() {
			if f.Value.Get("type").Str() == "pulumi:providers:"+pkg && isTrue(f.Value.Get("defaultProvider")) {
				name = f.Name
			}
		}
	}
	key := pkg + " " + name
	if p := m.providers[key]; p != nil {
		return p
	}
	p := &graph.Provider{Source: pkg, Alias: name}
	if name != "" {
		p.Attrs = m.properties(name).ReaderOf(m.program.file, m.from)
		p.Origin = graph.Origin{File: m.program.file, Line: max(1, lineOf(m.resources[name]))}
	} else {
		config, file, line := m.configOf(pkg)
		p.Attrs = config.ReaderOf(file, m.from)
		if len(config.Fields) > 0 {
			p.Origin = graph.Origin{File: file, Line: line}
		}
	}
	m.providers[key] = p
	return p
}

// configOf is what a stack says to a package: aws:region and others.
func (m *machine) configOf(pkg string) (*tree.Node, string, int) {
	out := &tree.Node{Kind: tree.Object, Line: 1}
	file, line := m.project.main.file, 1
	take := func(d document) {
		for _, f := range d.node.Get("config").Members() {
			if name, ok := strings.CutPrefix(f.Name, pkg+":"); ok {
				v := configured(f.Value)
				m.from[v] = d.file
				set(out, name, v)
				file, line = d.file, f.Line
			}
		}
	}
	take(m.project.main)
	if m.stack != nil {
		take(m.stack.document)
	}
	return out, file, line
}

// config is a value of the configuration that the program asks for; nil when
// nobody declares it.
func (m *machine) config(name string) *tree.Node {
	if m.stack != nil {
		for _, key := range []string{m.name + ":" + name, name} {
			if v := m.stack.node.Get("config", key); v != nil {
				v = configured(v)
				m.from[v] = m.stack.file
				return v
			}
		}
	}
	for _, d := range []document{m.program, m.project.main} {
		for _, section := range []string{"config", "configuration"} {
			for _, key := range []string{name, m.name + ":" + name} {
				v := d.node.Get(section, key)
				if v == nil {
					continue
				}
				if v.Kind == tree.Object && v.Get("value") == nil && v.Get("default") == nil && v.Get("secure") == nil {
					of := "the stack"
					if m.stack != nil {
						of = "the stack " + m.stack.name
					}
					return hole(v.Line, "the configuration of "+of+" does not say "+name)
				}
				v = configured(v)
				m.from[v] = d.file
				return v
			}
		}
	}
	return nil
}

// configured is a value of a configuration. Secrets stay unread.
func configured(v *tree.Node) *tree.Node {
	c := *v
	v = &c
	if v.Kind == tree.Object {
		switch {
		case v.Get("secure") != nil:
			return hole(v.Line, "it is a secret")
		case v.Get("value") != nil:
			c := *v.Get("value")
			return &c
		case v.Get("default") != nil:
			c := *v.Get("default")
			return &c
		}
	}
	return v
}

func hole(line int, why string, refs ...graph.Address) *tree.Node {
	return &tree.Node{Kind: tree.Hole, Line: max(line, 1), Text: cmp.Or(why, "it is not known"), Refs: refs}
}

func set(n *tree.Node, name string, v *tree.Node) {
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			n.Fields[i].Value = v
			return
		}
	}
	n.Fields = append(n.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
}
