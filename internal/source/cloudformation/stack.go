package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A stack is one template that is being evaluated.
type stack struct {
	run  *run
	file string // as typed, slash-separated
	root string
	doc  *tree.Node

	path    string // "" at the top, else the addresses of the stacks around it: "Parent/"
	partial string // why it is not known whether the whole stack is there
	depth   int
	above   *stack // the stack that nests it

	pseudo     map[string]*tree.Node // pseudo parameters that are known
	parameters map[string]*tree.Node // by name; holes for those without a value
	truths     map[string]*truth
	outputs    map[string]*tree.Node
	resources  map[string]*resource
	order      []*resource
	provider   map[string]*graph.Provider // by namespace
	region     graph.Reading
	given      map[string]*tree.Node // values that a file beside the template gives to its parameters
	said       map[string]bool       // problems
}

// A resource is one entry of Resources, after loops are expanded.
type resource struct {
	id      string
	node    *tree.Node
	line    int
	vars    map[string]*tree.Node // of the loops around it
	partial string
	group   string
	child   *stack // of a nested stack that was read
	absent  bool
}

func (r *run) stack(file string, doc *tree.Node) *stack {
	r.facts.Files = append(r.facts.Files, file)
	s := &stack{run: r, file: file, doc: doc, pseudo: map[string]*tree.Node{}, parameters: map[string]*tree.Node{},
		truths: map[string]*truth{}, outputs: map[string]*tree.Node{}, resources: map[string]*resource{}, provider: map[string]*graph.Provider{}, said: map[string]bool{}}
	return s
}

// start works out which resources there are. given are the values of parameters
// that the stack around it hands down.
func (s *stack) start(given map[string]*tree.Node) {
	for _, p := range s.doc.Get("Parameters").Members() {
		v := given[p.Name]
		if v == nil {
			v = s.parameter(p.Name, p.Value)
		}
		s.parameters[p.Name] = typed(p.Value.Get("Type").Str(), v)
	}
	s.expand(s.doc.Get("Resources"), nil, "")
	for _, res := range s.order {
		s.nest(res)
	}
}

// parameter is the value that a parameter has: from a file that was named, else
// its default. One of the systems manager's, and one that is hidden, is unknown.
func (s *stack) parameter(name string, decl *tree.Node) *tree.Node {
	typ := decl.Get("Type").Str()
	if v := s.run.given[name]; v != nil && s.depth == 0 {
		return typed(typ, v)
	}
	if v := s.given[name]; v != nil {
		return typed(typ, v)
	}
	d := decl.Get("Default")
	line := lineOf(decl)
	switch {
	case strings.HasPrefix(typ, "AWS::SSM::Parameter::Value"):
		return tree.NewHole(fmt.Sprintf("the parameter %s takes its value from the parameter store when the stack is deployed", name), line)
	case d == nil:
		return tree.NewHole(fmt.Sprintf("the parameter %s has no value: give it in a file of parameters", name), line)
	case decl.Get("NoEcho") != nil && decl.Get("NoEcho").Text != "false":
		return tree.NewHole(fmt.Sprintf("the parameter %s is hidden (NoEcho)", name), line)
	}
	return typed(typ, d)
}

// typed makes the list that a parameter of a list type is.
func typed(typ string, v *tree.Node) *tree.Node {
	if v == nil || typ != "CommaDelimitedList" && !strings.HasPrefix(typ, "List<") || v.Kind != tree.String && v.Kind != tree.Number {
		return v
	}
	out := &tree.Node{Kind: tree.List, Line: v.Line, Refs: v.Refs}
	for part := range strings.SplitSeq(v.Text, ",") {
		out.Items = append(out.Items, &tree.Node{Kind: tree.String, Line: v.Line, Text: strings.TrimSpace(part), Refs: v.Refs})
	}
	return out
}

