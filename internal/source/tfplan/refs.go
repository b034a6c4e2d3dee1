package tfplan

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A tracer follows references to assets.
type tracer struct {
	plan  *plan
	seen  map[string]bool // module instance and reference, against cycles
	found map[graph.Address]bool
}

// maxSteps bounds how many references one reading follows.
const maxSteps = 10_000

func (t *tracer) expression(s span, sc scope) {
	if s.none() {
		return
	}
	refs := t.plan.references(s)
	own := false // the expression uses the key of its own instance
	for _, r := range refs {
		own = own || strings.HasPrefix(r, "each.") || strings.HasPrefix(r, "count.")
	}
	for _, r := range refs {
		t.reference(r, sc, own)
	}
}

func (t *tracer) reference(ref string, sc scope, own bool) {
	at := path(sc.modules) + "|" + sc.key + "|" + ref
	if t.seen[at] || len(t.seen) > maxSteps {
		return
	}
	t.seen[at] = true
	first, tail, ok := nextPart(ref)
	if !ok {
		return
	}
	second, rest, _ := nextPart(strings.TrimPrefix(tail, "."))
	switch first.name {
	case "var":
		if len(sc.modules) > 0 {
			ex, up := t.plan.argument(second.name, sc)
			t.expression(ex, up)
		}
	case "each":
		if second.name == "value" {
			t.expression(sc.forEach, scope{modules: sc.modules})
		}
	case "module":
		t.output(second, rest, sc, own)
	case "data", "local", "path", "terraform", "self", "count", "ephemeral":
		// Not assets, or not shown.
	default:
		t.resource(first.name+"."+second.name, second.key, sc, own)
	}
}

// resource finds the instances of a block: the one with the key that is
// written, or with the key of the referring instance when the expression uses
// that, or all.
func (t *tracer) resource(id, key string, sc scope, own bool) {
	all := t.plan.blocks[blockKey(path(sc.modules), id)]
	if all == nil {
		return
	}
	if key == "" && own && sc.key != "" {
		if _, ok := all.byKey[sc.key]; ok {
			key = sc.key
		}
	}
	if key != "" {
		if addr, ok := all.byKey[key]; ok {
			t.found[addr] = true
		}
		return
	}
	for _, addr := range all.byKey {
		t.found[addr] = true
	}
}

// output follows an output into the instances of a module.
func (t *tracer) output(call step, rest string, sc scope, own bool) {
	m := t.plan.modules[join(bare(sc.modules), "module."+call.name)]
	if m == nil {
		return
	}
	out, _, named := nextPart(strings.TrimPrefix(rest, "."))
	ex, ok := find(m.outputs, out.name)
	if !named && len(m.outputs) == 1 {
		// module.m[each.key].x is written as module.m: only when there is one
		// output is it known which is meant.
		ex, ok = m.outputs[0], true
	}
	if !ok {
		return
	}
	keys := []string{call.key}
	if is := t.plan.keys[join(path(sc.modules), "module."+call.name)]; is != nil && call.key == "" {
		keys = is.order
		if _, ok := is.byKey[sc.key]; ok && own {
			keys = []string{sc.key}
		}
	}
	for _, k := range keys {
		inner := append(append([]step{}, sc.modules...), step{call.name, k})
		t.expression(t.plan.doc.get(ex.val, "expression"), scope{modules: inner})
	}
}
