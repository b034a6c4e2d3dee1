package oscal

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A subject is what a finding is about: an asset, a flow, or something else that
// the rules know, such as a party.
type subject struct {
	root    string
	address graph.Address
}

// things are the components and the items of an inventory.
type things struct {
	components []component
	items      []inventoryItem
}

// tool is this program, which made every observation.
func (w *writer) tool() component {
	at := evidence.In("ruleset")
	return component{
		UUID: w.id("tool"), Type: "software", Title: "Bailiwick", Description: w.say("tool", nil, at),
		Props: props("version", w.Case.Version, "rules-digest", w.Case.Result.Ruleset.Digest), Status: &state{State: "operational"},
	}
}

// by says that this program made an observation.
func (w *writer) by() []origin { return []origin{{[]actor{{"tool", w.id("tool")}}}} }

// systems are the AI systems of the perimeter, and what belongs to none of them: the
// perimeter as a whole.
func (w *writer) systems() []component {
	var out []component
	for _, name := range w.Case.Systems() {
		s := w.Case.Perimeter.Spec.Systems[name]
		at := w.Case.Key("spec.systems." + name)
		c := component{UUID: w.id("system", name), Type: "software", Title: line(name), Props: props("origin", at.At, "ai-act", s.AIAct, "controller", s.Controller)}
		if c.Description = w.say("system_only", evidence.Values{"system": name}, at); s.Purpose != "" {
			c.Description = w.say("system", evidence.Values{"system": name, "purpose": plain(s.Purpose)}, w.Case.Key("spec.systems."+name+".purpose"))
		}
		c.Props = append(c.Props, each("subjects", s.Subjects)...)
		out = append(out, c)
	}
	name := w.Case.Perimeter.Metadata.Name
	at := w.Case.Key("spec")
	return append(out, component{
		UUID: w.id("system", evidence.Unbound), Type: "policy", Title: line(name), Description: w.say("whole", evidence.Values{"perimeter": name}, at), Props: props("origin", at.At),
	})
}

// operators run what was found.
func (w *writer) operators() []component {
	var out []component
	for _, r := range w.Case.Operators() {
		out = append(out, component{
			UUID: w.id("operator", string(r.Entity)), Type: "service", Title: line(r.Name), Props: append(w.run(r.Operator), origins(r.Sources)...),
			Description: w.Say("operator", evidence.Values{"operator": plain(r.Name), "n": r.Found}, r.Sources...).Text,
		})
	}
	return out
}

// run are the properties of an operator.
func (w *writer) run(o *graph.Operator) []property {
	if o == nil {
		return nil
	}
	out := props("operator", string(o.Entity), "seat", string(o.Seat), "operator-confidence", string(o.Confidence), "operator-unknown", o.Unknown)
	for _, k := range o.Control {
		out = append(out, props("controller", cmp.Or(k.Name, string(k.Entity))+" ("+string(k.Country)+")")...)
	}
	return append(out, each("law", o.Laws)...)
}

// place are the properties of places.
func place(ps []graph.Place) []property {
	var out []property
	for _, p := range ps {
		value := graph.Listed(p.Countries)
		if len(p.Countries) == 0 {
			value = "unknown: " + p.Unknown
		}
		for _, one := range props("place", value) {
			one.Class = string(p.Role)
			one.Remarks = line(string(p.Confidence) + " " + p.Region)
			out = append(out, one)
		}
	}
	return out
}

// system is the component to which an asset or flow belongs.
func (w *writer) system(name string) string {
	if _, ok := w.Case.Perimeter.Spec.Systems[name]; !ok {
		name = evidence.Unbound
	}
	return w.id("system", name)
}

// all are the things of a result: components of systems, operators and flows, items of
// assets and of what else findings are about. Each subject of a finding is one of them.
func (w *writer) all() things {
	t := things{components: append(w.systems(), w.operators()...)}
	for i := range t.components {
		t.components[i].Status = &state{State: "other", Remarks: w.Word("running")}
	}
	w.subjects = map[subject]*subjectRef{}
	for i := range w.Case.Result.Assets {
		w.asset(&t, &w.Case.Result.Assets[i])
	}
	for i := range w.Case.Result.Flows {
		w.flow(&t, &w.Case.Result.Flows[i])
	}
	for i := range w.Case.Result.Findings {
		f := &w.Case.Result.Findings[i]
		if w.subjects[subject{f.Root, f.Subject}] == nil {
			w.asset(&t, &finding.Asset{Subject: f.Subject, Root: f.Root, Type: f.Type, Kind: f.Kind, Classes: f.Classes, Places: f.Places, Operator: f.Operator, Origin: f.Origin})
		}
	}
	return t
}

// asset adds an item to the inventory.
func (w *writer) asset(t *things, a *finding.Asset) {
	key := subject{a.Root, a.Subject}
	if w.subjects[key] != nil {
		return // two of one address within one root
	}
	at := evidence.At(a.Origin)
	it := inventoryItem{
		UUID: w.id("subject", a.Root, string(a.Subject)), Description: w.say("asset", evidence.Values{"asset": plain(string(a.Subject)), "kind": string(cmp.Or(a.Kind, graph.UnknownKind))}, at),
		Props:      append(props("origin", at.At, "asset-address", string(a.Subject), "root", a.Root, "resource-type", a.Type, "resource-kind", string(a.Kind)), each("data-class", a.Classes)...),
		Components: []usesPart{{w.system(a.System)}},
	}
	it.Props = append(append(it.Props, place(a.Places)...), w.run(a.Operator)...)
	if c := a.Custody; c != nil {
		it.Props = append(it.Props, props("key-holder", string(c.Holder), "key-protection", c.Protection)...)
	}
	if o := a.Operator; o != nil && o.Entity != "" {
		it.Components = append(it.Components, usesPart{w.id("operator", string(o.Entity))})
	}
	t.items = append(t.items, it)
	w.subjects[key] = &subjectRef{it.UUID, "inventory-item", line(string(a.Subject))}
}

// flow adds an interconnection. Whether it is there, or only meant to be, is its state.
func (w *writer) flow(t *things, e *finding.Edge) {
	address := graph.Address(string(e.From) + " → " + string(e.To))
	key := subject{e.Root, address}
	if w.subjects[key] != nil {
		return
	}
	at := evidence.At(e.Origin)
	c := component{
		UUID: w.id("subject", e.Root, string(address)), Type: "interconnection", Title: line(string(address)), Status: &state{State: "other", Remarks: string(e.State)},
		Props: append(props("origin", at.At, "root", e.Root, "flow-state", string(e.State), "destination-unknown", e.Unknown), each("data-class", e.Classes)...),
	}
	c.Description = w.say("flow_open", evidence.Values{"from": plain(string(e.From))}, at)
	if e.To != "" {
		c.Description = w.say("flow", evidence.Values{"from": plain(string(e.From)), "to": plain(string(e.To))}, at)
	}
	switch e.State {
	case graph.Observed:
		c.Status.State = "operational"
	case graph.Planned:
		c.Status.State = "under-development"
	}
	c.Props = append(append(append(c.Props, each("purpose", e.Purposes)...), place(e.Places)...), w.run(e.Operator)...)
	t.components = append(t.components, c)
	w.subjects[key] = &subjectRef{c.UUID, "component", c.Title}
}
