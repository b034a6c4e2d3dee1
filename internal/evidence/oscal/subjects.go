package oscal

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A subject is what a finding is about: an asset, a flow, or something else that
// the rules know, such as a party.
type subject struct {
	root    string
	address graph.Address
}

func about(f *finding.Finding) subject { return subject{f.Root, f.Subject} }

// A thing is a subject as the result describes it. A flow that is judged is in the
// inventory too: it is one thing.
type thing struct {
	asset *finding.Asset
	edge  *finding.Edge // of a flow
	used  bool          // something is said of it
}

func (t *thing) origin() graph.Origin {
	if t.edge != nil {
		return t.edge.Origin
	}
	return t.asset.Origin
}

// kind is what a reference to it says that it is.
func (t *thing) kind() string {
	if t.edge != nil {
		return "component"
	}
	return "inventory-item"
}

// know finds the things of the result. Each subject of a finding is one of them. Of two
// of one address within one root the first counts.
func (w *writer) know() {
	r := w.Case.Result
	w.things = make(map[subject]*thing, len(r.Assets)+len(r.Flows))
	get := func(s subject) *thing {
		t := w.things[s]
		if t == nil {
			t = &thing{}
			w.things[s] = t
		}
		return t
	}
	for i := range r.Flows {
		if t := get(flowOf(&r.Flows[i])); t.edge == nil {
			t.edge = &r.Flows[i]
		}
	}
	for i := range r.Assets {
		if t := get(subject{r.Assets[i].Root, r.Assets[i].Subject}); t.asset == nil {
			t.asset = &r.Assets[i]
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if t := get(about(f)); t.asset == nil && t.edge == nil {
			t.asset = &finding.Asset{Subject: f.Subject, Root: f.Root, Type: f.Type, Kind: f.Kind, Classes: f.Classes, Places: f.Places, Operator: f.Operator, Custody: f.Custody, Maker: f.Maker, Origin: f.Origin}
			w.others = append(w.others, about(f))
		}
	}
	w.runs = map[graph.EntityID]*evidence.Running{}
	for _, o := range w.Case.Operators() {
		w.runs[o.Entity] = o
	}
}

// flowOf is the subject of findings about a flow.
func flowOf(e *finding.Edge) subject {
	return subject{e.Root, e.From + resolve.FlowArrow + cmp.Or(e.To, "?")}
}

func (w *writer) idOf(s subject) string { return w.id("subject", s.root, string(s.address)) }

// components writes systems, operators and flows, as far as wanted says.
func (w *writer) components(e *lines.Writer, wanted func(*thing) bool) {
	for _, c := range append(w.systems(), w.operators()...) {
		c.Status = &state{State: "other", Remarks: w.Word("running")}
		e.Value("", c)
	}
	flows := w.Case.Result.Flows
	for i := range flows {
		s := flowOf(&flows[i])
		if t := w.things[s]; t.edge == &flows[i] && wanted(t) {
			e.Value("", w.flow(s, t))
		}
	}
}

// items writes the inventory: assets, and what else findings are about.
func (w *writer) items(e *lines.Writer, wanted func(*thing) bool) {
	r := w.Case.Result
	for i := range r.Assets {
		s := subject{r.Assets[i].Root, r.Assets[i].Subject}
		if t := w.things[s]; t.asset == &r.Assets[i] && t.edge == nil && wanted(t) {
			e.Value("", w.item(s, t.asset))
		}
	}
	for _, s := range w.others {
		if t := w.things[s]; wanted(t) {
			e.Value("", w.item(s, t.asset))
		}
	}
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
		c := component{UUID: w.id("system", name), Type: "software", Title: plain(name), Props: props("origin", at.At, "ai-act", s.AIAct, "controller", s.Controller)}
		if c.Description = w.say("system_only", evidence.Values{"system": plain(name)}, at); s.Purpose != "" {
			c.Description = w.say("system", evidence.Values{"system": plain(name), "purpose": plain(s.Purpose)}, w.Case.Key("spec.systems."+name+".purpose"))
		}
		c.Props = append(c.Props, each("subjects", s.Subjects)...)
		out = append(out, c)
	}
	name := w.Case.Perimeter.Metadata.Name
	at := w.Case.Key("spec")
	return append(out, component{
		UUID: w.id("system", evidence.Unbound), Type: "policy", Title: plain(name), Description: w.say("whole", evidence.Values{"perimeter": plain(name)}, at), Props: props("origin", at.At),
	})
}

