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
// of one day. It is for one goroutine; [Resolver.Again] makes more of them, which
// share what was worked out.
type Resolver struct {
	kb       *kb.KB
	p        *perimeter.Perimeter
	book     *limits.Book
	at       time.Time
	memo     *memo
	bindings []binding
	used     []bool  // by binding
	locator  Locator // nil: addresses of unknown ranges stay unknown
}

// New makes a resolver. book holds the perimeter's classes.
func New(k *kb.KB, p *perimeter.Perimeter, book *limits.Book, at time.Time) *Resolver {
	r := &Resolver{kb: k, p: p, book: book, at: at, memo: newMemo(k, at)}
	for _, b := range p.Spec.Bindings {
		r.bindings = append(r.bindings, binding{match: perimeter.Compile(b.Match), spec: b})
	}
	r.used = make([]bool, len(r.bindings))
	return r
}

// Again is a resolver of the same for other facts, to which nothing was bound yet.
func (r *Resolver) Again() *Resolver {
	out := *r
	out.used = make([]bool, len(r.bindings))
	return &out
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
	n := 0
	for _, used := range r.used {
		if !used {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]string, 0, n)
	for i := range r.bindings {
		if !r.used[i] {
			out = append(out, r.bindings[i].spec.Match)
		}
	}
	return out
}

func (r *Resolver) asset(n *node) Asset {
	a := Asset{Resolved: graph.Resolved{Asset: n.fact, Kind: n.kind, Provider: n.provider}}
	tags := n.tags()
	a.Tags = tags.known // of what is inert too: a policy may say which clause it implements
	if n.kind == graph.Inert {
		return a
	}
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
