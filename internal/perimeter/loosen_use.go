package perimeter

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// bindings compares which classes and systems patterns give.
func (c *comparison) bindings() {
	base, head := byMatch(c.base.Spec.Bindings), byMatch(c.head.Spec.Bindings)
	for _, match := range sorted(base) {
		b, h := base[match], head[match]
		path := "spec.bindings"
		if h.written {
			path = fmt.Sprintf("spec.bindings[%d]", h.index)
		}
		for _, id := range b.data {
			if !slices.Contains(h.data, id) {
				c.add(path, "%s is no longer bound to the class %s", match, id)
			}
		}
		for _, s := range b.systems {
			if !slices.Contains(h.systems, s) {
				c.add(path, "%s no longer belongs to the system %s", match, s)
			}
		}
	}
	for _, match := range sorted(head) {
		h := head[match]
		if len(base[match].data) > 0 || len(h.data) == 0 {
			continue
		}
		if was := c.wasUnbound(); !subset(was, h.data) {
			c.add(fmt.Sprintf("spec.bindings[%d]", h.index), "%s was %s where nothing bound it, and is now %s", match, c.base.Spec.Unbound, graph.Listed(h.data))
		}
	}
}

// wasUnbound returns the classes that an asset had which nothing binds.
func (c *comparison) wasUnbound() []graph.ClassID {
	if u := c.base.Spec.Unbound; u != Strictest {
		return []graph.ClassID{graph.ClassID(u)}
	}
	return sorted(c.base.Spec.Data)
}

// bound is what all bindings with one pattern give.
type bound struct {
	written bool
	index   int // of the first one
	data    []graph.ClassID
	systems []string
}

func byMatch(bs []Binding) map[string]bound {
	out := map[string]bound{}
	for i, b := range bs {
		o, ok := out[b.Match]
		if !ok {
			o = bound{written: true, index: i}
		}
		o.data = append(o.data, b.Data...)
		if b.System != "" {
			o.systems = append(o.systems, b.System)
		}
		out[b.Match] = o
	}
	return out
}

// systems compares what the AI Act asks of them.
func (c *comparison) systems() {
	for _, name := range sorted(c.base.Spec.Systems) {
		b := c.base.Spec.Systems[name]
		h, ok := c.head.Spec.Systems[name]
		if !ok {
			c.add("spec.systems", "the system %s is gone", name)
			continue
		}
		c.lower("spec.systems."+name+".ai_act", "System.ai_act", b.AIAct, h.AIAct)
	}
}

// flows reports flows that base does not declare: what is declared is not a finding.
func (c *comparison) flows() {
	for i, f := range c.head.Spec.Flows {
		old := slices.ContainsFunc(c.base.Spec.Flows, func(o Flow) bool {
			return o.From == f.From && o.To == f.To && fewer(f.Data, o.Data)
		})
		if !old {
			c.add(fmt.Sprintf("spec.flows[%d]", i), "the flow from %s to %s is declared for %s", f.From, f.To, all(f.Data))
		}
	}
}

// fewer reports whether the classes of part are among those of whole, where
// none means every class.
func fewer(part, whole []graph.ClassID) bool {
	return whole == nil || part != nil && subset(part, whole)
}

func all(data []graph.ClassID) string {
	if data == nil {
		return "every class"
	}
	return graph.Listed(data)
}

func (c *comparison) transfers() {
	for i, t := range c.head.Spec.Transfers {
		old := slices.ContainsFunc(c.base.Spec.Transfers, func(o Transfer) bool {
			return o.From == t.From && o.To == t.To && o.Tool == t.Tool && o.Module == t.Module &&
				fewer(t.Data, o.Data) && noLater(t.Expires, o.Expires) && (o.TIA == "" || o.TIA == t.TIA)
		})
		if !old {
			c.add(fmt.Sprintf("spec.transfers[%d]", i), "the transfer from %s to %s rests on %s%s", t.From, t.To, t.Tool, until(t.Expires))
		}
	}
}

func (c *comparison) evidence() {
	for i, e := range c.head.Spec.Evidence {
		old := slices.ContainsFunc(c.base.Spec.Evidence, func(o Evidence) bool {
			return o.About == e.About && o.Fact == e.Fact && slices.Equal(o.Value, e.Value) &&
				o.Document == e.Document && o.ApprovedBy == e.ApprovedBy && noLater(e.Expires, o.Expires) &&
				e.Dated <= o.Dated && slices.Equal(o.Covers, e.Covers)
		})
		if !old {
			c.add(fmt.Sprintf("spec.evidence[%d]", i), "%s of %s is taken from a document%s", e.Fact, e.About, until(e.Expires))
		}
	}
}

// budgets reports those of base that are gone or allow more.
func (c *comparison) budgets() {
	for _, name := range sorted(c.base.Spec.Budgets) {
		b := c.base.Spec.Budgets[name]
		h, ok := c.head.Spec.Budgets[name]
		path := "spec.budgets." + name
		if !ok {
			c.add("spec.budgets", "the budget %s is gone", name)
			continue
		}
		was, _ := ParseBytes(b.Limit) // all were checked by Parse
		is, _ := ParseBytes(h.Limit)
		long, _ := ParseRetention(b.Per)
		short, _ := ParseRetention(h.Per)
		if is > was || short < long {
			c.add(path, "%s per %s is now %s per %s", b.Limit, b.Per, h.Limit, h.Per)
		}
		if h.From != b.From || !fewer(b.Data, h.Data) || !slices.Equal(b.To, h.To) {
			c.add(path, "it is about other flows than before")
		}
	}
}

func (c *comparison) waivers() {
	for i, w := range c.head.Spec.Waivers {
		old := slices.ContainsFunc(c.base.Spec.Waivers, func(o Waiver) bool {
			return o.Rule == w.Rule && o.Subject == w.Subject && noLater(w.Expires, o.Expires)
		})
		if !old {
			c.add(fmt.Sprintf("spec.waivers[%d]", i), "%s is waived for %s%s", w.Rule, w.Subject, until(w.Expires))
		}
	}
}

// noLater reports whether the day a is not after b; no day is for ever.
func noLater(a, b string) bool { return b == "" || a != "" && a <= b }

func until(day string) string {
	if day == "" {
		return ", without end"
	}
	return " until " + day
}
