package resolve

import (
	"cmp"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// papers puts to an asset what documents say of it, where its classes ask.
func (r *Resolver) papers(a *Asset) {
	if a.Kind == graph.Inert || len(a.Classes) == 0 {
		return
	}
	l := r.book.For(a.Classes)
	if l.InUse {
		a.Papers.Documents = r.documents(func(about string) bool { return r.speaksOf(about, a) }, "attestation")
	}
	r.outbound(a, l.Unbound)
}

// documents are the newest of each fact that have not ended, by fact. The map is never
// nil: that nothing is found is an answer too.
func (r *Resolver) documents(about func(string) bool, facts ...string) map[string]graph.Document {
	out := map[string]graph.Document{}
	for _, fact := range facts {
		e := r.newest(fact, about)
		if e == nil {
			continue
		}
		d := graph.Document{Age: r.age(e.Dated), Value: e.Value, Because: said(e), Origin: e.Origin}
		if e.Dated != "" {
			d.Because += ", as of " + e.Dated
		}
		if fact == "attestation" {
			for _, name := range e.Value {
				cs, _ := r.kb.Expand(name, r.at) // names are checked before
				d.Countries = append(d.Countries, cs...)
			}
		}
		out[fact] = d
	}
	return out
}

// newest is the document of a fact that says the latest; nil where none holds.
func (r *Resolver) newest(fact string, about func(string) bool) *perimeter.Evidence {
	var out *perimeter.Evidence
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if e.Fact == fact && r.valid(e.Expires) && e.Dated <= r.day() && about(e.About) && (out == nil || e.Dated > out.Dated) {
			out = e
		}
	}
	return out
}

func (r *Resolver) day() string { return r.at.Format(time.DateOnly) }

// age is how many days ago a day was; negative where it is not known.
func (r *Resolver) age(day string) int {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return -1
	}
	today, _ := time.Parse(time.DateOnly, r.day())
	return int(today.Sub(d).Hours() / 24)
}

// outbound are the countries whose rules for what leaves reach an asset: those
// that its classes are from. Of what nothing binds, and of which nobody has
// decided what it holds, they are not asked: every rule would hold for everything.
func (r *Resolver) outbound(a *Asset, unbound string) {
	if a.Tagged || !a.Bound && unbound == "open" && len(r.book.Classes()) > 1 {
		return
	}
	from := map[graph.Country]*graph.Outbound{}
	for _, id := range a.Classes {
		c := r.p.Spec.Data[id]
		for _, name := range c.CollectedIn {
			cs, _ := r.kb.Expand(name, r.at) // names are checked before
			for _, k := range cs {
				o := from[k]
				if o == nil {
					o = &graph.Outbound{Country: k, Said: true, Cleared: true, Handling: []string{}}
					from[k] = o
				}
				o.Personal = o.Personal || c.GDPR != "none"
				o.Said = o.Said && c.Handling != nil
				for _, h := range c.Handling {
					o.Handling = insert(o.Handling, h)
				}
				o.Cleared = o.Cleared && r.cleared(id, k, a)
			}
		}
	}
	for _, o := range from {
		a.Papers.Outbound = append(a.Papers.Outbound, *o)
	}
	slices.SortFunc(a.Papers.Outbound, func(x, y graph.Outbound) int { return cmp.Compare(x.Country, y.Country) })
}

// cleared reports whether a document meets the rules of a country for a class.
func (r *Resolver) cleared(id graph.ClassID, of graph.Country, a *Asset) bool {
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if e.Fact != "outbound" || e.About != string(id) || !r.valid(e.Expires) {
			continue
		}
		for _, name := range e.Value {
			if cs, err := r.kb.Expand(name, r.at); err == nil && slices.Contains(cs, of) {
				a.Papers.Because = append(a.Papers.Because, said(e))
				return true
			}
		}
	}
	return false
}
