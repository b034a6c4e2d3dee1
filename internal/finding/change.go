package finding

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Change is what differs between two results in who gets what, where: the flow
// diff of a change of the code. Both results were made with the inventory.
type Change struct {
	Schema     string  `json:"schema"`
	Base       string  `json:"base"`    // the revision that was compared with
	Verdict    Verdict `json:"verdict"` // on what is new
	Flows      Delta   `json:"flows"`
	Recipients Delta   `json:"recipients"`
	Countries  Delta   `json:"countries"`
	Operators  Delta   `json:"operators"`
	Models     Delta   `json:"models"`
	Keys       Delta   `json:"keys"`
	// Crossings are the new or changed flows that lead out of the perimeter.
	Crossings []string    `json:"crossings"`
	Findings  *Difference `json:"findings"`
}

// ChangeSchema names the document and its version.
const ChangeSchema = "bailiwick/flow-diff/v1"

// A Delta is what is new, gone and changed of one kind of things, by name.
type Delta struct {
	New     []Thing   `json:"new"`
	Gone    []Thing   `json:"gone"`
	Changed []Altered `json:"changed"`
}

// NotKnown stands among the words about a thing where nothing, or not all, is known.
const NotKnown = "not known"

// Words are the single words that are said about something: its countries, say.
func Words(said string) []string {
	if said == "" {
		return nil
	}
	return strings.Split(said, ", ")
}

// A Thing has a name and what is known of it, by word: "countries", "operator".
type Thing struct {
	Name   string            `json:"name"`
	Is     map[string]string `json:"is,omitempty"`
	Origin graph.Origin      `json:"origin,omitzero"`
}

// An Altered is a thing with the words that differ.
type Altered struct {
	Name   string            `json:"name"`
	Was    map[string]string `json:"was"`
	Is     map[string]string `json:"is"`
	Origin graph.Origin      `json:"origin,omitzero"`
}

// Empty reports whether nothing differs.
func (d *Delta) Empty() bool { return len(d.New)+len(d.Gone)+len(d.Changed) == 0 }

// Empty reports whether nothing differs in who gets what, where.
func (c *Change) Empty() bool {
	return c.Flows.Empty() && c.Recipients.Empty() && c.Countries.Empty() && c.Operators.Empty() && c.Models.Empty() && c.Keys.Empty()
}

// Changes compares who gets what, where, in an old and a new result.
func Changes(old, cur *Result) *Change {
	c := &Change{Schema: ChangeSchema, Crossings: []string{}, Findings: Compare(old, cur)}
	was, is := seen(old), seen(cur)
	for i, d := range []*Delta{&c.Flows, &c.Recipients, &c.Countries, &c.Operators, &c.Models, &c.Keys} {
		*d = delta(was[i], is[i])
	}
	return c
}

func delta(was, is things) Delta {
	d := Delta{New: []Thing{}, Gone: []Thing{}, Changed: []Altered{}}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		now := is[name]
		then, ok := was[name]
		if !ok {
			d.New = append(d.New, now.thing(name))
			continue
		}
		a, b := then.thing(name), now.thing(name)
		x := Altered{Name: name, Was: map[string]string{}, Is: map[string]string{}, Origin: b.Origin}
		for _, k := range union(a.Is, b.Is) {
			if a.Is[k] != b.Is[k] {
				x.Was[k], x.Is[k] = a.Is[k], b.Is[k]
			}
		}
		if len(x.Was) > 0 {
			d.Changed = append(d.Changed, x)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, ok := is[name]; !ok {
			d.Gone = append(d.Gone, was[name].thing(name))
		}
	}
	return d
}

func union(a, b map[string]string) []string {
	out := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(out)
	return slices.Compact(out)
}

// things are those of one kind, by name, with every word that is said of each.
type (
	things map[string]*known
	known  struct {
		is     map[string]map[string]bool
		origin graph.Origin
	}
)

