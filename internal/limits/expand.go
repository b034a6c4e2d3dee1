package limits

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// countries expands a name that allows something. A bloc that is only claimed
// is refused: whatever is inside by it would pass by a claim.
func (b *Book) countries(name string) ([]graph.Country, error) {
	for _, bloc := range b.kb.Blocs() {
		if bloc.ID == name && !bloc.Standing(b.at).Firm() {
			return nil, &Error{b.origin(name), fmt.Sprintf("the members of the bloc %s are only claimed, so nothing can pass by it: cite a source for the record", name)}
		}
	}
	cs, err := b.kb.Expand(name, b.at)
	if err != nil {
		return nil, &Error{b.origin(name), err.Error()}
	}
	return cs, nil
}

// set expands names of countries and blocs.
func (b *Book) set(names []string, deny []string) (Set, error) {
	s := Set{Names: slices.Clone(names), Countries: map[graph.Country]bool{}}
	for _, n := range names {
		cs, err := b.countries(n)
		if err != nil {
			return s, err
		}
		for _, c := range cs {
			s.Countries[c] = true
		}
	}
	for _, n := range deny {
		cs, err := b.kb.Expand(n, b.at)
		if err != nil {
			return s, &Error{b.origin(n), err.Error()}
		}
		for _, c := range cs {
			delete(s.Countries, c)
		}
	}
	if len(deny) > 0 && len(s.Names) > 0 {
		s.Names[len(s.Names)-1] += " without " + strings.Join(deny, ", ")
	}
	return s, nil
}

// origin finds where the perimeter uses a name.
func (b *Book) origin(name string) graph.Origin {
	for _, u := range b.p.Names() {
		if u.Name == name {
			return u.Origin
		}
	}
	return graph.Origin{File: b.p.File}
}

// allow expands a list in which operators may stand beside countries.
func (b *Book) allow(names, deny []string) (Allow, error) {
	a := Allow{Set: Set{Names: slices.Clone(names), Countries: map[graph.Country]bool{}},
		Entities: map[graph.EntityID]bool{}, Denied: map[graph.EntityID]bool{}, DeniedIn: map[graph.Country]bool{}}
	for _, n := range names {
		if n == "customer" {
			a.Customer = true
			continue
		}
		if _, ok := b.kb.Operator(graph.EntityID(n)); ok {
			a.Entities[graph.EntityID(n)] = true
			continue
		}
		if _, err := b.kb.Expand(n, b.at); err != nil {
			if b.develops(n) { // not all who make models run services
				a.Entities[graph.EntityID(n)] = true
				continue
			}
			return a, &Error{b.origin(n), err.Error() + "; no operator has that id either (bailiwick where NAME shows one)"}
		}
		cs, err := b.countries(n)
		if err != nil {
			return a, err
		}
		for _, c := range cs {
			a.Countries[c] = true
		}
	}
	for _, n := range deny {
		if _, ok := b.kb.Operator(graph.EntityID(n)); ok {
			a.Denied[graph.EntityID(n)] = true
			continue
		}
		cs, err := b.kb.Expand(n, b.at)
		if err != nil {
			return a, &Error{b.origin(n), err.Error()}
		}
		for _, c := range cs {
			a.DeniedIn[c] = true
		}
	}
	return a, nil
}

// denied are the names that are outside whatever allows them: as operators, as
// holders of keys, as makers.
func (b *Book) denied() []string {
	return append(slices.Clone(b.p.Spec.Operators.Deny), b.p.Spec.Jurisdictions.Deny...)
}

