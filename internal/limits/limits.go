// Package limits works out what the perimeter asks of an asset: the names in
// perimeter.yaml are expanded through the knowledge base as of one day, and
// the limits of all classes that are bound to the asset are taken together.
//
// A class can only be stricter than the perimeter, so the limits of several
// classes are the intersection of theirs.
package limits

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Unclassified is the class of everything when the perimeter names none.
const Unclassified graph.ClassID = "unclassified"

// Limits are what is asked of an asset that some classes are bound to.
type Limits struct {
	Classes         []graph.ClassID
	GDPR            string // the strictest of the classes: none, personal, special, criminal
	Confidentiality string // public, internal, confidential, secret
	Places          Set
	Operators       []Allow // an operator must be in every one of them
	Tolerate        []Tolerance
	Support         *Set    // nil: not asked
	Makers          []Allow // empty: not asked
	Keys            *Keys   // nil: not asked
	RetentionDays   int     // longest; 0: not asked
	Block           bool    // whether an unknown coordinate blocks

	book *Book
}

// A Set is a set of countries, with the names that it was written as.
type Set struct {
	Names     []string
	Countries map[graph.Country]bool
}

// Has reports whether the country is in the set.
func (s *Set) Has(c graph.Country) bool { return s.Countries[c] }

// String is the set as written: "EU without HU".
func (s *Set) String() string { return strings.Join(s.Names, ", ") }

// An Allow is a list of countries, blocs and entities, of which some are
// denied all the same.
type Allow struct {
	Set
	Entities map[graph.EntityID]bool
	Denied   map[graph.EntityID]bool
	DeniedIn map[graph.Country]bool
	// Customer says that "customer" is in the list (key holders).
	Customer bool
}

// A Tolerance admits one operator under conditions.
type Tolerance struct {
	Operator  graph.EntityID
	Holder    Allow
	ClearText bool // clear text in use is tolerated
}

// Keys are limits on key custody.
type Keys struct {
	Holder    []Allow
	MinGrade  int
	ClearText []Allow // empty: wherever operators are allowed
}

// A Book answers with the limits for sets of classes.
type Book struct {
	kb    *kb.KB
	p     *perimeter.Perimeter
	at    time.Time
	class map[graph.ClassID]*Limits
	all   []graph.ClassID
	eea   map[graph.Country]bool
	stack map[string]bool // approved model developers and families; nil: not asked

	mu   sync.Mutex
	memo map[string]*Limits
}

// An Error is a name in the perimeter that the knowledge base does not know.
type Error struct {
	Origin  graph.Origin
	Message string
}

func (e *Error) Error() string {
	if e.Origin.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.Origin.File, e.Origin.Line, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Origin.File, e.Message)
}

// New expands every name of the perimeter. Unknown names are [Error]s.
func New(k *kb.KB, p *perimeter.Perimeter, at time.Time) (*Book, error) {
	b := &Book{kb: k, p: p, at: at, class: map[graph.ClassID]*Limits{}, memo: map[string]*Limits{}}
	data := p.Spec.Data
	if len(data) == 0 {
		data = map[graph.ClassID]perimeter.Class{Unclassified: {GDPR: "personal", Confidentiality: "confidential", Unknown: "block"}}
	}
	for id := range data {
		b.all = append(b.all, id)
	}
	slices.Sort(b.all)
	eea, err := b.set([]string{"EEA"}, nil)
	if err != nil {
		return nil, err
	}
	b.eea = eea.Countries
	for _, m := range p.Spec.Stack.Models {
		if b.stack == nil {
			b.stack = map[string]bool{}
		}
		b.stack[m] = true
	}
	for _, id := range b.all {
		l, err := b.expand(id, data[id])
		if err != nil {
			return nil, err
		}
		b.class[id] = l
	}
	return b, nil
}

// Classes are all classes of the perimeter, sorted.
func (b *Book) Classes() []graph.ClassID { return b.all }

// Has reports whether the perimeter has the class.
func (b *Book) Has(id graph.ClassID) bool { _, ok := b.class[id]; return ok }

// Unbound returns the classes of an asset that nothing binds.
func (b *Book) Unbound() []graph.ClassID {
	if u := b.p.Spec.Unbound; u != "" && u != "strictest" {
		return []graph.ClassID{graph.ClassID(u)}
	}
	return b.all
}

