package kb

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// operators, requirements and models are the plain registers.
type (
	operators    struct{ all []Operator }
	requirements struct{ all []Requirement }
	models       struct {
		all   []Model
		match [][]*regexp.Regexp
	}
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

func (k *KB) getModels() *models {
	return k.models.get(func() *models {
		doc := decode[modelsDoc](k, "models.json")
		m := &models{all: doc.Models}
		for i := range doc.Models {
			cite(doc.Sources, doc.Models[i].facts)
			var res []*regexp.Regexp
			for _, e := range doc.Models[i].Match {
				res = append(res, regexp.MustCompile(e))
			}
			m.match = append(m.match, res)
		}
		return m
	})
}

// Models returns all model families, sorted by id.
func (k *KB) Models() []Model { return k.getModels().all }

// Model returns the family that a model name belongs to. Where several match,
// the one that matches more of the name wins: a fine-tune that names both its
// base and itself is itself.
func (k *KB) Model(name string) (Model, bool) {
	m := k.getModels()
	name = strings.ToLower(strings.TrimSpace(name))
	best, length := -1, 0
	for i := range m.all {
		for _, re := range m.match[i] {
			if at := re.FindStringIndex(name); at != nil && at[1]-at[0] > length {
				best, length = i, at[1]-at[0]
			}
		}
	}
	if best < 0 {
		return Model{}, false
	}
	return m.all[best], true
}
