package terraform

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A module is the configuration of one directory. It is made once and shared
// by every root that reaches the directory; evaluation keeps its state elsewhere.
type module struct {
	dir       string
	variables map[string]*variable
	locals    map[string]*attribute
	outputs   map[string]*attribute
	resources []*resource          // managed ones, by file and line; duplicates stay
	managed   map[string]*resource // by type.name, the first of duplicates
	data      map[string]*resource
	calls     []*moduleCall
	callByID  map[string]*moduleCall
	providers []*providerBlock
	required  map[string]string // local name to source
	backends  []*backend
	remarks   []remark // that belong to no block
	problems  []graph.Problem
	files     []string
}

type variable struct {
	name     string
	typ      cty.Type
	defaults *typeexpr.Defaults
	def      expr // nil without default
	notNull  bool
	bare     bool // a value from the command line is the string itself
	traits   []trait
	pos      pos
}

// A resource is a resource, data or ephemeral block.
type resource struct {
	mode      string // "resource", "data", "ephemeral"
	typ, name string
	body      *body
	count     expr
	forEach   expr
	provider  *providerRef // nil: by the prefix of the type
	remarks   []remark
	pos       pos
	used      atomic.Bool // some evaluation gave it an instance
}

// id is the address within its module.
func (r *resource) id() string {
	if r.mode == "resource" {
		return r.typ + "." + r.name
	}
	return r.mode + "." + r.typ + "." + r.name
}

type moduleCall struct {
	name       string
	source     expr
	sourceText string // as written, when it is a constant
	version    string
	args       *body
	count      expr
	forEach    expr
	providers  map[string]*providerRef // by the child's name, with alias
	remarks    []remark
	pos        pos
}

// A providerRef names a provider configuration: local name, alias, and for
// OpenTofu the key of one of its instances.
type providerRef struct {
	local, alias string
	key          expr
}

type providerBlock struct {
	local, alias string
	body         *body
	forEach      expr
	pos          pos
}

// A backend is where the state of a root is kept.
type backend struct {
	typ     string // "s3", or "cloud"
	body    *body
	remarks []remark
	pos     pos
}

// newModule makes the module of a directory of its files, which are sorted by
// name. A broken part becomes a problem; the rest counts.
func newModule(dir string, files []*parsedFile) *module {
	m := &module{
		dir: dir, variables: map[string]*variable{}, locals: map[string]*attribute{}, outputs: map[string]*attribute{},
		managed: map[string]*resource{}, data: map[string]*resource{}, callByID: map[string]*moduleCall{}, required: map[string]string{},
	}
	for _, override := range []bool{false, true} {
		for _, f := range files {
			if isOverride(f.file.name) != override {
				continue
			}
			m.files = append(m.files, f.file.name)
			m.problems = append(m.problems, f.problems...)
			remarks := f.remarks
			for _, rb := range f.blocks {
				var mine []remark
				if len(remarks) > 0 && (rb.typ == "resource" || rb.typ == "module" || rb.typ == "terraform") {
					mine, remarks = about(rb, remarks)
				}
				if err := m.add(rb, mine, override); err != nil {
					m.problems = append(m.problems, graph.Problem{Origin: rb.pos.origin(), Message: err.Error()})
				}
			}
			m.remarks = append(m.remarks, remarks...)
		}
	}
	sort.Strings(m.files)
	return m
}