// For returns the limits for the classes, which must be sorted.
func (b *Book) For(classes []graph.ClassID) *Limits {
	if len(classes) == 1 {
		return b.class[classes[0]]
	}
	var key strings.Builder
	for _, c := range classes {
		key.WriteString(string(c))
		key.WriteByte(0)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.memo[key.String()]; l != nil {
		return l
	}
	l := b.together(classes)
	b.memo[key.String()] = l
	return l
}

// set expands names of countries and blocs.
func (b *Book) set(names []string, deny []string) (Set, error) {
	s := Set{Names: slices.Clone(names), Countries: map[graph.Country]bool{}}
	for _, n := range names {
		cs, err := b.kb.Expand(n, b.at)
		if err != nil {
			return s, &Error{b.origin(n), err.Error()}
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
		cs, err := b.kb.Expand(n, b.at)
		if err != nil {
			return a, &Error{b.origin(n), err.Error() + "; no operator has that id either (bailiwick where NAME shows one)"}
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

// expand makes the limits of one class: the perimeter's, and its own.
func (b *Book) expand(id graph.ClassID, c perimeter.Class) (*Limits, error) {
	s := &b.p.Spec
	l := &Limits{Classes: []graph.ClassID{id}, GDPR: or(c.GDPR, "personal"), Confidentiality: or(c.Confidentiality, "confidential"), Block: c.Unknown != "report", book: b}
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
	general, err := b.allow(allowed, append(slices.Clone(s.Operators.Deny), s.Jurisdictions.Deny...))
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
		h, err := b.allow(t.When.KeyHolder, nil)
		if err != nil {
			return nil, err
		}
		l.Tolerate = append(l.Tolerate, Tolerance{Operator: t.Operator, Holder: h, ClearText: t.When.ClearText == "in-use"})
	}
	if len(c.Support) > 0 {
		own, err := b.set(c.Support, nil)
		if err != nil {
			return nil, err
		}
		l.Support = &own
	}
	if len(c.Makers) > 0 {
		own, err := b.allow(c.Makers, nil)
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
	h, err := b.allow(c.Holder, nil)
	if err != nil {
		return nil, err
	}
	k := &Keys{Holder: []Allow{h}, MinGrade: c.MinGrade}
	if len(c.CleartextAtOperator) > 0 {
		a, err := b.allow(c.CleartextAtOperator, nil)
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

// and intersects two sets.
func (s Set) and(o Set) Set {
	out := Set{Countries: map[graph.Country]bool{}}
	for c := range s.Countries {
		if o.Countries[c] {
			out.Countries[c] = true
		}
	}
	// The narrower of two sets says all when it lies inside the other one.
	switch {
	case len(out.Countries) == len(s.Countries):
		out.Names = s.Names
	case len(out.Countries) == len(o.Countries):
		out.Names = o.Names
	default:
		out.Names = []string{s.String() + " and " + o.String()}
	}
	return out
}

var gdprRank = map[string]int{"none": 0, "personal": 1, "criminal": 2, "special": 3}
var secretRank = map[string]int{"public": 0, "internal": 1, "confidential": 2, "secret": 3}

// together intersects the limits of several classes.
func (b *Book) together(classes []graph.ClassID) *Limits {
	first := b.class[classes[0]]
	out := *first
	out.Classes = slices.Clone(classes)
	out.Operators = slices.Clone(out.Operators)
	out.Makers = slices.Clone(out.Makers)
	for _, id := range classes[1:] {
		l := b.class[id]
		if gdprRank[l.GDPR] > gdprRank[out.GDPR] {
			out.GDPR = l.GDPR
		}
		if secretRank[l.Confidentiality] > secretRank[out.Confidentiality] {
			out.Confidentiality = l.Confidentiality
		}
		out.Places = out.Places.and(l.Places)
		out.Operators = append(out.Operators, l.Operators[1:]...) // the first is the perimeter's, the same for all
		out.Tolerate = toleratedByBoth(out.Tolerate, l.Tolerate)
		if l.Support != nil {
			own := *l.Support
			if out.Support != nil {
				own = out.Support.and(own)
			}
			out.Support = &own
		}
		out.Makers = append(out.Makers, l.Makers...)
		out.Keys = bothKeys(out.Keys, l.Keys)
		if l.RetentionDays > 0 && (out.RetentionDays == 0 || l.RetentionDays < out.RetentionDays) {
			out.RetentionDays = l.RetentionDays
		}
		out.Block = out.Block || l.Block
	}
	return &out
}

// toleratedByBoth keeps the tolerances that hold for both sides.
func toleratedByBoth(a, b []Tolerance) []Tolerance {
	var out []Tolerance
	for _, t := range a {
		for _, u := range b {
			if t.Operator == u.Operator && slices.Equal(t.Holder.Names, u.Holder.Names) {
				t.ClearText = t.ClearText && u.ClearText
				out = append(out, t)
				break
			}
		}
	}
	return out
}

func bothKeys(a, b *Keys) *Keys {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &Keys{
		Holder:    append(slices.Clone(a.Holder), b.Holder...),
		MinGrade:  max(a.MinGrade, b.MinGrade),
		ClearText: append(slices.Clone(a.ClearText), b.ClearText...),
	}
}

// Sorted returns the countries of a set, sorted.
func (s *Set) Sorted() []graph.Country {
	out := make([]graph.Country, 0, len(s.Countries))
	for c := range s.Countries {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
