package kb

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// operators and requirements are the plain registers.
type (
	operators    struct{ all []Operator }
	requirements struct{ all []Requirement }
)

// Operators returns all legal entities, sorted by id.
func (k *KB) Operators() []Operator {
	return k.operators.get(func() *operators {
		doc := decode[operatorsDoc](k, "operators.json")
		for i := range doc.Operators {
			cite(doc.Sources, doc.Operators[i].facts)
		}
		return &operators{all: doc.Operators}
	}).all
}

// Operator returns one legal entity.
func (k *KB) Operator(id graph.EntityID) (Operator, bool) {
	all := k.Operators()
	i, ok := slices.BinarySearchFunc(all, id, func(o Operator, id graph.EntityID) int { return cmp.Compare(o.ID, id) })
	if !ok {
		return Operator{}, false
	}
	return all[i], true
}

// Requirements returns all clauses, sorted by id.
func (k *KB) Requirements() []Requirement {
	return k.requirements.get(func() *requirements {
		doc := decode[requirementsDoc](k, "requirements.json")
		for i := range doc.Requirements {
			cite(doc.Sources, doc.Requirements[i].facts)
		}
		return &requirements{all: doc.Requirements}
	}).all
}

// Requirement returns one clause.
func (k *KB) Requirement(id graph.RequirementID) (Requirement, bool) {
	all := k.Requirements()
	i, ok := slices.BinarySearchFunc(all, id, func(r Requirement, id graph.RequirementID) int { return cmp.Compare(r.ID, id) })
	if !ok {
		return Requirement{}, false
	}
	return all[i], true
}
