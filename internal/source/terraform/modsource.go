package terraform

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// moduleOf finds the configuration that a call means; why says what is wrong
// when there is none.
func (r *rootEval) moduleOf(m *modInst, c *moduleCall) (cfg *module, why string) {
	source := c.sourceText
	if source == "" {
		raw, marks := m.scope.value(c.source).Unmark()
		switch {
		case !raw.IsKnown():
			return nil, "module source cannot be known: " + causeOf(marks)
		case raw.IsNull() || raw.Type() != cty.String:
			return nil, "module source is not a string"
		}
		source = raw.AsString()
	}
	dir := ""
	if isLocal(source) {
		dir = path.Join(m.cfg.dir, source)
	} else if filepath.IsAbs(source) {
		dir = slash(source)
	} else if e, ok := r.manifest[manifestKey(m, c)]; ok && e.Dir != "" {
		dir = path.Join(r.dir, slash(e.Dir))
	} else {
		return nil, fmt.Sprintf("module source %s is not in this tree: run terraform init", source)
	}
	for at := m; at != nil; at = at.parent {
		if at.cfg.dir == dir {
			r.problemOnce(c.pos, fmt.Sprintf("module.%s calls %s, which is already being read: modules cannot contain themselves", c.name, dir))
			return nil, "its source " + source + " contains itself"
		}
	}
	cfg, err := r.ld.module(dir)
	if err != nil {
		r.problemOnce(c.pos, fmt.Sprintf("module.%s could not be read: %v", c.name, err))
		return nil, err.Error()
	}
	return cfg, ""
}

// manifestKey is the name of a call in the manifest: dotted names from the root.
func manifestKey(m *modInst, c *moduleCall) string {
	key := c.name
	for at := m; at.call != nil; at = at.parent {
		key = at.call.name + "." + key
	}
	return key
}

func (r *rootEval) problemOnce(at pos, text string) {
	o := at.origin()
	key := fmt.Sprintf("%s:%d:%s", o.File, o.Line, text)
	if !r.missing[key] {
		r.missing[key] = true
		r.out.problems = append(r.out.problems, graph.Problem{Origin: o, Message: text})
	}
}
