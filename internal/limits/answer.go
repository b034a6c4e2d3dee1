package limits

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Answer says how a coordinate stands to the limits.
type Answer string

const (
	Inside  Answer = "inside"
	Outside Answer = "outside"
	// Unsure means that the coordinate is unknown, or inside by a claim only:
	// it never passes.
	Unsure Answer = "unsure"
	// Tolerated operators are outside, but the perimeter admits them for this
	// data under conditions that hold.
	Tolerated Answer = "tolerated"
	NotAsked  Answer = "not-asked"
)

// Place holds a place against the limits. One country outside is enough: the
// role may be played there. The countries that are outside come back, sorted.
func (l *Limits) Place(p *graph.Place) (Answer, []graph.Country) {
	if p.Unknown != "" || len(p.Countries) == 0 {
		return Unsure, nil
	}
	a, out := l.Places.hold(p.Countries, p.Confidence)
	if a == Inside {
		if more, _ := l.Places.hold(p.Perhaps, p.Confidence); more != Inside {
			return Unsure, nil
		}
	}
	return a, out
}

// Documented holds countries that a document names against the limits.
func (l *Limits) Documented(countries []graph.Country) Answer {
	if len(countries) == 0 {
		return Unsure
	}
	a, _ := l.Places.hold(countries, graph.Documented)
	return a
}

func (s *Set) hold(countries []graph.Country, c graph.Confidence) (Answer, []graph.Country) {
	var out []graph.Country
	for _, k := range countries {
		if !s.Has(k) {
			out = append(out, k)
		}
	}
	switch {
	case len(out) > 0:
		return Outside, out
	case !c.Firm():
		return Unsure, nil
	}
	return Inside, nil
}

// Operator holds an operator against the limits; why is a sentence.
func (l *Limits) Operator(o *graph.Operator) (a Answer, why string) {
	if o == nil || o.Entity == "" {
		if o != nil && o.Unknown != "" {
			return Unsure, o.Unknown
		}
		return Unsure, "who operates it is not known"
	}
	return worst(l.Operators, func(a *Allow) (Answer, string) { return a.hold(o) })
}

// hold judges one list. An operator's own name allows it whoever controls it.
func (a *Allow) hold(o *graph.Operator) (Answer, string) {
	if a.Denied[o.Entity] {
		return Outside, fmt.Sprintf("%s is denied by name", name(o))
	}
	for _, c := range o.Control {
		if a.Denied[c.Entity] {
			return Outside, fmt.Sprintf("%s, which controls %s, is denied by name", c.Entity, name(o))
		}
	}
	switch {
	case a.Entities[o.Entity] && o.Presumed:
		return Unsure, fmt.Sprintf("that it is %s, which is allowed by name, is only claimed, no source was cited", name(o))
	case a.Entities[o.Entity]:
		return Inside, ""
	}
	if o.Seat != "" && (!a.Has(o.Seat) || a.DeniedIn[o.Seat]) {
		return Outside, fmt.Sprintf("%s is seated in %s", name(o), o.Seat)
	}
	for _, c := range o.Control {
		if c.Country != "" && (!a.Has(c.Country) || a.DeniedIn[c.Country]) {
			return Outside, fmt.Sprintf("%s is controlled by %s, %s", name(o), or(c.Name, string(c.Entity)), c.Country)
		}
	}
	for _, c := range o.Control {
		if c.Country == "" {
			return Unsure, fmt.Sprintf("where %s, which controls %s, is seated is not known", or(c.Name, string(c.Entity)), name(o))
		}
	}
	switch {
	case o.Unknown != "":
		return Unsure, o.Unknown
	case o.Seat == "":
		return Unsure, fmt.Sprintf("the seat of %s is not known", name(o))
	case !o.Confidence.Firm():
		return Unsure, fmt.Sprintf("seat and control of %s are only claimed, no source was cited", name(o))
	}
	return Inside, ""
}

func name(o *graph.Operator) string { return or(o.Name, string(o.Entity)) }

// Tolerated holds an operator that is not inside against the tolerances:
// Tolerated when the conditions of one hold, Unsure when those of one may hold
// and something unknown decides, Outside when each fails, NotAsked when there
// is none for the operator. why names the condition that decided.
func (l *Limits) Tolerated(o *graph.Operator, c *graph.Custody, holder *graph.Operator) (a Answer, why string) {
	a = NotAsked
	for i := range l.Tolerate {
		t := &l.Tolerate[i]
		if t.Operator != o.Entity {
			continue
		}
		one, w := t.hold(c, holder)
		switch {
		case one == Inside:
			sees := "sees no clear text"
			if c.ClearText {
				sees = "sees clear text while it computes"
			}
			return Tolerated, fmt.Sprintf("%s is tolerated for %s: the key is held by others and it %s", t.Operator, join(l.Classes), sees)
		case a == NotAsked, one == Unsure && a == Outside:
			a, why = one, w
		}
	}
	return a, why
}

