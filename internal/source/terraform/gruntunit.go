package terraform

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A unit is a folder with a terragrunt.hcl that builds something: a module of
// this tree or of elsewhere, evaluated as a root with the inputs of the unit.
type unit struct {
	dir      string
	file     string
	config   *gruntConfig
	module   string // the folder of the module; "" when it is elsewhere
	files    []string
	problems []graph.Problem
}

// findUnits evaluates the configurations of all units. One that names no module
// and stands beside none is only there to be included.
func (ld *loader) findUnits() []*unit {
	var out []*unit
	for _, dir := range sortedKeys(ld.listed) {
		file := path.Join(dir, unitName)
		found := false
		for _, f := range ld.listed[dir] {
			found = found || path.Clean(slash(f)) == file
		}
		if !found {
			continue
		}
		g := &gruntReader{ld: ld, unit: dir}
		u := &unit{dir: dir, file: file, config: g.read(file, dir, "", 0)}
		u.files, u.problems = g.files, g.problems
		own := len(configsOf(ld.listed[dir])) > 0
		switch source, _ := knownText(u.config.source); {
		case u.config.source == cty.NilVal && !own:
			if len(u.problems) == 0 {
				continue
			}
		case u.config.source == cty.NilVal:
			u.module = dir
		default:
			u.module = (&gruntContext{dir: dir}).localSource(source)
		}
		out = append(out, u)
	}
	return out
}

// evalUnit evaluates the module of a unit.
func (ld *loader) evalUnit(u *unit) rootFacts {
	r := ld.newRoot(u.dir)
	for _, name := range sortedKeys(u.config.inputs) {
		r.given[name] = given{ex: lit{u.config.inputs[name]}}
	}
	var out rootFacts
	if u.module == "" {
		if u.config.source != cty.NilVal {
			out.assets = append(out.assets, u.absent(r))
		}
	} else if cfg, err := ld.moduleOfUnit(u); err != nil {
		out.problems = append(out.problems, graph.Problem{Origin: graph.Origin{File: u.file}, Message: fmt.Sprintf("the module of this unit could not be read: %v", err)})
	} else {
		r.openInputs(u.config.open, cfg)
		out = r.eval(cfg)
		ld.markUsed(u.module, cfg)
	}
	if b := u.config.backend; b != nil {
		out.assets = slices.DeleteFunc(out.assets, func(a graph.Asset) bool { return strings.HasPrefix(a.Type, "backend.") }) // which it fills in
		out.assets = append(out.assets, u.backend(r, b))
	}
	out.files = append(out.files, u.files...)
	out.problems = append(out.problems, u.problems...)
	return out
}

// openInputs makes variables unknown that the unit may set in a way that is not
// known: their defaults need not count.
func (r *rootEval) openInputs(why string, cfg *module) {
	if why == "" {
		return
	}
	for name := range cfg.variables {
		if _, ok := r.given[name]; !ok {
			r.given[name] = given{ex: lit{unknown(why)}}
		}
	}
}

// moduleOfUnit is the module with the files that Terragrunt writes beside it.
func (ld *loader) moduleOfUnit(u *unit) (*module, error) {
	m, err := ld.module(u.module)
	if err != nil || len(u.config.made) == 0 {
		return m, err
	}
	made := map[string]*parsedFile{}
	for _, key := range sortedKeys(u.config.made) {
		f := u.config.made[key]
		text, why := knownText(f.text)
		if !isConfig(f.name) {
			continue
		}
		if why != "" {
			u.problems = append(u.problems, graph.Problem{Origin: f.at.origin(), Message: fmt.Sprintf("what stands in %s is not known: %s", f.name, why)})
			continue
		}
		made[f.name] = ld.parseText(&parsedFile{file: &srcFile{name: f.at.file.name}}, f.name, []byte(text))
		made[f.name].shift(f.at)
	}
	var parsed []*parsedFile
	for _, f := range m.files {
		if made[path.Base(f)] == nil { // which it overwrites
			parsed = append(parsed, ld.parseFile(f))
		}
	}
	for _, name := range sortedKeys(made) {
		parsed = append(parsed, made[name])
		u.problems = append(u.problems, made[name].problems...)
	}
	sort.SliceStable(parsed, func(i, j int) bool { return parsed[i].file.name < parsed[j].file.name })
	return newModule(u.module, parsed), nil
}

// shift gives what was generated the line of the block that generates it.
func (p *parsedFile) shift(at pos) {
	for i := range p.problems {
		p.problems[i].Origin = at.origin()
	}
	var body func(b *rawBody)
	body = func(b *rawBody) {
		for i := range b.attrs {
			b.attrs[i].pos = at
		}
		for _, n := range b.blocks {
			n.pos, n.last = at, at.line
			body(n.body)
		}
	}
	for _, b := range p.blocks {
		b.pos, b.last = at, at.line
		body(b.body)
	}
}

// markUsed tells the module of the folder which of its resources a unit built:
// they are counted there.
func (ld *loader) markUsed(dir string, cfg *module) {
	m, err := ld.module(dir)
	if err != nil || m == cfg {
		return
	}
	for id, res := range cfg.managed {
		if own := m.managed[id]; own != nil && res.used.Load() {
			own.used.Store(true)
		}
	}
}

// absent stands for a module that is not in this tree.
func (u *unit) absent(r *rootEval) graph.Asset {
	source, why := knownText(u.config.source)
	if why == "" {
		why = "module source " + source + " is not in this tree: check a plan of the unit (terragrunt show -json)"
	} else {
		why = "module source cannot be known: " + why
	}
	origin := u.config.at.origin()
	return graph.Asset{Address: "terraform.source", Language: "terraform", Type: "module", Root: u.dir, Attrs: r.valueReader(u.config.inputs, u.config.at),
		Partial: why, Group: u.dir + ":terraform.source", Origin: origin}
}

// backend is where the unit keeps its state.
func (u *unit) backend(r *rootEval, b *gruntBackend) graph.Asset {
	attrs := map[string]cty.Value{}
	if b.config != cty.NilVal {
		raw, marks := settle(b.config).Unmark()
		if raw.IsKnown() && !raw.IsNull() && (raw.Type().IsObjectType() || raw.Type().IsMapType()) {
			for it := raw.ElementIterator(); it.Next(); {
				k, v := it.Element()
				name, _ := k.Unmark()
				attrs[name.AsString()] = withMarks(v, marks)
			}
		}
	}
	addr := graph.Address("terraform.backend." + cmp.Or(b.typ, "unknown"))
	return graph.Asset{Address: addr, Language: "terraform", Type: "backend." + b.typ, Root: u.dir, Attrs: r.valueReader(attrs, b.at),
		Group: u.dir + ":" + string(addr), Origin: b.at.origin()}
}

// valueReader reads values that have been evaluated.
func (r *rootEval) valueReader(values map[string]cty.Value, at pos) graph.Reader {
	b := &body{}
	for _, name := range sortedKeys(values) {
		b.attrs = append(b.attrs, attribute{name, lit{values[name]}, at})
	}
	return &bodyReader{r, &scope{m: &modInst{root: r}, onlyVars: map[string]cty.Value{}}, b}
}
