package kb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// models is the register of families with their expressions.
type models struct {
	all   []Model
	match [][]*regexp.Regexp
	at    map[string]int // by id
}

func (k *KB) getModels() *models {
	return k.models.get(func() *models {
		doc := decode[modelsDoc](k, "models.json")
		m := &models{all: doc.Models, at: map[string]int{}}
		for i := range doc.Models {
			cite(doc.Sources, doc.Models[i].facts)
			m.at[doc.Models[i].ID] = i
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
	name = modelName(name)
	best, length := -1, 0
	for i := range m.all {
		if n := m.matched(i, name); n > length {
			best, length = i, n
		}
	}
	if best < 0 {
		return Model{}, false
	}
	return m.all[best], true
}

// modelName is a name as expressions see it.
func modelName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// matched is how much of a name the family's longest match covers.
func (m *models) matched(i int, name string) int {
	length := 0
	for _, re := range m.match[i] {
		if at := re.FindStringIndex(name); at != nil {
			length = max(length, at[1]-at[0])
		}
	}
	return length
}

// A Derivation is one link of a lineage: the family, and how well it is known
// that the weights come from it.
type Derivation struct {
	Model   Model  // empty when Unknown is set
	Base    Base   // the fact that says so
	From    string // the family that was made from it
	Unknown string // why the family is not known
}

// Confidence is what the link counts for: the fact that says so and the record
// of the family, whichever is weaker.
func (d *Derivation) Confidence(standing func(Fact) graph.Confidence) graph.Confidence {
	if d.Unknown != "" {
		return graph.NotKnown
	}
	return graph.Weakest(standing(d.Base.Fact), standing(d.Model.Fact))
}

// Lineage returns what the weights of a model derive from, nearest first, each
// family once. Where a record says one_of, the name tells which.
func (k *KB) Lineage(model Model, name string) []Derivation {
	m := k.getModels()
	name = modelName(name)
	var out []Derivation
	seen := map[string]bool{model.ID: true}
	for next := []Model{model}; len(next) > 0; next = next[1:] {
		for _, b := range next[0].Base {
			families := []string{b.Family}
			if len(b.OneOf) > 0 {
				families = slices.DeleteFunc(slices.Clone(b.OneOf), func(id string) bool { return m.matched(m.at[id], name) == 0 })
			}
			if len(families) == 0 {
				out = append(out, Derivation{Base: b, From: next[0].ID,
					Unknown: fmt.Sprintf("%s is made from one of %s, and the name does not tell which", next[0].Name, strings.Join(b.OneOf, ", "))})
			}
			for _, id := range families {
				if !seen[id] {
					seen[id] = true
					out = append(out, Derivation{Model: m.all[m.at[id]], Base: b, From: next[0].ID})
					next = append(next, m.all[m.at[id]])
				}
			}
		}
	}
	return out
}

// About reports whether the clause is about the weights of that name.
func (t *Term) About(name string) bool {
	if t.Match == "" {
		return true
	}
	re, err := expression(t.Match)
	return err == nil && re.MatchString(modelName(name))
}
