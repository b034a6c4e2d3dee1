package tfplan

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// changes reads resource_changes: what will be, with what is not known yet.
// Data sources are no assets, and neither is what will be deleted or
// forgotten. Drift (resource_drift) is how the plan came about; what will be
// is here all the same.
func (r *reading) changes() {
	for _, s := range r.doc.items(r.get("resource_changes")) {
		r.change(s, "")
	}
}

// deferred reads the changes that the tool could not plan yet. With the
// reason instance_count_unknown, one stands for a number of instances.
func (r *reading) deferred() {
	for _, s := range r.doc.items(r.get("deferred_changes")) {
		why := r.doc.text(r.doc.get(s, "reason"))
		if why == "" {
			why = "no reason is given"
		}
		r.change(r.doc.get(s, "resource_change"), "the change is deferred: "+why)
	}
}

func (r *reading) change(s span, partial string) {
	d := r.doc
	ms := d.members(s)
	text := func(name string) string { m, _ := find(ms, name); return d.text(m.val) }
	if ms == nil || text("address") == "" {
		r.problem(s.from, "a resource change has no address: write the plan again with terraform show -json")
		return
	}
	if text("mode") == "data" || text("mode") == "ephemeral" || text("deposed") != "" {
		return
	}
	c, _ := find(ms, "change")
	change := d.members(c.val)
	after, _ := find(change, "after")
	unknown, _ := find(change, "after_unknown")
	sensitive, _ := find(change, "after_sensitive")
	created := false
	m, _ := find(change, "actions")
	gone := false
	for _, a := range d.items(m.val) {
		switch d.text(a) {
		case "create":
			created = true
		case "delete", "forget", "read":
			gone = true
		}
	}
	if created {
		gone = false // replaced
	}
	switch {
	case gone:
		r.seen[text("address")] = true
		return
	case d.isNull(after.val) && d.isNull(unknown.val) && partial == "":
		r.problem(s.from, "the plan does not say what %s will be: write it again with terraform show -json", text("address"))
		return
	}
	r.asset(resource{
		at: s.from, address: text("address"), typ: text("type"), provider: text("provider_name"),
		values: after.val, unknown: unknown.val, sensitive: sensitive.val, created: created, partial: partial,
		many: strings.Contains(partial, "instance_count_unknown"),
	})
}

// values reads a module of planned_values or of a state. In a plan only what
// resource_changes does not show is new.
func (r *reading) values(module span, depth int) {
	d := r.doc
	if depth > maxDepth {
		r.problem(module.from, "modules are nested more than %d deep: what is below was not read", maxDepth)
		return
	}
	ms := d.members(module)
	m, _ := find(ms, "resources")
	for _, s := range d.items(m.val) {
		rs := d.members(s)
		text := func(name string) string { m, _ := find(rs, name); return d.text(m.val) }
		addr := text("address")
		if addr == "" {
			r.problem(s.from, "a resource has no address: write the file again with terraform show -json")
			continue
		}
		if text("mode") == "data" || text("mode") == "ephemeral" || text("deposed_key") != "" || r.seen[addr] {
			continue
		}
		vals, _ := find(rs, "values")
		sens, _ := find(rs, "sensitive_values")
		r.asset(resource{at: s.from, address: addr, typ: text("type"), provider: text("provider_name"), values: vals.val, sensitive: sens.val})
	}
	m, _ = find(ms, "child_modules")
	for _, c := range d.items(m.val) {
		r.values(c, depth+1)
	}
}

// A resource is one instance as the document shows it.
type resource struct {
	at                         int
	address, typ, provider     string
	alias                      string // of a raw state
	values, unknown, sensitive span
	created, raw               bool
	partial                    string
	many                       bool // it stands for a number of instances that is not known
}

// asset adds an instance to the facts.
func (r *reading) asset(res resource) {
	a, ok := parseAddress(res.address)
	if !ok || a.id.name == "" {
		r.problem(res.at, "%q is no address of a resource: write the file again with terraform show -json", res.address)
		return
	}
	if r.seen[res.address] {
		r.problem(res.at, "the address %s stands twice: write the file again with terraform show -json", res.address)
		return
	}
	r.seen[res.address] = true
	if res.typ == "" {
		res.typ, _, _ = strings.Cut(a.id.name, ".")
	}
	in := &instance{
		plan: r.plan, addr: a, at: res.at, typ: res.typ, created: res.created,
		values: res.values, unknown: res.unknown, sensitive: res.sensitive, raw: res.raw,
	}
	module, group := path(a.modules), join(bare(a.modules), a.id.name)
	address := res.address
	if res.many && a.id.key == "" {
		address += "[*]"
	}
	r.plan.add(module, a.id, graph.Address(address), in)
	r.facts.Assets = append(r.facts.Assets, graph.Asset{
		Address: graph.Address(address), Language: "terraform", Type: res.typ, Root: r.doc.file, Module: module,
		Provider: r.plan.providerOf(a, res.provider, res.alias), Attrs: in, Partial: res.partial,
		Group: r.doc.file + ":" + group, Origin: graph.Origin{File: r.doc.file, Line: r.doc.line(res.at)},
	})
}
