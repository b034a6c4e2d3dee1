package pulumi

import (
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A snapshot is a preview or an exported stack.
type snapshot struct {
	r         *reading
	file      string
	states    []*tree.Node
	addresses map[string]graph.Address // by URN, of what is an asset
	configs   map[string]*tree.Node    // of providers, by URN
	providers map[string]*graph.Provider
	seen      map[string]bool
	exported  bool // the resources exist, and say what became of them
}

// stack reads a preview or an exported stack.
func (r *reading) stack(path string) {
	file := filepath.ToSlash(path)
	doc := r.load(path, maxStack)
	r.facts.Files = append(r.facts.Files, file)
	s := &snapshot{r: r, file: file, addresses: map[string]graph.Address{}, configs: map[string]*tree.Node{}, providers: map[string]*graph.Provider{}, seen: map[string]bool{}}
	switch {
	case doc == nil:
		return
	case doc.Get("steps") != nil:
		for _, step := range doc.Get("steps").Elements() {
			switch step.Get("op").Str() {
			case "delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace":
				continue
			}
			if state := step.Get("newState"); state != nil {
				s.states = append(s.states, state)
			}
		}
	case doc.Get("deployment", "resources") != nil:
		s.exported = true
		for _, state := range doc.Get("deployment", "resources").Elements() {
			if !isTrue(state.Get("delete")) {
				s.states = append(s.states, state)
			}
		}
	default:
		r.problem(path, 1, "it shows no resources: write it with pulumi preview --json, or with pulumi stack export")
		return
	}
	s.index()
	for _, state := range s.states {
		s.asset(state)
	}
}

// urn takes the name of a resource apart: urn:pulumi:stack::project::type::name.
func urn(text string) (project, qualified, name string) {
	parts := strings.SplitN(text, "::", 4)
	if len(parts) < 4 || !strings.HasPrefix(parts[0], "urn:pulumi:") {
		return "", "", ""
	}
	return parts[1], parts[2], parts[3]
}

// isAsset reports whether a state is of something that Pulumi makes in a cloud:
// no component, no provider, nothing that is only read.
func isAsset(state *tree.Node) bool {
	typ := state.Get("type").Str()
	return typ != "" && isTrue(state.Get("custom")) && !isTrue(state.Get("external")) && !strings.HasPrefix(typ, "pulumi:")
}

// index gives every resource its address, and finds the providers.
func (s *snapshot) index() {
	taken := map[graph.Address]bool{}
	for _, state := range s.states {
		id := state.Get("urn").Str()
		project, qualified, name := urn(id)
		if project != "" {
			s.r.shown[project] = true
		}
		if isProvider(state.Get("type").Str()) {
			s.configs[id] = state.Get("inputs")
			continue
		}
		if !isAsset(state) || s.addresses[id] != "" {
			continue
		}
		at := graph.Address(short(state.Get("type").Str()) + "/" + name)
		if taken[at] {
			at = graph.Address(qualified + "/" + name)
		}
		for taken[at] {
			at += "'"
		}
		taken[at] = true
		s.addresses[id] = at
	}
}

func (s *snapshot) asset(state *tree.Node) {
	id := state.Get("urn").Str()
	if !isAsset(state) || s.addresses[id] == "" || s.seen[id] {
		return // a replacement has two steps
	}
	s.seen[id] = true
	at := s.addresses[id]
	s.r.facts.Blocks++
	attrs := &tree.Node{Kind: tree.Object, Line: state.Line}
	for _, from := range []*tree.Node{state.Get("inputs"), s.outputs(state)} {
		for _, f := range from.Members() {
			if strings.HasPrefix(f.Name, "__") || attrs.Get(f.Name) != nil || from != state.Get("inputs") && isEmpty(f.Value) {
				continue
			}
			attrs.Fields = append(attrs.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: plainly(f.Value, 0)})
		}
	}
	for _, dep := range state.Get("propertyDependencies").Members() {
		s.depend(attrs, dep)
	}
	s.r.facts.Assets = append(s.r.facts.Assets, graph.Asset{Address: at, Language: "pulumi", Type: state.Get("type").Str(), Root: s.file, Provider: s.provider(state),
		Attrs: attrs.Reader(s.file), Group: string(at), Origin: graph.Origin{File: s.file, Line: state.Line}})
}

// outputs are what became of the resource; of a preview nothing has.
func (s *snapshot) outputs(state *tree.Node) *tree.Node {
	if !s.exported {
		return nil
	}
	return state.Get("outputs")
}

func isEmpty(n *tree.Node) bool {
	return n == nil || n.Kind == tree.Null || n.Kind == tree.String && n.Text == "" || n.Kind == tree.List && len(n.Items) == 0 || n.Kind == tree.Object && len(n.Fields) == 0
}

// depend notes the assets that a property was computed from.
func (s *snapshot) depend(attrs *tree.Node, dep tree.Field) {
	v := attrs.Get(dep.Name)
	if v == nil {
		return
	}
	c := *v
	for _, d := range dep.Value.Elements() {
		if at := s.addresses[d.Str()]; at != "" {
			c.Refs = append(c.Refs, at)
		}
	}
	c.Refs = sorted(c.Refs)
	set(attrs, dep.Name, &c)
}

// provider is the configuration that the resource was made with.
func (s *snapshot) provider(state *tree.Node) *graph.Provider {
	pkg := packageOf(state.Get("type").Str())
	ref := state.Get("provider").Str()
	id := ref
	if i := strings.LastIndex(ref, "::"); i >= 0 {
		id = ref[:i]
	}
	if p := s.providers[pkg+" "+id]; p != nil {
		return p
	}
	_, _, name := urn(id)
	if strings.HasPrefix(name, "default") {
		name = ""
	}
	p := &graph.Provider{Source: pkg, Alias: name}
	if inputs := s.configs[id]; inputs != nil {
		config := &tree.Node{Kind: tree.Object, Line: inputs.Line}
		for _, f := range inputs.Members() {
			config.Fields = append(config.Fields, tree.Field{Name: f.Name, Line: f.Line, Value: decoded(plainly(f.Value, 0))})
		}
		p.Attrs, p.Origin = config.Reader(s.file), graph.Origin{File: s.file, Line: inputs.Line}
	} else {
		p.Attrs = unknowable{"the document does not show how the provider is configured", graph.Origin{File: s.file, Line: state.Line}}
	}
	s.providers[pkg+" "+id] = p
	return p
}

// decoded is a value of a provider configuration, which holds lists and objects
// as JSON texts.
func decoded(n *tree.Node) *tree.Node {
	if n.Kind != tree.String || !strings.HasPrefix(n.Text, "{") && !strings.HasPrefix(n.Text, "[") {
		return n
	}
	doc, err := tree.JSON([]byte(n.Text))
	if err != nil {
		return n
	}
	doc = plainly(doc, 0)
	doc.Line = n.Line
	return doc
}