// assets makes an asset of every resource.
func (s *stack) assets() {
	for _, res := range s.order {
		s.run.facts.Blocks++
		if res.absent {
			s.run.facts.Absent++
			continue
		}
		s.asset(res)
	}
	s.macros()
}

// asset makes the asset of a resource, and those of the stack that it nests.
func (s *stack) asset(res *resource) {
	typ, partial := res.node.Get("Type"), res.partial
	switch {
	case res.node.Kind == tree.Hole: // what a variable of the Serverless Framework would put here
		typ, partial = tree.NewText("module", res.line), res.node.Text
	case typ == nil || typ.Kind == tree.Null || typ.Tag == "" && typ.Kind == tree.String && typ.Text == "":
		s.run.problem(s.file, res.line, fmt.Sprintf("the resource %s has no Type: write one", res.id))
		return
	case typ.Kind != tree.String || typ.Tag != "": // a preprocessor writes it, as rain does for its modules
		typ, partial = tree.NewText("module", typ.Line), "what writes its Type was not run: check the template that it makes"
	}
	e := &scope{stack: s, vars: res.vars}
	props := e.properties(res.node)
	a := graph.Asset{Address: s.address(res.id), Language: Language, Type: typ.Str(), Root: s.root, Module: strings.TrimSuffix(s.path, "/"),
		Provider: s.providerOf(typ.Str()), Attrs: props.Reader(s.file), Partial: partial, Origin: graph.Origin{File: s.file, Line: res.line}}
	if res.group != "" {
		a.Group = s.path + res.group
	}
	if res.child == nil && nests(res.node) {
		if why := s.unread(res, props); why != "" {
			a.Type, a.Partial = "module", why
		}
	}
	if strings.HasSuffix(a.Type, "::MODULE") {
		a.Partial = "the module " + a.Type + " is kept in the registry of the account and could not be read"
		a.Type = "module"
	}
	s.run.facts.Assets = append(s.run.facts.Assets, a)
	if res.child != nil {
		res.child.assets()
	}
}

// macros are transforms that may add what nobody sees here.
func (s *stack) macros() {
	add := func(n *tree.Node, what string) {
		s.run.facts.Assets = append(s.run.facts.Assets, graph.Asset{Address: s.address(what), Language: Language, Type: "module", Root: s.root,
			Module: strings.TrimSuffix(s.path, "/"), Attrs: n.Reader(s.file), Partial: "the macro may add and change resources when the stack is deployed",
			Origin: graph.Origin{File: s.file, Line: n.Line}})
	}
	var seen []string
	for _, t := range s.doc.Get("Transform").Elements() {
		name := t.Str()
		if name == "" {
			name = t.Get("Name").Str()
		}
		if name == "" || harmless(name) || slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		add(t, "Transform/"+name)
	}
	if t := s.doc.Get("Resources", "Fn::Transform"); t != nil {
		add(t, "Fn::Transform")
	}
}

// harmless are the macros of AWS whose work is understood, or adds no resources
// that hold data.
func harmless(name string) bool {
	for _, known := range []string{"AWS::Serverless-", "AWS::LanguageExtensions", "AWS::SecretsManager-", "AWS::CodeDeployBlueGreen"} {
		if strings.HasPrefix(name, known) {
			return true
		}
	}
	return false
}

func (s *stack) address(id string) graph.Address { return graph.Address(s.path + id) }

// providerOf is the configuration that a type is deployed with: its namespace,
// and the region of the stack.
func (s *stack) providerOf(typ string) *graph.Provider {
	name, _, _ := strings.Cut(strings.ToLower(typ), "::")
	p := s.provider[name]
	if p == nil {
		p = &graph.Provider{Source: name, Attrs: settings{"region": s.region}, Origin: s.region.Origin}
		s.provider[name] = p
	}
	return p
}

// settings are the attributes of a provider configuration.
type settings map[string]graph.Reading

func (x settings) Read(path string) []graph.Reading {
	if rd, ok := x[path]; ok {
		return []graph.Reading{rd}
	}
	return nil
}
