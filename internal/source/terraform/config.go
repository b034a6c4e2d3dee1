package terraform

import (
	"fmt"
	"sort"
	"strings"

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
				var before, mine []remark
				if len(remarks) > 0 && (rb.typ == "resource" || rb.typ == "module" || rb.typ == "terraform") {
					before, mine, remarks = about(rb, remarks)
					m.remarks = append(m.remarks, before...)
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
