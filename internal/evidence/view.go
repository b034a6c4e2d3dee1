package evidence

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Unbound stands for the assets and flows that no binding gives to a system: no
// document leaves them out.
const Unbound = ""

// Assets are those of a system that hold, move or process something, in the order
// of their addresses.
func (c *Case) Assets(system string) []*finding.Asset {
	return slices.DeleteFunc(c.Inventory(system), func(a *finding.Asset) bool { return a.Kind.Bearing() == graph.BearsNothing })
}

// Inventory are all assets of a system, also what only fetches or only directs others,
// in the order of their addresses.
func (c *Case) Inventory(system string) []*finding.Asset {
	return view(c, func(v *views) map[string][]*finding.Asset { return v.inventory }, system, func() []*finding.Asset { return c.inventory(system) })
}

func (c *Case) inventory(system string) []*finding.Asset {
	var out []*finding.Asset
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.System == system {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *finding.Asset) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// Flows are those of a system that lead to somebody else, in the order of their ends.
func (c *Case) Flows(system string) []*finding.Edge {
	return view(c, func(v *views) map[string][]*finding.Edge { return v.flows }, system, func() []*finding.Edge { return c.flows(system) })
}

func (c *Case) flows(system string) []*finding.Edge {
	var out []*finding.Edge
	for i := range c.Result.Flows {
		if e := &c.Result.Flows[i]; e.System == system && !e.Within {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *finding.Edge) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return out
}

// Findings are those about a system: about its assets and flows, about it as a whole,
// and about who runs something of it; in the order of the result.
func (c *Case) Findings(system string) []*finding.Finding {
	return view(c, func(v *views) map[string][]*finding.Finding { return v.findings }, system, func() []*finding.Finding { return c.findings(system) })
}

func (c *Case) findings(system string) []*finding.Finding {
	mine := map[spot]bool{}
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.System == system {
			mine[spot{a.Root, a.Subject}] = true
		}
	}
	for i := range c.Result.Flows {
		if e := &c.Result.Flows[i]; e.System == system {
			mine[judged(e)] = true
		}
	}
	whole := c.parties(system)
	if system == Unbound {
		for _, name := range c.AllSystems() {
			for party := range c.parties(name) {
				delete(whole, party) // it stands with the system
			}
		}
	} else {
		whole[graph.Address("system/"+system)] = true
	}
	var out []*finding.Finding
	for i := range c.Result.Findings {
		if f := &c.Result.Findings[i]; whole[f.Subject] || mine[spot{f.Root, f.Subject}] {
			out = append(out, f)
		}
	}
	return out
}

// parties are the subjects of findings about who runs something of a system.
func (c *Case) parties(system string) map[graph.Address]bool {
	out := map[graph.Address]bool{}
	for _, r := range c.Recipients(system) {
		if r.Operator != nil {
			out[graph.Address("party/"+string(r.Operator.Entity))] = true
		}
	}
	return out
}

// Personal reports whether a class is of personal data, whatever kind.
func (c *Case) Personal(id graph.ClassID) bool {
	k, ok := c.Perimeter.Spec.Data[id]
	return !ok || k.GDPR != "none"
}

// A ClassUse is a class of data with what holds or carries it.
type ClassUse struct {
	ID      graph.ClassID
	Sources []Source // of the first few assets and flows
	Assets  int
	Flows   int
}

// fewest bounds the sources of a sentence that many facts show: who wants all
// has the inventory.
const fewest = 3

// Classes are the classes of data of a system, sorted by name.
func (c *Case) Classes(system string) []*ClassUse {
	found := map[graph.ClassID]*ClassUse{}
	use := func(ids []graph.ClassID, o graph.Origin) (out []*ClassUse) {
		for _, id := range ids {
			u := found[id]
			if u == nil {
				u = &ClassUse{ID: id}
				found[id] = u
			}
			if len(u.Sources) < fewest {
				u.Sources = append(u.Sources, At(o))
			}
			out = append(out, u)
		}
		return out
	}
	for _, a := range c.Assets(system) {
		for _, u := range use(a.Classes, a.Origin) {
			u.Assets++
		}
	}
	for _, e := range c.Flows(system) {
		for _, u := range use(e.Classes, e.Origin) {
			u.Flows++
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *ClassUse) int { return cmp.Compare(a.ID, b.ID) })
}

// A Recipient is somebody who gets data of a system: who runs an asset of it, or
// the other end of a flow.
type Recipient struct {
	System    string          // whose data it gets
	Name      string          // of the operator, or of the host where nobody knows who runs it
	Operator  *graph.Operator // nil where nobody knows
	Hosts     []string        // that flows lead to, sorted
	Kinds     []graph.Kind    // of the assets that it runs, sorted
	Purposes  []string        // of the flows, sorted
	Classes   []graph.ClassID // sorted
	Senders   []string        // addresses of its assets, and of what sends to it, sorted
	States    []graph.FlowState
	Countries []graph.Country // in which it stores or processes, sorted
	Open      bool            // of some of them nobody knows where
	Claimed   []graph.Country // of Countries, those that nothing but a claim tells
	Alleged   bool            // nothing but a claim says that it is the operator who runs all this
	Stored    []graph.Country // of Countries, those in which it keeps data, backups among it
	Processed []graph.Country // those in which it computes
	Sources   []Source        // of the first few
	Traffic   int64           // records of observed traffic
	Sent      int64           // bytes, where they are known
	First     time.Time       // when traffic was seen first; zero where nobody saw when
	told      told
}

// Fetched reports whether all that leads there are fetches of packages, images,
// models or data sets: something comes in, and no data of the classes goes out.
func (r *Recipient) Fetched() bool {
	kinds := slices.ContainsFunc(r.Kinds, func(k graph.Kind) bool { return k != graph.Upstream })
	return !kinds && kb.OnlyFetches(r.Purposes)
}

// Recipients are those of a system, by name. They are not the caller's to change.
func (c *Case) Recipients(system string) []*Recipient {
	return view(c, func(v *views) map[string][]*Recipient { return v.recipients }, system, func() []*Recipient { return c.recipients(system) })
}

func (c *Case) recipients(system string) []*Recipient {
	found := map[string]*Recipient{}
	of := func(o *graph.Operator, host string, classes []graph.ClassID, places []graph.Place, at graph.Origin) *Recipient {
		key := "host " + host
		name := host
		if o != nil && o.Entity != "" {
			key, name = string(o.Entity), cmp.Or(o.Name, string(o.Entity))
		}
		r := found[key]
		if r == nil {
			r = &Recipient{System: system, Name: name}
			if o != nil && o.Entity != "" {
				r.Operator = o
			}
			found[key] = r
		}
		r.Classes = union(r.Classes, classes)
		r.Open = r.Open || len(places) == 0
		r.told.add(o, places)
		for _, p := range places {
			r.Countries = union(r.Countries, p.Countries)
			switch p.Role {
			case graph.Storage, graph.Backup:
				r.Stored = union(r.Stored, p.Countries)
			case graph.Processing:
				r.Processed = union(r.Processed, p.Countries)
			}
			r.Open = r.Open || len(p.Countries) == 0 && p.Role != graph.Metadata
		}
		if len(r.Sources) < fewest && !slices.Contains(r.Sources, At(at)) {
			r.Sources = append(r.Sources, At(at))
		}
		return r
	}
	for _, a := range c.Assets(system) {
		if a.Operator == nil || a.Operator.Entity == "" {
			continue
		}
		r := of(a.Operator, "", a.Classes, a.Places, a.Origin)
		r.Kinds = union(r.Kinds, []graph.Kind{a.Kind})
		r.Senders = append(r.Senders, string(a.Subject))
		if a.Type != resolve.FlowType {
			r.States = union(r.States, []graph.FlowState{graph.Planned})
		}
	}
	for _, e := range c.Flows(system) {
		if e.To == "" {
			continue
		}
		r := of(e.Operator, string(e.To), e.Classes, e.Places, e.Origin)
		r.Hosts = union(r.Hosts, []string{string(e.To)})
		r.Purposes = union(r.Purposes, e.Purposes)
		r.States = union(r.States, append([]graph.FlowState{e.State}, e.States...))
		r.Senders = append(r.Senders, string(e.From))
		if e.Traffic != nil {
			if f := e.Traffic.First; !f.IsZero() && (r.First.IsZero() || f.Before(r.First)) {
				r.First = f
			}
			r.Traffic, r.Sent = r.Traffic+e.Traffic.Count, r.Sent+e.Traffic.Sent
		}
	}
	for _, r := range found {
		r.Senders = union(r.Senders, nil)
		r.Claimed, r.Alleged = r.Claims(r.Countries), r.Operator != nil && !r.told.run
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *Recipient) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID(), b.ID())) })
}

