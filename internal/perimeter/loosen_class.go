package perimeter

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// classes compares the data classes by name.
func (c *comparison) classes() {
	for _, id := range sorted(c.base.Spec.Data) {
		path := "spec.data." + string(id)
		b := c.base.Spec.Data[id]
		h, ok := c.head.Spec.Data[id]
		switch {
		case ok:
			c.class(path, b, h)
		case id == Unclassified && c.head.Spec.Unbound == Strictest:
			// The first real class takes the place of the implied one. What
			// nothing binds now has the limits of all classes together.
			c.class("spec.data", b, strictest(c.head.Spec.Data))
		default:
			c.add("spec.data", "the class %s is gone, with its limits", id)
		}
	}
}

func (c *comparison) class(path string, b, h Class) {
	if b.GDPR != h.GDPR && !(closedIndex("Class.gdpr", h.GDPR) > closedIndex("Class.gdpr", b.GDPR) && b.GDPR != "special") {
		// Special and criminal have articles of their own: neither includes the other.
		c.add(path+".gdpr", "%s is now %s", b.GDPR, h.GDPR)
	}
	c.lower(path+".confidentiality", "Class.confidentiality", b.Confidentiality, h.Confidentiality)
	c.lower(path+".in_use", "Class.in_use", b.InUse, h.InUse)
	c.lower(path+".unknown", "Class.unknown", b.Unknown, h.Unknown)
	c.own(path+".jurisdictions", b.Jurisdictions, h.Jurisdictions, c.head.Spec.Jurisdictions.Allow)
	c.own(path+".operators", b.Operators, h.Operators, c.head.Spec.Operators.Allow)
	c.limit(path+".support", b.Support, h.Support)
	c.limit(path+".makers", b.Makers, h.Makers)
	c.keys(path+".keys", b, h)
	c.retention(path+".retention", b.Retention, h.Retention)
	c.collected(path, b, h)
}

// collected compares where the data is from, and what of it the rules of these
// countries turn on.
func (c *comparison) collected(path string, b, h Class) {
	for _, name := range b.CollectedIn {
		if !c.covers(name, h.CollectedIn) {
			c.add(path+".collected_in", "it is no longer said to be from %s", name)
		}
	}
	for _, word := range b.Handling {
		if !slices.Contains(h.Handling, word) {
			c.add(path+".handling", "it is no longer %s", word)
		}
	}
	if b.CollectedIn != nil && b.Handling == nil && h.Handling != nil && len(h.Handling) == 0 {
		c.add(path+".handling", "it was not said and is now none")
	}
}

// own compares a limit that is the perimeter's when it is absent.
func (c *comparison) own(path string, base, head, perimeter []string) {
	if base == nil {
		return // a class cannot be looser than the perimeter
	}
	if head == nil {
		for _, name := range perimeter {
			if !c.covers(name, base) {
				c.add(path, "the limit is gone; %s is now allowed", name)
			}
		}
		return
	}
	c.widened(path, base, head)
}

func (c *comparison) keys(path string, base, head Class) {
	b, h := base.Keys, head.Keys
	switch {
	case b == nil:
	case h == nil:
		c.add(path, "the limits on key custody are gone")
	default:
		c.widened(path+".holder", b.Holder, h.Holder)
		if h.MinGrade < b.MinGrade {
			c.add(path+".min_grade", "%d is now %d", b.MinGrade, h.MinGrade)
		}
		c.limit(path+".cleartext_at_operator", b.CleartextAtOperator, h.CleartextAtOperator)
	}
}

func (c *comparison) retention(path, base, head string) {
	if base == "" || base == head {
		return
	}
	if head == "" {
		c.add(path, "the limit of %s is gone", base)
		return
	}
	b, _ := ParseRetention(base) // both were checked by Parse
	h, _ := ParseRetention(head)
	if h > b {
		c.add(path, "%s is now %s", base, head)
	}
}

// strictest joins the grades of all classes, for comparison with the implied
// class, which has no other limits.
func strictest(all map[graph.ClassID]Class) Class {
	out := Class{GDPR: "none", Confidentiality: "public", Unknown: "report"}
	most := func(field string, into *string, value string) {
		if closedIndex(field, value) > closedIndex(field, *into) {
			*into = value
		}
	}
	for _, id := range sorted(all) {
		most("Class.gdpr", &out.GDPR, all[id].GDPR)
		most("Class.confidentiality", &out.Confidentiality, all[id].Confidentiality)
		most("Class.unknown", &out.Unknown, all[id].Unknown)
	}
	return out
}