// expand makes the limits of one class: the perimeter's, and its own.
func (b *Book) expand(id graph.ClassID, c perimeter.Class) (*Limits, error) {
	s := &b.p.Spec
	l := &Limits{Classes: []graph.ClassID{id}, GDPR: or(c.GDPR, "personal"), Confidentiality: or(c.Confidentiality, "confidential"), Block: c.Unknown != "report", InUse: c.InUse == "encrypted", Unbound: b.unbound(), Frameworks: s.Frameworks, book: b}
	var err error
	if l.Places, err = b.set(s.Jurisdictions.Allow, s.Jurisdictions.Deny); err != nil {
		return nil, err
	}
	if len(c.Jurisdictions) > 0 {
		own, err := b.set(c.Jurisdictions, nil)
		if err != nil {
			return nil, err
		}
		l.Places = l.Places.and(own)
	}
	allowed := s.Operators.Allow
	if len(allowed) == 0 {
		allowed = s.Jurisdictions.Allow
	}
	general, err := b.allow(allowed, b.denied())
	if err != nil {
		return nil, err
	}
	l.Operators = []Allow{general}
	if len(c.Operators) > 0 {
		own, err := b.allow(c.Operators, nil)
		if err != nil {
			return nil, err
		}
		l.Operators = append(l.Operators, own)
	}
	for _, t := range s.Operators.Tolerate {
		if !slices.Contains(t.Data, id) {
			continue
		}
		if _, ok := b.kb.Operator(t.Operator); !ok {
			return nil, &Error{b.origin(string(t.Operator)), fmt.Sprintf("no operator has the id %q; bailiwick where NAME shows the known ones", t.Operator)}
		}
		h, err := b.allow(t.When.KeyHolder, b.denied())
		if err != nil {
			return nil, err
		}
		l.Tolerate = append(l.Tolerate, Tolerance{Operator: t.Operator, Holder: h, ClearText: t.When.ClearText == "in-use"})
	}
	if len(c.Support) > 0 {
		own, err := b.set(c.Support, s.Jurisdictions.Deny)
		if err != nil {
			return nil, err
		}
		l.Support = &own
	}
	if len(c.Makers) > 0 {
		own, err := b.allow(c.Makers, b.denied())
		if err != nil {
			return nil, err
		}
		l.Makers = []Allow{own}
	}
	if c.Keys != nil {
		if l.Keys, err = b.keys(c.Keys); err != nil {
			return nil, err
		}
	}
	if c.Retention != "" {
		if l.RetentionDays, err = perimeter.ParseRetention(c.Retention); err != nil {
			return nil, &Error{graph.Origin{File: b.p.File}, err.Error()}
		}
	}
	return l, nil
}

func (b *Book) keys(c *perimeter.Keys) (*Keys, error) {
	h, err := b.allow(c.Holder, b.denied())
	if err != nil {
		return nil, err
	}
	k := &Keys{Holder: []Allow{h}, MinGrade: c.MinGrade}
	if c.CleartextAtOperator != nil { // an empty list is nowhere
		a, err := b.allow(c.CleartextAtOperator, b.denied())
		if err != nil {
			return nil, err
		}
		k.ClearText = []Allow{a}
	}
	return k, nil
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// SelfHosted in the approved stack stands for every model that the team runs
// itself, on machines and clusters of its own.
const SelfHosted = "self-hosted"

// develops reports whether somebody makes models.
func (b *Book) develops(name string) bool {
	return slices.ContainsFunc(b.kb.Models(), func(m kb.Model) bool { return string(m.Developer) == name })
}

// approve reads the approved stack.
func (b *Book) approve() error {
	list := b.p.Spec.Stack.Models
	if list == nil {
		return nil
	}
	known := map[string]bool{SelfHosted: true}
	for _, m := range b.kb.Models() {
		known[m.ID], known[string(m.Developer)] = true, true
	}
	b.stack = map[string]bool{} // an empty list approves nothing
	for _, m := range list {
		if !known[m] {
			return &Error{b.origin(m), fmt.Sprintf("there is no model family or developer %q; bailiwick where MODEL shows how a model is known, and %s stands for what you run yourself", m, SelfHosted)}
		}
		b.stack[m] = true
	}
	return nil
}