// A Crossing is a country outside of the European Economic Area to which data of
// a system goes, by one recipient.
type Crossing struct {
	*Recipient
	Countries []graph.Country // outside of the area, sorted; with [graph.Anywhere] where the operator chooses
	Adequate  []graph.Country // of them: those that the Commission found adequate, whoever receives
}

// ID names a recipient in the ids of questions: its operator, or its host.
func (r *Recipient) ID() string {
	if r.Operator != nil {
		return string(r.Operator.Entity)
	}
	return r.Name
}

// Named reports whether a name of the perimeter is that of the recipient: of its
// operator, or of one of its hosts.
func (r *Recipient) Named(name string) bool {
	return r.Operator != nil && name == string(r.Operator.Entity) || slices.Contains(r.Hosts, name)
}

// Crossings are the transfers of a system to third countries (GDPR art. 44).
// Personal data alone is asked about.
func (c *Case) Crossings(system string) ([]*Crossing, error) {
	area, err := c.area()
	if err != nil {
		return nil, err
	}
	var out []*Crossing
	for _, r := range c.Recipients(system) {
		if !slices.ContainsFunc(r.Classes, c.Personal) {
			continue
		}
		x := &Crossing{Recipient: r}
		for _, k := range r.Countries {
			if slices.Contains(area, k) {
				continue
			}
			x.Countries = append(x.Countries, k)
			if d, ok := c.KB.Adequate(k, c.At); ok && !d.Partial {
				x.Adequate = append(x.Adequate, k)
			}
		}
		if len(x.Countries) > 0 {
			out = append(out, x)
		}
	}
	return out, nil
}

