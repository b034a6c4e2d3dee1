package perimeter

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// fill sets the defaults that need nothing but the file.
func fill(p *Perimeter) {
	s := &p.Spec
	if s.Operators.Allow == nil {
		s.Operators.Allow = slices.Clone(s.Jurisdictions.Allow)
	}
	for i := range s.Operators.Tolerate {
		orElse(&s.Operators.Tolerate[i].When.ClearText, "never")
	}
	if s.Data == nil {
		s.Data = map[graph.ClassID]Class{Unclassified: {Origin: p.OriginOf("spec")}}
	}
	for id, c := range s.Data {
		orElse(&c.GDPR, "personal")
		orElse(&c.Confidentiality, "confidential")
		orElse(&c.Unknown, "block")
		s.Data[id] = c
	}
	orElse(&s.Unbound, Strictest)
	orElse(&s.Gate.FailOn, "low")
}

func orElse(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// A checker looks at what concerns several keys at once.
type checker struct {
	p       *Perimeter
	classes []string
	systems []string
	errs    Errors
}

func check(p *Perimeter) Errors {
	c := &checker{p: p}
	for id := range p.Spec.Data {
		c.classes = append(c.classes, string(id))
	}
	slices.Sort(c.classes)
	c.systems = slices.Sorted(maps.Keys(p.Spec.Systems))
	c.limits()
	c.references()
	c.flows()
	c.transfers()
	c.evidence()
	c.budgets()
	c.answers()
	c.mirrors()
	return c.errs
}

func (c *checker) fail(path, format string, args ...any) {
	if len(c.errs) >= maxErrors {
		return
	}
	o := c.p.OriginOf(path)
	c.errs = append(c.errs, Error{c.p.File, o.Line, path + ": " + fmt.Sprintf(format, args...)})
}

// limits refuses lists that allow nothing: such a perimeter could only be
// meant as something else.
func (c *checker) limits() {
	s := &c.p.Spec
	c.filled("spec.jurisdictions.allow", s.Jurisdictions.Allow, "no country would be inside")
	c.filled("spec.operators.allow", s.Operators.Allow, "nobody could run anything")
	c.apart("spec.jurisdictions", s.Jurisdictions.Allow, s.Jurisdictions.Deny)
	c.apart("spec.operators", s.Operators.Allow, s.Operators.Deny)
	for i, t := range s.Operators.Tolerate {
		at := fmt.Sprintf("spec.operators.tolerate[%d]", i)
		c.filled(at+".data", ids(t.Data), "it would tolerate nothing")
		c.filled(at+".when.key_holder", t.When.KeyHolder, "nobody could hold the key")
		c.named(at+".data", t.Data)
		if slices.Contains(s.Operators.Deny, string(t.Operator)) {
			c.fail(at, "%s is denied and tolerated: remove one", show(string(t.Operator)))
		}
	}
	for _, name := range c.classes {
		if name == Strictest {
			c.fail("spec.data."+name, "%q means all classes together: choose another name", name)
		}
		c.class("spec.data."+name, s.Data[graph.ClassID(name)])
	}
	c.filled("spec.frameworks", s.Frameworks, "leave the key out for those in force")
}

func (c *checker) class(at string, k Class) {
	c.filled(at+".jurisdictions", k.Jurisdictions, "no country would be inside")
	c.filled(at+".operators", k.Operators, "nobody could run anything")
	c.filled(at+".support", k.Support, "leave the key out when it is not asked")
	c.filled(at+".makers", k.Makers, "leave the key out when it is not asked")
	c.filled(at+".collected_in", k.CollectedIn, "leave the key out when it is not said")
	if k.Handling != nil && k.CollectedIn == nil {
		c.fail(at+".handling", "it says something about the rules of other countries: add collected_in")
	}
	if k.Keys != nil {
		c.filled(at+".keys.holder", k.Keys.Holder, "nobody could hold the key")
	}
}

// filled refuses a list that is written and empty.
func (c *checker) filled(path string, list []string, why string) {
	if list != nil && len(list) == 0 {
		c.fail(path, "the list is empty: %s", why)
	}
}

// apart refuses a name that is both allowed and denied.
func (c *checker) apart(path string, allow, deny []string) {
	for i, name := range deny {
		if slices.Contains(allow, name) {
			c.fail(fmt.Sprintf("%s.deny[%d]", path, i), "%s is allowed and denied: remove one", show(name))
		}
	}
}

// references refuses names of classes and systems that the file does not define.
func (c *checker) references() {
	s := &c.p.Spec
	if s.Unbound != Strictest {
		c.known("spec.unbound", "class", s.Unbound, slices.Sorted(slices.Values(append(slices.Clone(c.classes), Strictest))))
	}
	for i, b := range s.Bindings {
		at := fmt.Sprintf("spec.bindings[%d]", i)
		c.filled(at+".data", ids(b.Data), "name a class, or leave the key out")
		c.named(at+".data", b.Data)
		if b.System != "" {
			c.known(at+".system", "system", b.System, c.systems)
		}
		if b.Data == nil && b.System == "" {
			c.fail(at, "it binds nothing: add data or system")
		}
	}
}

// named refuses classes that are not defined.
func (c *checker) named(path string, data []graph.ClassID) {
	for i, id := range data {
		c.known(fmt.Sprintf("%s[%d]", path, i), "class", string(id), c.classes)
	}
}

// contains reports whether a sorted list holds name.
func contains(sorted []string, name string) bool {
	_, ok := slices.BinarySearch(sorted, name)
	return ok
}

// known refuses a name that is not in the sorted list.
func (c *checker) known(path, what, name string, known []string) {
	switch {
	case contains(known, name):
	case len(known) == 0:
		c.fail(path, "there is no %s %s: the file defines none", what, show(name))
	default:
		c.fail(path, "there is no %s %s%s", what, show(name), suggest(name, known))
	}
}

func (c *checker) flows() {
	for i, f := range c.p.Spec.Flows {
		at := fmt.Sprintf("spec.flows[%d]", i)
		c.filled(at+".data", ids(f.Data), "name a class, or leave the key out for every class")
		c.named(at+".data", f.Data)
		c.endpoint(at+".from", f.From)
		c.endpoint(at+".to", f.To)
		if f.From == f.To {
			c.fail(at, "it leads from %s to itself", show(f.From))
		}
	}
}

// endpoint refuses what looks like a system's name with a typing error. Hosts
// and addresses are no closed list, so other words pass.
func (c *checker) endpoint(path, name string) {
	if strings.ContainsAny(name, "./:@*[") || contains(c.systems, name) {
		return
	}
	if near := nearest(name, c.systems); near != "" {
		c.fail(path, "there is no system %s; did you mean %q?", show(name), near)
	}
}

func (c *checker) transfers() {
	for i, t := range c.p.Spec.Transfers {
		at := fmt.Sprintf("spec.transfers[%d]", i)
		c.filled(at+".data", ids(t.Data), "name a class, or leave the key out for every class")
		c.named(at+".data", t.Data)
		c.endpoint(at+".from", t.From)
		switch {
		case t.Tool == "scc" && t.Module == 0:
			c.fail(at, "the key \"module\" is missing: standard contractual clauses have modules 1 to 4")
		case t.Tool != "scc" && t.Module != 0:
			c.fail(at+".module", "only the tool scc has modules: remove the key")
		}
	}
}

// closedIndex is the place of a word in its closed list, -1 when it is not there.
func closedIndex(field, word string) int { return slices.Index(closed[field], word) }

// ids turns class ids into text and keeps nil apart from empty.
func ids[T ~string](in []T) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, id := range in {
		out[i] = string(id)
	}
	return out
}
