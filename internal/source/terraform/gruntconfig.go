package terraform

import (
	"cmp"
	"path"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// unitName is the file that makes a folder a unit of Terragrunt.
const unitName = "terragrunt.hcl"

// A gruntConfig is what a configuration of Terragrunt comes to, with what it
// includes.
type gruntConfig struct {
	locals  map[string]cty.Value
	inputs  map[string]cty.Value
	open    string // why not all inputs are known; "" when they are
	source  cty.Value
	at      pos // of the source
	backend *gruntBackend
	made    map[string]gruntFile
}

// A gruntBackend is where the state is kept.
type gruntBackend struct {
	typ    string
	config cty.Value
	at     pos
}

// A gruntFile is a file that Terragrunt writes beside the module.
type gruntFile struct {
	name string
	text cty.Value
	at   pos
}

// A gruntReader evaluates the configurations that one unit reaches.
type gruntReader struct {
	ld       *loader
	unit     string // its folder
	files    []string
	problems []graph.Problem
	reads    int
}

// maxGrunt bounds how many configurations one unit reads, and how deep.
const (
	maxGrunt     = 200
	maxGruntDeep = 12
)

// read evaluates a configuration. dir is the folder for which it is evaluated;
// included is the folder of the file when another one includes it.
func (g *gruntReader) read(file, dir, included string, depth int) *gruntConfig {
	c := &gruntConfig{locals: map[string]cty.Value{}, inputs: map[string]cty.Value{}, made: map[string]gruntFile{}}
	if g.reads++; g.reads > maxGrunt || depth > maxGruntDeep {
		c.open = "it includes too many others"
		return c
	}
	p := g.ld.parseFile(file)
	g.files = append(g.files, p.file.name)
	g.problems = append(g.problems, p.problems...)
	r := &rootEval{ld: g.ld, opt: g.ld.opt, dir: dir, missing: map[string]bool{}, grunt: &gruntContext{reader: g, dir: dir, included: included, depth: depth}}
	vars := map[string]cty.Value{}
	for name, why := range map[string]string{"dependency": "it is an output of another unit", "feature": "it is a flag of the run", "values": "it is a value of a stack", "dependencies": "it is an output of another unit"} {
		vars[name] = unknown(why)
	}
	s := &scope{m: &modInst{root: r}, onlyVars: vars}
	includes := map[string]cty.Value{}
	vars["include"], vars["local"] = cty.EmptyObjectVal, cty.EmptyObjectVal
	for _, b := range p.blocks {
		if b.typ == "include" {
			g.include(c, s, b, includes, depth)
		}
	}
	vars["include"] = objectOf(includes)
	g.evalLocals(c, s, p)
	vars["local"] = objectOf(c.locals)
	for i := range p.attrs {
		if a := &p.attrs[i]; a.name == "inputs" {
			c.addInputs(s.value(p.c.expr(a.syntax)))
		}
	}
	for _, b := range p.blocks {
		c.block(s, b)
	}
	return c
}

func objectOf(m map[string]cty.Value) cty.Value {
	if len(m) == 0 {
		return cty.EmptyObjectVal
	}
	return cty.ObjectVal(m)
}

// include takes over what another configuration says; what this one says itself
// comes later and counts more.
func (g *gruntReader) include(c *gruntConfig, s *scope, b *rawBlock, includes map[string]cty.Value, depth int) {
	name := "root"
	if len(b.labels) > 0 {
		name = b.labels[0]
	}
	a := b.body.attr("path")
	if a == nil {
		return
	}
	at, why := knownText(s.value(b.body.expr(a)))
	if why != "" {
		c.open = "it includes a configuration whose path is not known: " + why
		includes[name] = unknown(c.open)
		return
	}
	file := s.m.root.grunt.shown(at)
	got := g.read(file, s.m.root.dir, path.Dir(file), depth+1)
	for k, v := range got.inputs {
		c.inputs[k] = v
	}
	for k, v := range got.made {
		c.made[k] = v
	}
	c.open = cmp.Or(c.open, got.open)
	if got.source != cty.NilVal {
		c.source, c.at = got.source, got.at
	}
	if got.backend != nil {
		c.backend = got.backend
	}
	includes[name] = cty.ObjectVal(map[string]cty.Value{"locals": objectOf(got.locals), "inputs": objectOf(got.inputs)})
}

// evalLocals evaluates locals in the order in which they need each other.
func (g *gruntReader) evalLocals(c *gruntConfig, s *scope, p *parsedFile) {
	type local struct {
		attr *rawAttr
		body *rawBody
		on   bool
	}
	all := map[string]*local{}
	for _, b := range p.blocks {
		if b.typ == "locals" {
			for i := range b.body.attrs {
				all[b.body.attrs[i].name] = &local{attr: &b.body.attrs[i], body: b.body}
			}
		}
	}
	var eval func(name string)
	eval = func(name string) {
		l := all[name]
		if _, done := c.locals[name]; done || l == nil {
			return
		}
		if l.on {
			c.locals[name] = unknown("local." + name + " refers to itself")
			return
		}
		l.on = true
		for _, t := range l.attr.syntax.Variables() {
			if len(t) > 1 && t.RootName() == "local" {
				if step, ok := t[1].(hcl.TraverseAttr); ok {
					eval(step.Name)
				}
			}
		}
		s.onlyVars["local"] = objectOf(c.locals)
		if _, circle := c.locals[name]; !circle {
			c.locals[name] = s.value(l.body.expr(l.attr))
		}
	}
	for _, name := range sortedKeys(all) {
		eval(name)
	}
}

// addInputs adds what is known of the inputs.
func (c *gruntConfig) addInputs(v cty.Value) {
	raw, marks := settle(v).Unmark()
	switch {
	case raw.IsKnown() && raw.IsNull():
	case !raw.IsKnown() || !raw.Type().IsObjectType() && !raw.Type().IsMapType():
		c.open = "its inputs are not known: " + cmp.Or(causeOf(marks), "they are no object")
	default:
		for it := raw.ElementIterator(); it.Next(); {
			k, e := it.Element()
			name, _ := k.Unmark()
			c.inputs[name.AsString()] = withMarks(e, marks)
		}
	}
}

// block takes a block of the configuration in.
func (c *gruntConfig) block(s *scope, b *rawBlock) {
	value := func(name string) cty.Value {
		if a := b.body.attr(name); a != nil {
			return s.value(b.body.expr(a))
		}
		return cty.NilVal
	}
	switch b.typ {
	case "terraform":
		if v := value("source"); v != cty.NilVal {
			c.source, c.at = v, b.body.attr("source").pos
		}
	case "remote_state":
		typ, _ := knownText(value("backend"))
		c.backend = &gruntBackend{cmp.Or(typ, "unknown"), value("config"), b.pos}
	case "generate":
		name, _ := knownText(value("path"))
		if text := value("contents"); text != cty.NilVal && len(b.labels) == 1 {
			c.made[b.labels[0]] = gruntFile{filepath.Base(cmp.Or(name, b.labels[0]+".tf")), text, b.pos}
		}
	}
}

// knownText is a text that is known, or why it is not.
func knownText(v cty.Value) (string, string) {
	if v == cty.NilVal {
		return "", "it is not written"
	}
	raw, marks := settle(v).Unmark()
	if !raw.IsKnown() || raw.IsNull() || raw.Type() != cty.String {
		return "", cmp.Or(causeOf(marks), "it is no text")
	}
	return raw.AsString(), ""
}

// localSource is the folder that a source names, in the way that its file is
// named; "" when it is somewhere else.
func (g *gruntContext) localSource(source string) string {
	source, _, _ = strings.Cut(source, "?")
	source = strings.TrimPrefix(source, "file://")
	if i := strings.Index(source, "//"); i >= 0 {
		source = source[:i] + "/" + source[i+2:]
	}
	if isLocal(source) || filepath.IsAbs(source) {
		return g.shown(source)
	}
	return ""
}