// labelCount is how many labels a block must have.
var labelCount = map[string]int{"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0, "terraform": 0}

// add takes one top-level block in. Blocks of other types (moved, import,
// removed, check) change nothing about what will exist.
func (m *module) add(rb *rawBlock, remarks []remark, override bool) error {
	n, known := labelCount[rb.typ]
	if !known {
		return nil
	}
	if len(rb.labels) != n {
		return fmt.Errorf("a %s block takes %d labels, this one has %d", rb.typ, n, len(rb.labels))
	}
	switch rb.typ {
	case "resource", "data", "ephemeral":
		m.addResource(newResource(rb, remarks), override)
	case "variable":
		m.addVariable(rb, override)
	case "locals":
		for i := range rb.body.attrs {
			a := &rb.body.attrs[i]
			m.locals[a.name] = &attribute{a.name, rb.body.expr(a), a.pos}
		}
	case "output":
		if a := rb.body.attr("value"); a != nil {
			m.outputs[rb.labels[0]] = &attribute{a.name, rb.body.expr(a), a.pos}
		} else if !override {
			m.outputs[rb.labels[0]] = &attribute{"value", &bad{"the output has no value"}, rb.pos}
		}
	case "module":
		m.addCall(rb, remarks, override)
	case "provider":
		m.addProvider(rb, override)
	case "terraform":
		m.addSettings(rb, remarks, override)
	}
	return nil
}

func newResource(rb *rawBlock, remarks []remark) *resource {
	r := &resource{mode: rb.typ, typ: rb.labels[0], name: rb.labels[1], pos: rb.pos, remarks: remarks}
	if a := rb.body.attr("provider"); a != nil {
		r.provider = refOfProvider(rb.body, a)
		if r.provider == nil {
			r.provider = &providerRef{alias: "(not understood)"}
		}
	}
	r.body = rb.body.body()
	r.count, r.forEach = r.body.take("count"), r.body.take("for_each")
	r.body.take("provider")
	r.body.take("depends_on")
	return r
}

func (m *module) addResource(r *resource, override bool) {
	index := m.managed
	if r.mode != "resource" {
		index = m.data
	}
	if old := index[r.id()]; override && old != nil {
		old.body.merge(r.body)
		if r.count != nil || r.forEach != nil {
			old.count, old.forEach = r.count, r.forEach
		}
		if r.provider != nil {
			old.provider = r.provider
		}
		old.remarks = append(old.remarks, r.remarks...)
		return
	}
	if r.mode == "resource" {
		m.resources = append(m.resources, r)
	}
	if index[r.id()] == nil {
		index[r.id()] = r
	}
}

// merge lays an override over a body: attributes one by one, nested blocks by
// type as a whole.
func (b *body) merge(over *body) {
	for _, a := range over.attrs {
		if old := b.find(a.name); old != nil {
			*old = a
		} else {
			b.attrs = append(b.attrs, a)
		}
	}
	replaced := map[string]bool{}
	for _, n := range over.blocks {
		replaced[n.name] = true
	}
	var kept []*nested
	for _, n := range b.blocks {
		if !replaced[n.name] {
			kept = append(kept, n)
		}
	}
	b.blocks = append(kept, over.blocks...)
}

func (m *module) addVariable(rb *rawBlock, override bool) {
	v := &variable{name: rb.labels[0], typ: cty.DynamicPseudoType, bare: true, pos: rb.pos}
	if old := m.variables[v.name]; override && old != nil {
		v = old
	}
	if a := rb.body.attr("type"); a != nil {
		v.typ, v.defaults, v.bare = variableType(rb.body.static(a))
		if v.typ == cty.NilType {
			m.problems = append(m.problems, graph.Problem{Origin: a.pos.origin(), Message: fmt.Sprintf("the type of variable %q cannot be read", v.name)})
			v.typ = cty.DynamicPseudoType
		}
	}
	if a := rb.body.attr("default"); a != nil {
		v.def = rb.body.expr(a)
	}
	if on, ok := constBool(rb.body, "nullable"); ok {
		v.notNull = !on
	}
	for _, t := range []trait{secret, fleeting} {
		if on, ok := constBool(rb.body, string(t)); ok && on && !slices.Contains(v.traits, t) {
			v.traits = append(v.traits, t)
		}
	}
	m.variables[v.name] = v
}

// constBool reads a constant argument that is true or false.
func constBool(b *rawBody, name string) (on, ok bool) {
	a := b.attr(name)
	if a == nil {
		return false, false
	}
	l, isLit := b.expr(a).(lit)
	if !isLit || l.v.Type() != cty.Bool || !l.v.IsKnown() || l.v.IsNull() {
		return false, false
	}
	return l.v.True(), true
}

// variableType reads a type constraint, also in the quoted form of old
// configurations, which static has unquoted already.
func variableType(e hclsyntax.Expression) (cty.Type, *typeexpr.Defaults, bool) {
	if e == nil {
		return cty.NilType, nil, true
	}
	switch hcl.ExprAsKeyword(e) {
	case "list":
		return cty.List(cty.DynamicPseudoType), nil, false
	case "map":
		return cty.Map(cty.DynamicPseudoType), nil, false
	}
	t, d, diags := typeexpr.TypeConstraintWithDefaults(e)
	if diags.HasErrors() {
		return cty.NilType, nil, true
	}
	return t, d, t == cty.String
}

func (m *module) addCall(rb *rawBlock, remarks []remark, override bool) {
	c := &moduleCall{name: rb.labels[0], pos: rb.pos, remarks: remarks}
	if a := rb.body.attr("providers"); a != nil {
		c.providers = providersMap(rb.body, a)
	}
	c.args = rb.body.body()
	c.source = c.args.take("source")
	c.count, c.forEach = c.args.take("count"), c.args.take("for_each")
	c.args.take("providers")
	c.args.take("depends_on")
	if ex := c.args.take("version"); ex != nil {
		c.version = constString(ex)
	}
	if old := m.callByID[c.name]; override && old != nil {
		old.args.merge(c.args)
		if c.source != nil {
			old.source, old.sourceText = c.source, constString(c.source)
		}
		if c.count != nil || c.forEach != nil {
			old.count, old.forEach = c.count, c.forEach
		}
		if c.providers != nil {
			old.providers = c.providers
		}
		return
	}
	if c.source == nil {
		m.problems = append(m.problems, graph.Problem{Origin: rb.pos.origin(), Message: fmt.Sprintf("module %q has no source", c.name)})
		c.source = &bad{"the module has no source"}
	}
	c.sourceText = constString(c.source)
	m.calls = append(m.calls, c)
	if m.callByID[c.name] == nil {
		m.callByID[c.name] = c
	}
}

// constString returns the value of a constant string, else "".
func constString(ex expr) string {
	l, ok := ex.(lit)
	if !ok || l.v.Type() != cty.String || l.v.IsNull() || !l.v.IsKnown() {
		return ""
	}
	return l.v.AsString()
}

func (m *module) addProvider(rb *rawBlock, override bool) {
	p := &providerBlock{local: rb.labels[0], body: rb.body.body(), pos: rb.pos}
	if ex := p.body.take("alias"); ex != nil {
		p.alias = constString(ex)
	}
	p.forEach = p.body.take("for_each")
	p.body.take("version")
	for _, old := range m.providers {
		if override && old.local == p.local && old.alias == p.alias {
			old.body.merge(p.body)
			if p.forEach != nil {
				old.forEach = p.forEach
			}
			return
		}
	}
	m.providers = append(m.providers, p)
}

func (m *module) addSettings(rb *rawBlock, remarks []remark, override bool) {
	for _, b := range rb.body.blocks {
		switch {
		case b.typ == "required_providers":
			for i := range b.body.attrs {
				a := &b.body.attrs[i]
				m.required[a.name] = requiredSource(b.body.expr(a), a.name)
			}
		case b.typ == "cloud" && len(b.labels) == 0:
			m.setBackend(&backend{"cloud", b.body.body(), remarks, b.pos}, override)
		case b.typ == "backend" && len(b.labels) == 1:
			m.setBackend(&backend{b.labels[0], b.body.body(), remarks, b.pos}, override)
		}
	}
}

// setBackend keeps one backend: an override replaces whatever there is.
func (m *module) setBackend(b *backend, override bool) {
	if override {
		m.backends = nil
	}
	m.backends = append(m.backends, b)
}

// requiredSource reads one entry of required_providers; the old form is only
// a version.
func requiredSource(ex expr, local string) string {
	if o, ok := ex.(*object); ok {
		for _, it := range o.items {
			if constString(it.key) == "source" {
				return sourceOf(constString(it.val), local)
			}
		}
	}
	return sourceOf("", local)
}

// defaultHosts are the registries whose host is left out of a source, as
// label lists: both tools name the same provider by namespace and type.
var defaultHosts = [][]string{{"registry", "terraform", "io"}, {"registry", "opentofu", "org"}}

// sourceOf returns the full name of a provider without a default host.
func sourceOf(source, local string) string {
	source = strings.ToLower(source)
	if source == "" {
		if local == "terraform" {
			return "terraform.io/builtin/terraform"
		}
		return "hashicorp/" + strings.ToLower(local)
	}
	parts := strings.Split(source, "/")
	switch len(parts) {
	case 1:
		return "hashicorp/" + source
	case 3:
		for _, h := range defaultHosts {
			if parts[0] == strings.Join(h, ".") {
				return parts[1] + "/" + parts[2]
			}
		}
	}
	return source
}

// isOverride reports whether the file changes what other files say.
func isOverride(path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	for _, ext := range []string{".tf.json", ".tofu.json", ".tf", ".tofu"} {
		if base, ok := strings.CutSuffix(name, ext); ok {
			return base == "override" || strings.HasSuffix(base, "_override")
		}
	}
	return false
}

// refOfProvider reads a reference to a provider configuration: aws, aws.west,
// aws.by_region[each.key].
func refOfProvider(b *rawBody, a *rawAttr) *providerRef {
	return providerRefOf(b.c, b.static(a))
}

func providerRefOf(c *compiler, e hclsyntax.Expression) *providerRef {
	if ix, ok := e.(*hclsyntax.IndexExpr); ok {
		if r := providerRefOf(c, ix.Collection); r != nil {
			r.key = c.expr(ix.Key)
			return r
		}
		return nil
	}
	if o, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = o.Wrapped
	}
	t, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	r := &providerRef{local: c.name(t.Traversal.RootName())}
	for _, s := range t.Traversal[1:] {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			r.alias = c.name(s.Name)
		case hcl.TraverseIndex:
			r.key = lit{s.Key}
		}
	}
	return r
}

// providersMap reads the providers argument of a module call.
func providersMap(b *rawBody, a *rawAttr) map[string]*providerRef {
	out := map[string]*providerRef{}
	if a.json != nil {
		for _, p := range a.json.pairs {
			if r := providerRefOf(b.c, parseString(p.val)); r != nil {
				out[p.name] = r
			}
		}
		return out
	}
	o, ok := a.syntax.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return out
	}
	for _, it := range o.Items {
		k, v := providerRefOf(b.c, it.KeyExpr), providerRefOf(b.c, it.ValueExpr)
		if k == nil || v == nil {
			continue
		}
		name := k.local
		if k.alias != "" {
			name += "." + k.alias
		}
		out[name] = v
	}
	return out
}
