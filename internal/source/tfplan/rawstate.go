package tfplan

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// rawState reads a state file as the tools keep it, version 4.
func (r *reading) rawState() {
	d := r.doc
	if v := r.get("version"); d.plain(v) != 4.0 {
		r.problem(v.from, "the state has version %s, and Bailiwick reads 4: let terraform 0.12 or later write it, or use terraform show -json", shown(string(d.src[v.from:v.to])))
		return
	}
	if d.kind(r.get("resources")) != '[' && !d.isNull(r.get("resources")) {
		r.problem(r.get("resources").from, "the resources of the state are no list: use terraform show -json instead")
		return
	}
	r.begin()
	r.plan.state = true
	for _, s := range d.items(r.get("resources")) {
		r.stateResource(s)
	}
	r.finish()
}

// shown bounds text of the file for a message.
func shown(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return strings.ToValidUTF8(s, "")
}

func (r *reading) stateResource(s span) {
	d := r.doc
	ms := d.members(s)
	text := func(name string) string { m, _ := find(ms, name); return d.text(m.val) }
	if text("mode") != "managed" {
		if text("mode") == "" {
			r.problem(s.from, "a resource of the state has no mode: use terraform show -json instead")
		}
		return
	}
	full, alias := stateProvider(text("provider"))
	m, _ := find(ms, "instances")
	for _, i := range d.items(m.val) {
		is := d.members(i)
		if dep, _ := find(is, "deposed"); d.text(dep.val) != "" {
			continue // an object that waits for its deletion
		}
		key := ""
		if k, _ := find(is, "index_key"); !d.isNull(k.val) {
			key = "[" + string(d.src[k.val.from:k.val.to]) + "]"
		}
		attrs, _ := find(is, "attributes")
		if d.isNull(attrs.val) {
			r.problem(i.from, "%s.%s has no attributes in the form of version 4: use terraform show -json instead", text("type"), text("name"))
			continue
		}
		hidden, _ := find(is, "sensitive_attributes")
		before := len(r.facts.Assets)
		r.asset(resource{
			at: i.from, address: join(text("module"), text("type")+"."+text("name")+key), typ: text("type"),
			provider: full, alias: alias, values: attrs.val, raw: true,
		})
		if len(r.facts.Assets) > before {
			r.hide(&r.facts.Assets[before], hidden.val)
		}
	}
}

// hide keeps the attributes from being read that the state marks as
// sensitive: whole attributes, whatever the mark names inside them.
func (r *reading) hide(a *graph.Asset, marks span) {
	names := map[string]bool{}
	for _, path := range r.doc.items(marks) {
		steps := r.doc.items(path)
		if len(steps) > 0 {
			names[r.doc.text(r.doc.get(steps[0], "value"))] = true
		}
	}
	if len(names) > 0 {
		a.Attrs = &hiding{a.Attrs, names}
	}
}

// A hiding reader refuses some attributes.
type hiding struct {
	graph.Reader
	names map[string]bool
}

// Read implements [graph.Reader].
func (h *hiding) Read(path string) []graph.Reading {
	name, _, _ := strings.Cut(path, ".")
	if !h.names[name] {
		return h.Reader.Read(path)
	}
	out := h.Reader.Read(name)
	for i := range out {
		out[i] = graph.Reading{Unknown: "the value is marked as sensitive and is not looked at", Origin: out[i].Origin}
	}
	return out
}

// stateProvider splits provider["host/namespace/type"].alias, which a module
// path may precede.
func stateProvider(s string) (full, alias string) {
	_, rest, ok := strings.Cut(s, `provider["`)
	if !ok {
		_, rest, _ = strings.Cut("."+s, ".provider.") // before version 0.13
		full, alias, _ = strings.Cut(rest, ".")
		return full, alias
	}
	full, rest, _ = strings.Cut(rest, `"]`)
	return full, strings.TrimPrefix(rest, ".")
}

// unwrap returns the value of an attribute whose type the schema leaves open:
// a raw state keeps it as {"value": …, "type": "string"}.
func (d *doc) unwrap(s span) span {
	ms := d.members(s)
	v, hasValue := find(ms, "value")
	t, hasType := find(ms, "type")
	if len(ms) != 2 || !hasValue || !hasType {
		return s
	}
	of := d.text(t.val)
	if d.kind(t.val) == '[' || of == "string" || of == "number" || of == "bool" || of == "dynamic" {
		return v.val
	}
	return s
}
