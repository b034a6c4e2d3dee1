package tfplan

import (
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A plan is what a document says about configuration, and the instances in
// it, for readers to look things up.
type plan struct {
	doc        *doc
	configured bool // the document has a configuration
	state      bool // the document is a state

	modules   map[string]*module // by path without keys
	providers map[string]*providerConfig
	variables []member // of the root, with values

	blocks map[string]*instances // by keyed module path and block, see [blockKey]
	keys   map[string]*instances // of a module call, by its path without its own key
	types  map[string][]*instance

	mu     sync.Mutex
	chosen map[string]bool // see chosenByProvider
	facts  map[string]*graph.Provider
}

// The instances of one block or call, by key and in order.
type instances struct {
	byKey map[string]graph.Address
	order []string
}

// put adds an instance to the ones at a place.
func put(all map[string]*instances, at, key string, addr graph.Address) {
	is := all[at]
	if is == nil {
		is = &instances{byKey: map[string]graph.Address{}}
		all[at] = is
	}
	if _, ok := is.byKey[key]; !ok {
		is.byKey[key] = addr
		is.order = append(is.order, key)
	}
}

// A module is the configuration of one module call.
type module struct {
	resources map[string]*resourceConfig // by id without key
	calls     map[string]*call
	outputs   []member
	variables []member
}

type resourceConfig struct {
	expressions []member
	forEach     span
	provider    string // provider_config_key
}

type call struct {
	expressions []member
	forEach     span
}

// A providerConfig is one provider block.
type providerConfig struct {
	source, alias string
	module        string
	expressions   []member
	at            int
}

func newPlan(d *doc) *plan {
	return &plan{
		doc: d, modules: map[string]*module{}, providers: map[string]*providerConfig{}, blocks: map[string]*instances{},
		keys: map[string]*instances{}, types: map[string][]*instance{}, chosen: map[string]bool{}, facts: map[string]*graph.Provider{},
	}
}

func blockKey(module, id string) string { return module + "|" + id }

// add makes an instance known to references.
func (p *plan) add(module string, id step, addr graph.Address, in *instance) {
	put(p.blocks, blockKey(module, id.name), id.key, addr)
	p.types[in.typ] = append(p.types[in.typ], in)
	for i, s := range in.addr.modules {
		put(p.keys, join(path(in.addr.modules[:i]), "module."+s.name), s.key, "")
	}
}

// readConfig reads the configuration part of a plan.
func (p *plan) readConfig(config, variables span) {
	d := p.doc
	p.variables = d.members(variables)
	for _, m := range d.members(d.get(config, "provider_config")) {
		ms := d.members(m.val)
		text := func(name string) string { v, _ := find(ms, name); return d.text(v.val) }
		source := text("full_name")
		if source == "" {
			source = text("name")
		}
		ex, _ := find(ms, "expressions")
		p.providers[m.name] = &providerConfig{
			source: sourceOf(source), alias: text("alias"), module: text("module_address"), expressions: d.members(ex.val), at: m.at,
		}
	}
	p.readModule("", d.get(config, "root_module"), 0)
}

// maxDepth bounds modules in modules; people write less than ten.
const maxDepth = 100

func (p *plan) readModule(at string, s span, depth int) {
	if depth > maxDepth {
		return
	}
	d := p.doc
	ms := d.members(s)
	part := func(name string) span { m, _ := find(ms, name); return m.val }
	m := &module{resources: map[string]*resourceConfig{}, calls: map[string]*call{}, outputs: d.members(part("outputs")), variables: d.members(part("variables"))}
	p.modules[at] = m
	for _, r := range d.items(part("resources")) {
		rs := d.members(r)
		ex, _ := find(rs, "expressions")
		each, _ := find(rs, "for_each_expression")
		key, _ := find(rs, "provider_config_key")
		addr, _ := find(rs, "address")
		m.resources[d.text(addr.val)] = &resourceConfig{d.members(ex.val), each.val, d.text(key.val)}
	}
	for _, c := range d.members(part("module_calls")) {
		cs := d.members(c.val)
		ex, _ := find(cs, "expressions")
		each, _ := find(cs, "for_each_expression")
		m.calls[c.name] = &call{d.members(ex.val), each.val}
		body, _ := find(cs, "module")
		p.readModule(join(at, "module."+c.name), body.val, depth+1)
	}
}

// sourceOf is a provider's name as the dialects know it.
func sourceOf(full string) string {
	if strings.EqualFold(full, "terraform") {
		return graph.BuiltinPlugin
	}
	return graph.PluginSource(full)
}
