package evidence

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// ModelTable is the table of the models of a system: whose they are, from what they
// derive, and what uses them.
func (b *Builder) ModelTable(system string) {
	var rows [][]Cell
	for _, u := range b.Case.Models(system) {
		rows = append(rows, []Cell{
			{b.Name(u.Name, u.Sources...)},
			{b.Made(u)},
			b.Lineage(u),
			{b.Few(u.Used, u.Sources...)},
		})
	}
	b.Table("part.models", []string{"part.model", "part.maker", "part.lineage", "part.used"}, []int{4, 3, 3, 5}, rows)
}

// Made names who made a model, with the country, and says so where it is a claim only.
func (b *Builder) Made(u *ModelUse) Sentence {
	return b.Value(b.MadeBy(u.Entity, u.Country, u.Confidence), slices.Concat(b.records(u.Family, u.Entity), u.Sources)...)
}

// Lineage is what the weights of a model derive from, nearest first. A model may derive
// from several, so they are no chain.
func (b *Builder) Lineage(u *ModelUse) Cell {
	if len(u.Maker.Lineage) == 0 {
		key := "part.no_lineage"
		if u.Family == "" {
			key = "unknown"
		}
		return One(b.Value(b.Word(key), slices.Concat(b.records(u.Family, ""), u.Sources)...))
	}
	var out Cell
	for _, a := range u.Maker.Lineage {
		at := slices.Concat(b.records(cmp.Or(a.Family, u.Family), a.Entity), u.Sources)
		if a.Unknown != "" {
			out = append(out, b.Value(b.Word("unknown"), at...), b.Quote(a.Unknown, at...))
			continue
		}
		name := a.Family
		if m, ok := b.family(a.Family); ok {
			name = m.Name
		}
		out = append(out, b.Say("part.derived", Values{"name": name, "maker": b.MadeBy(a.Entity, a.Country, a.Confidence)}, at...))
	}
	return out
}

// MadeBy names who made something, with the country, and says so where it is a claim only.
func (b *Builder) MadeBy(id graph.EntityID, country graph.Country, known graph.Confidence) string {
	if id == "" {
		return b.Word("unknown")
	}
	v := Values{"maker": string(id)}
	if o, ok := b.Case.KB.Operator(id); ok {
		v["maker"] = o.Name
	}
	key := "part.made"
	if country == "" {
		key = "part.made_somewhere"
	} else {
		v["country"] = b.Country(country)
	}
	if !known.Firm() {
		key += "_claimed"
	}
	return b.text(key, v)
}

// records are the records about a family of models and about who makes it.
func (b *Builder) records(family string, maker graph.EntityID) []Source {
	var out []Source
	if _, ok := b.family(family); ok {
		out = append(out, Source{Kind: Record, At: "model " + family})
	}
	if _, ok := b.Case.KB.Operator(maker); ok {
		out = append(out, Source{Kind: Record, At: "operator " + string(maker)})
	}
	return out
}

// family is the record of a family of models.
func (b *Builder) family(id string) (kb.Model, bool) {
	all := b.Case.KB.Models()
	i, ok := slices.BinarySearchFunc(all, id, func(m kb.Model, id string) int { return cmp.Compare(m.ID, id) })
	if !ok {
		return kb.Model{}, false
	}
	return all[i], true
}
