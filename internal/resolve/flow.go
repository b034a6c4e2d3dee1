package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// FlowType is the type of the asset that stands for the flows between two ends,
// and FlowArrow stands between these in its address.
const (
	FlowType  = "flow"
	FlowArrow = " → "
)

// Flows makes an asset of every edge: of the flows that the perimeter declares,
// of those that sources found, and of those that packages make by themselves. Flows with the same ends are one edge. It is
// judged by where its destination is and who runs it; an edge that leads to an
// asset or system of the tree, or stays inside of the own machine or cluster, is
// inert: its ends are judged. A destination that nobody knows stays: undecided.
func (r *Resolver) Flows(f *graph.Facts, assets []Asset) []Asset {
	es := &edges{r: r, byKey: map[edgeKey]*edge{}, senders: map[graph.Address]*Asset{}, workloads: map[graph.Address]*Asset{}}
	for i := range assets {
		a := &assets[i]
		if es.senders[a.Address] == nil {
			es.senders[a.Address] = a
		}
		if _, name, ok := strings.Cut(string(a.Address), "/"); ok && strings.Contains(name, "/") && a.Bound {
			if old, twice := es.workloads[graph.Address(name)]; twice && old != a {
				a = nil
			}
			es.workloads[graph.Address(name)] = a
		}
	}
	for _, d := range r.p.Spec.Flows {
		es.add(&graph.Flow{From: graph.Address(d.From), To: graph.Address(d.To), State: graph.Declared, Purpose: "data", Data: d.Data, Root: d.Origin.File, Origin: d.Origin}, true)
	}
	for i := range f.Flows {
		es.add(&f.Flows[i], false)
	}
	by := r.Behaviours(f)
	for i := range by {
		es.add(&by[i], false)
	}
	book, data := es.related(assets), descriptions(assets)
	out := make([]Asset, 0, len(es.list))
	for _, e := range es.list {
		a := e.asset(es)
		book.relate(&a, e)
		e.described(&a, data)
		out = append(out, a)
	}
	return out
}

// senderOf is the asset that sends; nil where none is known by that name.
func (es *edges) senderOf(from graph.Address) *Asset {
	if a := es.senders[from]; a != nil {
		return a
	}
	return es.workloads[from]
}

// workload reports whether a destination is one of a cluster, as traffic names
// it: namespace/name, and no path below a host.
func workload(to string) bool {
	namespace, name, ok := strings.Cut(to, "/")
	return ok && namespace != "" && name != "" && !strings.ContainsAny(namespace, ".:[") && !strings.Contains(name, "/")
}

// An edgeKey is what tells edges apart.
type edgeKey struct {
	root     string
	from, to graph.Address
}

// edges are all edges, in the order in which they were met first.
type edges struct {
	r       *Resolver
	byKey   map[edgeKey]*edge
	list    []*edge
	senders map[graph.Address]*Asset // assets by address; of several roots the first
	// workloads are bound assets by what traffic calls them, namespace/name; nil
	// where two have the name.
	workloads map[graph.Address]*Asset
}

// An edge is what the flows between two ends come to.
type edge struct {
	graph.Edge
	root    string
	written bool          // in the perimeter: From is a system or a pattern
	called  graph.Address // To as its author wrote it, in the perimeter
	unknown string
	models  []model
	data    []graph.ClassID
	origin  graph.Origin
}

// A model is one that an edge names, and where; or data to train on.
type model struct {
	name   string
	data   bool
	origin graph.Origin
}

func (es *edges) add(f *graph.Flow, written bool) {
	to := f.To
	if to != "" && es.senderOf(to) == nil && !workload(string(to)) {
		to = graph.Address(hostOf(string(to)))
	}
	key := edgeKey{f.Root, f.From, to}
	e := es.byKey[key]
	if e == nil {
		e = &edge{root: f.Root, written: written, unknown: f.Unknown, origin: f.Origin}
		e.From, e.To, e.called = f.From, to, to
		if written {
			e.called = f.To
		}
		es.byKey[key] = e
		es.list = append(es.list, e)
	}
	e.States = insert(e.States, f.State)
	if f.Purpose != "" {
		e.Purposes = insert(e.Purposes, f.Purpose)
	}
	if f.Via != "" {
		e.Via = insert(e.Via, f.Via)
	}
	for _, c := range f.Data {
		if es.r.book.Has(c) { // a description has words of its own, which bind nothing
			e.data = insert(e.data, c)
		}
	}
	if f.Model != "" && !slices.ContainsFunc(e.models, func(m model) bool { return m.name == f.Model }) {
		e.models = append(e.models, model{f.Model, f.Purpose == "dataset", f.Origin})
	}
	if f.Seal != nil && (e.Seal == nil || weaker(f.Seal, e.Seal)) {
		e.Seal = f.Seal
	}
	if f.Traffic != nil {
		e.see(f.Traffic)
	}
}

// weaker reports whether one way in which programs encrypt is worth less than
// another: one that does not spoils it for all.
func weaker(a, b *graph.Seal) bool {
	switch {
	case a.Key == "" || b.Key == "":
		return a.Key == ""
	case a.Whole != b.Whole:
		return b.Whole
	}
	return b.Key == "customer" || a.Key != "customer" && a.Key < b.Key
}

// see adds up what was seen.
func (e *edge) see(t *graph.Traffic) {
	if e.Traffic == nil {
		sum := *t
		e.Traffic = &sum
		return
	}
	s := e.Traffic
	s.Count, s.Sent, s.Received, s.Blocked = s.Count+t.Count, s.Sent+t.Sent, s.Received+t.Received, s.Blocked+t.Blocked
	s.HasBytes = s.HasBytes || t.HasBytes
	if !t.First.IsZero() && (s.First.IsZero() || t.First.Before(s.First)) {
		s.First = t.First
	}
	if t.Last.After(s.Last) {
		s.Last = t.Last
	}
	s.Incomplete, s.Name = cmp.Or(s.Incomplete, t.Incomplete), cmp.Or(s.Name, t.Name)
}

// insert keeps a short list sorted, each once.
func insert[T cmp.Ordered](list []T, x T) []T {
	i, found := slices.BinarySearch(list, x)
	if found {
		return list
	}
	return slices.Insert(list, i, x)
}