// hold judges the conditions of one tolerance: what certainly fails comes
// before what is unknown.
func (t *Tolerance) hold(c *graph.Custody, holder *graph.Operator) (Answer, string) {
	switch {
	case c == nil:
		return Outside, fmt.Sprintf("the perimeter tolerates %s only with a key that it cannot use; it has none", t.Operator)
	case c.Unknown == "" && (c.Holder != graph.HolderCustomer && c.Holder != graph.HolderExternal || c.Entity == t.Operator):
		return Outside, fmt.Sprintf("the perimeter tolerates %s only when it cannot use the key", t.Operator)
	case c.ClearText && !t.ClearText:
		return Outside, fmt.Sprintf("the perimeter tolerates %s only when it never sees clear text", t.Operator)
	case c.Unknown != "":
		return Unsure, c.Unknown
	}
	a, why := t.Holder.holder(c, holder)
	switch {
	case a != Inside:
		why = or(why, "the key holder is not established")
	case !c.Confidence.Firm():
		return Unsure, "how the key is kept is only claimed, no source was cited"
	}
	return a, why
}

// Holder holds the holder of a key against the limits. holder is the record
// of the entity in c, nil for the customer.
func (l *Limits) Holder(c *graph.Custody, holder *graph.Operator) (Answer, string) {
	if l.Keys == nil {
		return NotAsked, ""
	}
	if c.Unknown != "" {
		return Unsure, c.Unknown
	}
	a, why := worst(l.Keys.Holder, func(a *Allow) (Answer, string) { return a.holder(c, holder) })
	if a == Inside && !c.Confidence.Firm() {
		return Unsure, "how the key is kept is only claimed, no source was cited"
	}
	return a, why
}

// worst holds something against every list: outside of one is outside,
// whatever another one cannot tell.
func worst(lists []Allow, hold func(*Allow) (Answer, string)) (a Answer, why string) {
	a = Inside
	for i := range lists {
		one, w := hold(&lists[i])
		switch {
		case one == Outside:
			return Outside, w
		case one == Unsure && a == Inside:
			a, why = Unsure, w
		}
	}
	return a, why
}

func (a *Allow) holder(c *graph.Custody, holder *graph.Operator) (Answer, string) {
	if c.Holder == graph.HolderCustomer {
		if a.Customer || len(a.Countries) > 0 {
			return Inside, ""
		}
		return Outside, "the customer holds the key"
	}
	if holder == nil {
		return Unsure, "who holds the key is not known"
	}
	return a.hold(holder)
}

// ClearText holds an operator that sees clear text against the limits.
func (l *Limits) ClearText(c *graph.Custody, o *graph.Operator) (Answer, string) {
	if l.Keys == nil || len(l.Keys.ClearText) == 0 {
		return NotAsked, ""
	}
	if !c.ClearText {
		return Inside, ""
	}
	if o == nil || o.Entity == "" {
		return Unsure, "who sees the clear text is not known"
	}
	return worst(l.Keys.ClearText, func(a *Allow) (Answer, string) { return a.hold(o) })
}

// Registry holds the host of a registry against the approved stack. A host
// below a listed one counts as listed.
func (l *Limits) Registry(host string) Answer {
	s := &l.book.p.Spec.Stack
	if s.Registries == nil { // an empty list approves nothing
		return NotAsked
	}
	if s.Approves(host) {
		return Inside
	}
	return Outside
}

// SupportFrom holds the countries of support access against the limits.
func (l *Limits) SupportFrom(s *graph.Support) (Answer, []graph.Country) {
	switch {
	case l.Support == nil:
		return NotAsked, nil
	case s == nil || s.Unknown != "" || len(s.Countries) == 0:
		return Unsure, nil
	}
	return l.Support.hold(s.Countries, s.Confidence)
}

func join(ids []graph.ClassID) string { return graph.Listed(slices.Sorted(slices.Values(ids))) }

// A Transfer says what chapter V of the GDPR makes of a set of countries.
type Transfer string

const (
	NoTransfer Transfer = "none"     // all inside the EEA
	Adequate   Transfer = "adequate" // outside, each under an adequacy decision for all (art. 45)
	Partly     Transfer = "partly"   // some decision covers only some recipients, as in the US
	Third      Transfer = "third"    // outside and without a decision: a tool of art. 46 or 49 is needed
	Open       Transfer = "open"     // anywhere: whether it is one, nobody can say beforehand
)

// Transfer classifies countries by the border of the GDPR, which is that of
// the EEA with the outermost regions.
func (l *Limits) Transfer(countries []graph.Country) Transfer {
	b := l.book
	out := NoTransfer
	for _, c := range countries {
		if c == graph.Anywhere {
			return Open
		}
		if b.eea[c] {
			continue
		}
		a, ok := b.kb.Adequate(c, b.at)
		switch {
		case !ok:
			return Third
		case a.Partial:
			out = Partly
		case out == NoTransfer:
			out = Adequate
		}
	}
	return out
}