// add says something of a thing. Nothing said is not known, where it is asked.
func (ts things) add(name string, at graph.Origin, word string, values ...string) {
	k := ts[name]
	if k == nil {
		k = &known{map[string]map[string]bool{}, at}
		ts[name] = k
	}
	if word == "" {
		return
	}
	if k.is[word] == nil {
		k.is[word] = map[string]bool{}
	}
	for _, v := range values {
		if v != "" {
			k.is[word][v] = true
		}
	}
}

func (k *known) thing(name string) Thing {
	t := Thing{Name: name, Is: map[string]string{}, Origin: k.origin}
	for word, values := range k.is {
		t.Is[word] = cmp.Or(strings.Join(slices.Sorted(maps.Keys(values)), ", "), NotKnown)
	}
	return t
}

// seen are the flows, recipients, countries, operators, models and keys of a result.
func seen(r *Result) [6]things {
	out := [6]things{}
	for i := range out {
		out[i] = things{}
	}
	flows, recipients, countries, operators, models, keys := out[0], out[1], out[2], out[3], out[4], out[5]
	where := func(ps []graph.Place) (cs, said []string) {
		open := false
		for i := range ps {
			if p := &ps[i]; p.Role != graph.Metadata {
				cs = append(cs, texts(p.Countries)...)
				open = open || len(p.Countries) == 0 && p.Purpose != "address" // what answered shows no more than where the rest is
			}
		}
		if open && len(cs) > 0 {
			return cs, append(slices.Clone(cs), NotKnown)
		}
		return cs, cs
	}
	operator := func(o *graph.Operator, at graph.Origin) string {
		if o == nil || o.Entity == "" {
			return ""
		}
		name := cmp.Or(o.Name, string(o.Entity))
		operators.add(name, at, "seat", string(o.Seat))
		for _, c := range o.Control {
			operators.add(name, at, "controlled by", cmp.Or(c.Name, string(c.Entity))+" ("+string(c.Country)+")")
		}
		operators.add(name, at, "laws", texts(o.Laws)...)
		return name
	}
	for i := range r.Flows {
		e := &r.Flows[i]
		if e.Within {
			continue
		}
		to := cmp.Or(string(e.To), NotKnown)
		name := string(e.From) + " → " + to
		cs, said := where(e.Places)
		flows.add(name, e.Origin, "countries", said...)
		flows.add(name, e.Origin, "operator", operator(e.Operator, e.Origin))
		flows.add(name, e.Origin, "data", texts(e.Classes)...)
		flows.add(name, e.Origin, "known as", texts(append([]graph.FlowState{e.State}, e.States...))...)
		flows.add(name, e.Origin, "purpose", e.Purposes...)
		recipients.add(to, e.Origin, "countries", said...)
		recipients.add(to, e.Origin, "data", texts(e.Classes)...)
		for _, c := range cs {
			countries.add(c, e.Origin, "")
		}
	}
	for i := range r.Assets {
		a := &r.Assets[i]
		if a.Kind.Bearing() == graph.BearsNothing {
			continue
		}
		operator(a.Operator, a.Origin)
		cs, _ := where(a.Places)
		for _, c := range cs {
			countries.add(c, a.Origin, "")
		}
		if m := a.Maker; m != nil {
			name := cmp.Or(m.Component, m.Family, NotKnown)
			models.add(name, a.Origin, "maker", string(m.Entity))
			models.add(name, a.Origin, "countries", texts(m.Countries())...)
			models.add(name, a.Origin, "used by", string(a.Subject))
		}
		if c := a.Custody; c != nil {
			keys.add(string(a.Subject), a.Origin, "protection", c.Protection)
			keys.add(string(a.Subject), a.Origin, "usable by", string(c.Holder))
			if c.Key != "" {
				keys.add(string(a.Subject), a.Origin, "key", string(c.Key))
			}
		}
	}
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
