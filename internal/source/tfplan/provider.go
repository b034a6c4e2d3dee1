package tfplan

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// providerOf returns the provider configuration of an instance. The plan
// names it in the configuration of the resource, which is found by the module
// path without instance keys.
func (p *plan) providerOf(a address, full, alias string) *graph.Provider {
	source := sourceOf(full)
	if source == "" {
		return nil
	}
	if !p.configured {
		why := "a state does not show how providers are configured"
		if !p.state {
			why = "the plan has no configuration, so it does not show how providers are configured"
		}
		return &graph.Provider{Source: source, Alias: alias, Attrs: unknowable{why, graph.Origin{File: p.doc.file, Line: 1}}}
	}
	m := p.modules[bare(a.modules)]
	if m == nil || m.resources[a.id.name] == nil || m.resources[a.id.name].provider == "" {
		why := "the plan does not show which provider configuration applies"
		return &graph.Provider{Source: source, Attrs: unknowable{why, graph.Origin{File: p.doc.file, Line: 1}}}
	}
	return p.provider(m.resources[a.id.name].provider, source)
}

// provider returns the configuration with a key such as "aws",
// "aws.backup" or "module.child:aws". One fact is shared by all instances.
func (p *plan) provider(key, source string) *graph.Provider {
	k := key + "|" + source
	if f := p.facts[k]; f != nil {
		return f
	}
	f := p.configure(key, source)
	p.facts[k] = f
	return f
}

func (p *plan) configure(key, source string) *graph.Provider {
	_, local := cutLast(key, ':')
	_, alias, _ := strings.Cut(local, ".")
	c := p.providers[key]
	if c != nil && (len(c.expressions) > 0 || c.module == "") {
		return p.fromBlock(c, source)
	}
	// There is no block with this key. It is implied; or it is inherited, and
	// the tool lost from where: before Terraform 1.1 it did for every module,
	// and it still does through a module that has no resources of its own.
	var same []*providerConfig
	for _, k := range sortedKeys(p.providers) {
		if o := p.providers[k]; o.source == source && len(o.expressions) > 0 {
			same = append(same, o)
		}
	}
	switch {
	case len(same) == 0 || c == nil && alias == "" && !strings.Contains(key, ":"):
		return &graph.Provider{Source: source, Alias: alias, Attrs: graph.NoAttrs}
	case len(same) == 1 && same[0].module == "" && same[0].alias == "" && alias == "":
		return p.fromBlock(same[0], source)
	}
	why := "the plan does not show which provider configuration " + key + " stands for"
	return &graph.Provider{Source: source, Alias: alias, Attrs: unknowable{why, graph.Origin{File: p.doc.file, Line: 1}}}
}

func cutLast(s string, sep byte) (string, string) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:]
	}
	return "", s
}

// fromBlock is the fact of a provider block.
func (p *plan) fromBlock(c *providerConfig, source string) *graph.Provider {
	at, _ := parseAddress(c.module)
	if len(c.expressions) == 0 {
		return &graph.Provider{Source: source, Alias: c.alias, Attrs: graph.NoAttrs} // implied, or an empty block
	}
	o := graph.Origin{File: p.doc.file, Line: p.doc.line(c.at)}
	return &graph.Provider{
		Source: source, Alias: c.alias, Origin: o,
		Attrs: &exprReader{plan: p, scope: scope{modules: at.modules}, members: c.expressions},
	}
}

// An unknowable reader answers every question in the same way.
type unknowable struct {
	why string
	at  graph.Origin
}

// Read implements [graph.Reader].
func (u unknowable) Read(string) []graph.Reading {
	return []graph.Reading{{Unknown: u.why, Origin: u.at}}
}

// An exprReader reads the arguments of a provider block from its expressions.
type exprReader struct {
	plan    *plan
	scope   scope
	members []member
}

// Read implements [graph.Reader].
func (r *exprReader) Read(path string) []graph.Reading {
	var out []graph.Reading
	r.block(r.members, path, &out)
	return out
}

func (r *exprReader) block(ms []member, path string, out *[]graph.Reading) {
	name, rest, _ := strings.Cut(path, ".")
	m, ok := find(ms, name)
	if !ok {
		return
	}
	d := r.plan.doc
	at := graph.Origin{File: d.file, Line: d.line(m.at)}
	if inner, isBlocks := r.plan.blocksOf(m.val); isBlocks {
		for _, b := range inner {
			if rest != "" {
				r.block(d.members(b), rest, out)
			} else {
				*out = append(*out, graph.Reading{Value: map[string]any{}, Origin: at})
			}
		}
		return
	}
	v := r.plan.eval(m.val, r.scope, 0)
	refs := r.plan.refsOf(m.val, r.scope)
	if v.why != "" {
		*out = append(*out, graph.Reading{Unknown: v.why, Refs: refs, Origin: at})
		return
	}
	descend(v.value, rest, graph.Reading{Refs: refs, Origin: at}, out)
}

// descend reads a path in a plain value.
func descend(v any, path string, like graph.Reading, out *[]graph.Reading) {
	if path == "" {
		like.Value, like.Null = v, v == nil
		*out = append(*out, like)
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			descend(e, path, like, out)
		}
	case map[string]any:
		for name, rest := path, ""; ; {
			if e, ok := v[name]; ok {
				descend(e, rest, like, out)
				return
			}
			i := strings.LastIndexByte(name, '.') // a key may hold dots
			if i < 0 {
				return
			}
			name, rest = path[:i], path[i+1:]
		}
	}
}