// operators run what was found. How sure that is, each thing says of itself.
func (w *writer) operators() []component {
	var out []component
	for _, r := range w.Case.Operators() {
		out = append(out, component{
			UUID: w.id("operator", string(r.Entity)), Type: "service", Title: plain(r.Name), Props: append(append(props("operator", string(r.Entity)), under(r.Operator)...), origins(r.Sources)...),
			Description: w.Say("operator", evidence.Values{"operator": plain(r.Name), "n": r.Found}, r.Sources...).Text,
		})
	}
	return out
}

// under says under whose law and control an operator is.
func under(o *graph.Operator) []property {
	out := props("seat", string(o.Seat))
	for _, k := range o.Control {
		out = append(out, props("controller", cmp.Or(k.Name, string(k.Entity))+" ("+string(k.Country)+")")...)
	}
	return append(append(out, each("law", o.Laws)...), props("operator-unknown", o.Unknown)...)
}

// run says who runs a thing, and how sure that is. Under whose law he is stands with
// him, unless it is another there.
func (w *writer) run(o *graph.Operator) []property {
	if o == nil {
		return nil
	}
	out := props("operator", string(o.Entity))
	for i := range out {
		out[i].Remarks = string(o.Confidence)
	}
	if r := w.runs[o.Entity]; r == nil || !slices.Equal(under(o), under(r.Operator)) {
		out = append(out, under(o)...)
	}
	return out
}

// place are the properties of places. A country that is only possible is told apart.
func place(ps []graph.Place) []property {
	var out []property
	for _, p := range ps {
		value := graph.Listed(p.Countries)
		if len(p.Countries) == 0 {
			value = "unknown: " + p.Unknown
		}
		for _, one := range append(props("place", value), props("place-perhaps", graph.Listed(p.Perhaps))...) {
			one.Class = string(p.Role)
			one.Remarks = line(string(p.Confidence) + " " + p.Region)
			out = append(out, one)
		}
	}
	return out
}

// held says whose keys protect a thing, and whose models it runs or asks.
func held(a *finding.Asset) []property {
	var out []property
	if c := a.Custody; c != nil {
		out = props("key-holder", string(c.Holder), "key-protection", c.Protection)
	}
	if a.Maker == nil {
		return out
	}
	for _, m := range append([]graph.Maker{*a.Maker}, a.Maker.Others...) {
		out = append(out, props("model", cmp.Or(m.Component, m.Family), "model-maker", string(m.Entity), "model-country", string(m.Country), "model-unknown", m.Unknown)...)
	}
	return out
}

// system is the component to which an asset belongs.
func (w *writer) system(name string) string {
	if _, ok := w.Case.Perimeter.Spec.Systems[name]; !ok {
		name = evidence.Unbound
	}
	return w.id("system", name)
}

// item is an asset in the inventory.
func (w *writer) item(s subject, a *finding.Asset) inventoryItem {
	at := evidence.At(a.Origin)
	it := inventoryItem{
		UUID: w.idOf(s), Description: w.say("asset", evidence.Values{"asset": plain(string(a.Subject)), "kind": string(cmp.Or(a.Kind, graph.UnknownKind))}, at),
		Props:      append(props("origin", at.At, "asset-address", string(a.Subject), "root", a.Root, "resource-type", a.Type, "resource-kind", string(a.Kind)), each("data-class", a.Classes)...),
		Components: []usesPart{{w.system(a.System)}},
	}
	it.Props = append(append(append(it.Props, place(a.Places)...), w.run(a.Operator)...), held(a)...)
	if o := a.Operator; o != nil && w.runs[o.Entity] != nil {
		it.Components = append(it.Components, usesPart{w.id("operator", string(o.Entity))})
	}
	return it
}

// flow is an interconnection. Only one that was observed is certainly in operation.
func (w *writer) flow(s subject, t *thing) component {
	e := t.edge
	at := evidence.At(e.Origin)
	c := component{
		UUID: w.idOf(s), Type: "interconnection", Title: plain(string(s.address)), Status: &state{State: "other", Remarks: string(e.State)},
		Props: append(props("origin", at.At, "root", e.Root, "system", e.System), each("flow-state", slices.Compact(append([]graph.FlowState{e.State}, e.States...)))...),
	}
	c.Description = w.say("flow_open", evidence.Values{"from": plain(string(e.From))}, at)
	if e.To != "" {
		c.Description = w.say("flow", evidence.Values{"state": evidence.WordOf(w.Builder, "state", e.State)}, at)
	}
	if e.State == graph.Observed {
		c.Status.State = "operational"
	}
	c.Props = append(append(append(c.Props, props("destination-unknown", e.Unknown)...), each("data-class", e.Classes)...), each("purpose", e.Purposes)...)
	c.Props = append(append(c.Props, place(e.Places)...), w.run(e.Operator)...)
	if a := t.asset; a != nil {
		c.Props = append(append(c.Props, props("resource-kind", string(a.Kind))...), held(a)...)
	}
	return c
}
