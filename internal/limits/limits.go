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
	Support         *Set     // nil: not asked
	Makers          []Allow  // empty: not asked
	Keys            *Keys    // nil: not asked
	RetentionDays   int      // longest; 0: not asked
	InUse           bool     // whether protection in use is asked
	Unbound         string   // what the perimeter says of assets that nothing binds: "" (it has no classes), "decided", "open"
	Frameworks      []string // that the perimeter names; nil: those in force
	Block           bool     // whether an unknown coordinate blocks

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
	lawOf map[graph.LawID]graph.Country // whose law it is
	stack map[string]bool               // approved model developers and families; nil: not asked

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
	b := &Book{kb: k, p: p, at: at, class: map[graph.ClassID]*Limits{}, memo: map[string]*Limits{}, lawOf: map[graph.LawID]graph.Country{}}
	for _, law := range k.Laws() {
		b.lawOf[law.ID] = law.Country
	}
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
	if err := b.approve(); err != nil {
		return nil, err
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
	if b.decided() {
		return []graph.ClassID{graph.ClassID(b.p.Spec.Unbound)}
	}
	return b.all
}

// decided reports whether the perimeter names the class of what nothing binds.
func (b *Book) decided() bool {
	return b.p.Spec.Unbound != "" && b.p.Spec.Unbound != perimeter.Strictest
}

// unbound is the word of [Limits] for what the perimeter says of such assets.
func (b *Book) unbound() string {
	if b.decided() {
		return "decided"
	}
	if slices.Equal(b.all, []graph.ClassID{Unclassified}) {
		return ""
	}
	return "open"
}

// Perimeter returns the limits that the perimeter sets for everything, whatever
// its class.
func (b *Book) Perimeter() (*Limits, error) { return b.expand("", perimeter.Class{}) }

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