// A ModelUse is one model of a system with what runs it or asks it.
type ModelUse struct {
	*graph.Maker
	Name    string
	Used    []graph.Address // by assets and flows, in the order of the result
	Sources []Source        // of the first few
}

// EachModel calls f for each model of each asset of a system, flows among them. Data to
// train on is none.
func (c *Case) EachModel(system string, f func(a *finding.Asset, m *graph.Maker, name string)) {
	learned, flows := c.learned(), c.learning(system)
	for _, a := range c.Inventory(system) {
		data := learned.of(flows[spot{a.Root, a.Subject}], a)
		for _, m := range makers(a) {
			if name := cmp.Or(m.Component, m.Family); !slices.Contains(data, name) {
				f(a, m, name)
			}
		}
	}
}

// Models are those of a system, by name. What is fetched or asked and has no name
// is not among them: who it is of is a finding.
func (c *Case) Models(system string) []*ModelUse {
	found := map[string]*ModelUse{}
	c.EachModel(system, func(a *finding.Asset, m *graph.Maker, name string) {
		if name == "" {
			return
		}
		u := found[name]
		if u == nil {
			u = &ModelUse{Maker: m, Name: name}
			found[name] = u
		}
		u.Used = append(u.Used, a.Subject)
		if len(u.Sources) < fewest {
			u.Sources = append(u.Sources, At(a.Origin))
		}
	})
	return slices.SortedFunc(maps.Values(found), func(a, b *ModelUse) int { return cmp.Compare(a.Name, b.Name) })
}

// Shown are the documents that the perimeter records for a fact about a system, in
// its order.
func (c *Case) Shown(system, fact string) []perimeter.Evidence {
	var out []perimeter.Evidence
	for _, e := range c.Perimeter.Spec.Evidence {
		if e.Fact == fact && perimeter.Match(e.About, system) {
			out = append(out, e)
		}
	}
	return out
}

func union[T cmp.Ordered](a, b []T) []T {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}
