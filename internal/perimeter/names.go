package perimeter

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// What says what a name in the perimeter may be: a higher floor, which has
// the knowledge base, holds it against the records.
type What string

const (
	Jurisdiction What = "jurisdiction" // a country or a bloc
	Operator     What = "operator"     // a country, a bloc or an operator
	Entity       What = "entity"       // an operator
	Holder       What = "holder"       // a country, a bloc, an operator or "customer"
	Maker        What = "maker"        // a country, a bloc or a developer
	Framework    What = "framework"    // an instrument
	Requirement  What = "requirement"  // a clause of an instrument
	Rule         What = "rule"         // a check
	Model        What = "model"        // a developer, a model family or "self-hosted"
)

// A NameUse is one name that the perimeter takes from elsewhere.
type NameUse struct {
	Name   string
	What   What
	Path   string // "spec.jurisdictions.allow[0]"
	Origin graph.Origin
}

// Names returns every name whose meaning this package does not know, in the
// order of the specification. Defaults that repeat other keys are left out.
func (p *Perimeter) Names() []NameUse {
	u := &uses{p: p}
	s := &p.Spec
	u.list(Framework, "spec.frameworks", s.Frameworks)
	u.list(Jurisdiction, "spec.jurisdictions.allow", s.Jurisdictions.Allow)
	u.list(Jurisdiction, "spec.jurisdictions.deny", s.Jurisdictions.Deny)
	u.list(Operator, "spec.operators.allow", s.Operators.Allow)
	u.list(Operator, "spec.operators.deny", s.Operators.Deny)
	for i, t := range s.Operators.Tolerate {
		at := fmt.Sprintf("spec.operators.tolerate[%d]", i)
		u.one(Entity, at+".operator", string(t.Operator))
		u.list(Holder, at+".when.key_holder", t.When.KeyHolder)
	}
	for _, id := range sorted(s.Data) {
		u.class("spec.data."+string(id), s.Data[id])
	}
	for _, name := range sorted(s.Systems) {
		u.list(Requirement, "spec.systems."+name+".basis", ids(s.Systems[name].Basis))
	}
	for i, e := range s.Evidence {
		at := fmt.Sprintf("spec.evidence[%d].value", i)
		switch e.Fact {
		case "support", "place", "attestation", "outbound":
			u.list(Jurisdiction, at, e.Value)
		case "operator":
			if !slices.Equal(e.Value, Names{Customer}) { // of a key, which the customer may have alone
				u.list(Entity, at, e.Value)
			}
		}
	}
	for _, name := range sorted(s.Budgets) {
		u.list(Jurisdiction, "spec.budgets."+name+".to", s.Budgets[name].To)
	}
	u.list(Model, "spec.stack.models", s.Stack.Models)
	u.list(Requirement, "spec.gate.unwaivable", ids(s.Gate.Unwaivable))
	for i, w := range s.Waivers {
		u.one(Rule, fmt.Sprintf("spec.waivers[%d].rule", i), string(w.Rule))
	}
	return u.out
}

type uses struct {
	p   *Perimeter
	out []NameUse
}

func (u *uses) class(at string, c Class) {
	u.list(Jurisdiction, at+".jurisdictions", c.Jurisdictions)
	u.list(Operator, at+".operators", c.Operators)
	u.list(Jurisdiction, at+".support", c.Support)
	u.list(Maker, at+".makers", c.Makers)
	u.list(Jurisdiction, at+".collected_in", c.CollectedIn)
	if c.Keys != nil {
		u.list(Holder, at+".keys.holder", c.Keys.Holder)
		u.list(Jurisdiction, at+".keys.cleartext_at_operator", c.Keys.CleartextAtOperator)
	}
}

// list adds the names of a list that is written in the file: one that a
// default has filled in has no line of its own.
func (u *uses) list(w What, path string, names []string) {
	if _, written := u.p.lines[path]; !written {
		return
	}
	for i, name := range names {
		u.one(w, fmt.Sprintf("%s[%d]", path, i), name)
	}
}

func (u *uses) one(w What, path, name string) {
	u.out = append(u.out, NameUse{Name: name, What: w, Path: path, Origin: u.p.OriginOf(path)})
}
