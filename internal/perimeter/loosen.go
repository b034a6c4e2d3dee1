package perimeter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Loosening is one thing by which a perimeter asks less than another.
type Loosening struct {
	What   string       // one sentence without full stop: "spec.jurisdictions.allow: US is now allowed"
	Origin graph.Origin // in the looser perimeter; for what is gone, the part that it was in
}

// Covers reports whether name is inside what list names. With the knowledge
// base DE is inside EU.
type Covers func(name string, list []string) bool

// Loosenings returns everything by which head asks less than base, sorted by
// line; covers knows which names cover others. Both must come from [Parse].
// Equal perimeters, and a perimeter from which an allowed name was removed,
// give none.
func Loosenings(base, head *Perimeter, covers Covers) []Loosening {
	c := &comparison{base: base, head: head, covers: covers}
	c.allowed()
	c.tolerances()
	c.frameworks()
	c.classes()
	c.unbound()
	c.bindings()
	c.systems()
	c.flows()
	c.transfers()
	c.evidence()
	c.budgets()
	c.stack()
	c.gate()
	c.waivers()
	slices.SortStableFunc(c.out, func(a, b Loosening) int {
		return cmp.Or(cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(c.out)
}

type comparison struct {
	base, head *Perimeter
	covers     Covers
	out        []Loosening
}

func (c *comparison) add(path, format string, args ...any) {
	c.out = append(c.out, Loosening{What: path + ": " + fmt.Sprintf(format, args...), Origin: c.head.OriginOf(path)})
}

// widened reports names of head that are outside base.
func (c *comparison) widened(path string, base, head []string) {
	for i, name := range head {
		if !c.covers(name, base) {
			c.add(fmt.Sprintf("%s[%d]", path, i), "%s is now allowed", name)
		}
	}
}

// limit compares an optional limit: nil is none. A limit that is new is stricter.
func (c *comparison) limit(path string, base, head []string) {
	switch {
	case base == nil:
	case head == nil:
		c.add(path, "the limit to %s is gone", strings.Join(base, ", "))
	default:
		c.widened(path, base, head)
	}
}

// dropped reports names that base denies and head does not.
func (c *comparison) dropped(path string, base, head []string) {
	for _, name := range base {
		if !slices.Contains(head, name) {
			c.add(path, "%s is no longer denied", name)
		}
	}
}

// lower compares a value of a closed list that has the laxest first.
func (c *comparison) lower(path, field, base, head string) {
	if closedIndex(field, head) < closedIndex(field, base) {
		c.add(path, "%s is now %s", orNone(base), orNone(head))
	}
}

func orNone(s string) string {
	if s == "" {
		return "not stated"
	}
	return s
}

func (c *comparison) allowed() {
	b, h := &c.base.Spec, &c.head.Spec
	c.widened("spec.jurisdictions.allow", b.Jurisdictions.Allow, h.Jurisdictions.Allow)
	c.dropped("spec.jurisdictions.deny", b.Jurisdictions.Deny, h.Jurisdictions.Deny)
	followed := slices.Equal(b.Operators.Allow, b.Jurisdictions.Allow) && slices.Equal(h.Operators.Allow, h.Jurisdictions.Allow)
	if !followed { // else said above
		c.widened("spec.operators.allow", b.Operators.Allow, h.Operators.Allow)
	}
	c.dropped("spec.operators.deny", b.Operators.Deny, h.Operators.Deny)
}

// tolerances reports those of head that no tolerance of base includes.
func (c *comparison) tolerances() {
	for i, t := range c.head.Spec.Operators.Tolerate {
		old := slices.ContainsFunc(c.base.Spec.Operators.Tolerate, func(o Tolerance) bool {
			return o.Operator == t.Operator && subset(t.Data, o.Data) &&
				!slices.ContainsFunc(t.When.KeyHolder, func(n string) bool { return !c.covers(n, o.When.KeyHolder) }) &&
				closedIndex("When.cleartext", t.When.ClearText) >= closedIndex("When.cleartext", o.When.ClearText)
		})
		if !old {
			c.add(fmt.Sprintf("spec.operators.tolerate[%d]", i), "%s is tolerated for %s", t.Operator, graph.Listed(t.Data))
		}
	}
}

func (c *comparison) frameworks() {
	const path = "spec.frameworks"
	b, h := c.base.Spec.Frameworks, c.head.Spec.Frameworks
	switch {
	case b == nil && h != nil:
		c.add(path, "only %s count now, instead of all that are in force", strings.Join(h, ", "))
	case b != nil && h == nil:
		c.add(path, "%s are no longer asked for by name", strings.Join(b, ", "))
	}
	for _, f := range b {
		if h != nil && !slices.Contains(h, f) {
			c.add(path, "%s no longer counts", f)
		}
	}
}

func (c *comparison) unbound() {
	b, h := c.base.Spec.Unbound, c.head.Spec.Unbound
	if b != h && h != Strictest {
		c.add("spec.unbound", "what nothing binds was %s and is now %s", b, h)
	}
}

func (c *comparison) gate() {
	b, h := &c.base.Spec.Gate, &c.head.Spec.Gate
	c.lower("spec.gate.fail_on", "Gate.fail_on", b.FailOn, h.FailOn)
	for _, id := range b.Unwaivable {
		if !slices.Contains(h.Unwaivable, id) {
			c.add("spec.gate.unwaivable", "%s can now be waived", id)
		}
	}
}

// stack compares the approved lists: nil is not asked, empty approves nothing.
func (c *comparison) stack() {
	b, h := &c.base.Spec.Stack, &c.head.Spec.Stack
	c.limit("spec.stack.models", b.Models, h.Models)
	c.limit("spec.stack.registries", b.Registries, h.Registries)
	c.limit("spec.stack.packages", b.Packages, h.Packages)
}

func subset[T comparable](part, whole []T) bool {
	for _, x := range part {
		if !slices.Contains(whole, x) {
			return false
		}
	}
	return true
}

// sorted returns the keys of a map in order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
