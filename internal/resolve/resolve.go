// Package resolve gives assets their meaning: with the dialect of its
// provider, each asset gets a kind, the five coordinates with the chain of
// reasons behind each, its settings and its targets; with the perimeter, its
// data classes and its system.
//
// It never guesses. A value that cannot be known gives a coordinate that is
// unknown and says why, and nothing that is left out becomes a default unless
// the dialect says that the provider documents one.
package resolve

import (
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An Asset is a resolved asset and what the perimeter binds to it.
type Asset struct {
	graph.Resolved
	Classes  []graph.ClassID // sorted, never empty
	Bound    bool            // by a binding or tag; else the classes are those of unbound assets
	Tagged   bool            // a tag binds it, and nobody knows to what
	System   string          // "" when no binding names one
	Receives []string        // purposes for which other assets name it as a target, sorted
	// Partitions are who runs the instances of its provider's cloud.
	Partitions []*graph.Operator
	// Transfers are the tools of chapter V that the perimeter records for it.
	Transfers []Transfer
	// KeyHolder is who holds the key when that is not the customer.
	KeyHolder *graph.Operator
	Papers    graph.Papers
	Inside    bool // it is in something else that is judged, such as an object in a cluster
}

// A Resolver resolves facts against one knowledge base and one perimeter as
// of one day.
type Resolver struct {
	kb        *kb.KB
	p         *perimeter.Perimeter
	book      *limits.Book
	at        time.Time
	operators map[graph.EntityID]*graph.Operator
	sisters   map[graph.ProviderID][]*graph.Operator
	regions   map[regionKey]*regionInfo
	bindings  []binding
	locator   Locator // nil: addresses of unknown ranges stay unknown
}

// New makes a resolver. book holds the perimeter's classes.
func New(k *kb.KB, p *perimeter.Perimeter, book *limits.Book, at time.Time) *Resolver {
	r := &Resolver{kb: k, p: p, book: book, at: at,
		operators: map[graph.EntityID]*graph.Operator{}, regions: map[regionKey]*regionInfo{}, sisters: map[graph.ProviderID][]*graph.Operator{}}
	for _, b := range p.Spec.Bindings {
		r.bindings = append(r.bindings, binding{match: perimeter.Compile(b.Match), spec: b})
	}
	return r
}

// Resolve resolves every asset of the facts, in their order. Attachments are
// left out: what they say counts for the asset that they are attached to.
func (r *Resolver) Resolve(f *graph.Facts) []Asset {
	g := newIndex(r, f)
	g.receive()
	out := make([]Asset, 0, len(g.nodes))
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.host != nil {
			continue
		}
		out = append(out, r.asset(n))
	}
	return out
}

// Unmatched are the patterns of the bindings that bound no asset so far, in
// their order.
func (r *Resolver) Unmatched() []string {
	var out []string
	for i := range r.bindings {
		if b := &r.bindings[i]; !b.used {
			out = append(out, b.spec.Match)
		}
	}
	return out
}

func (r *Resolver) asset(n *node) Asset {
	a := Asset{Resolved: graph.Resolved{Asset: n.fact, Kind: n.kind, Provider: n.provider}}
	if n.kind == graph.Inert {
		return a
	}
	tags := n.tags()
	a.Tags = tags.known
	r.bind(&a, tags.open)
	a.Places = append(slices.Clone(n.own()), n.further()...) // others take the own ones over
	a.Operator = n.operator()
	r.evidence(&a, "place", "operator") // before what rests on them
	if n.typ != nil {
		a.Custody, a.KeyHolder = n.custody(a.Operator)
		a.Places = append(a.Places, n.keyPlaces(a.Places)...)
		a.Maker = n.maker()
		a.Settings = n.settings()
		a.Targets = n.targets()
	}
	a.Receives = n.receives
	a.Partitions = r.partitions(n.provider)
	r.evidence(&a, "cleartext", "retention")
	r.evidence(&a, statedSettings...)
	a.Support = r.support(&a)
	a.Transfers = r.transfers(&a)
	a.Inside = n.within != nil
	r.papers(&a)
	return a
}
