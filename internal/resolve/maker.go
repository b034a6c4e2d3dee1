package resolve

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// maker says whose component or weights the asset runs; nil when its type
// names none. Where it names several models, the first one's maker has the
// others with it.
func (n *node) maker() *graph.Maker {
	if len(n.typ.Model) == 0 {
		return nil
	}
	vs, found := n.values(n.typ.Model)
	if !found {
		return nil
	}
	m := n.makerOf(&vs[0])
	for i := range vs[1:] {
		other := n.makerOf(&vs[1+i])
		if other.Family == m.Family && other.Component == m.Component && other.Unknown == m.Unknown {
			continue // the same model again
		}
		m.Others = append(m.Others, *other)
		m.Because = append(m.Because, other.Because...)
	}
	return m
}

// makerOf answers for one model that is named.
func (n *node) makerOf(v *value) *graph.Maker {
	if v.unknown != "" {
		return &graph.Maker{Component: shown(v.text), Origin: v.origin, Confidence: graph.NotKnown, Unknown: "which model it runs cannot be known: " + v.unknown}
	}
	m := n.g.r.makerOf(v.text, v.origin)
	if m.Unknown == "" {
		m.Because = append([]string{written(v)}, m.Because...)
	}
	return m
}

// makerOf answers for a model by its name, as it was written at a line.
func (r *Resolver) makerOf(name string, at graph.Origin) *graph.Maker {
	m := &graph.Maker{Component: shown(name), Origin: at, Confidence: graph.NotKnown}
	rec, ok := r.kb.Model(name)
	if !ok {
		m.Unknown = fmt.Sprintf("the knowledge base does not know the model %q", shown(name))
		return m
	}
	r.made(m, &rec, name)
	return m
}

// made fills in who made a model that has a record, and what it is made from.
func (r *Resolver) made(m *graph.Maker, rec *kb.Model, name string) {
	m.Family, m.Entity, m.Country, m.Confidence = rec.ID, rec.Developer, rec.Country, rec.Standing(r.at)
	m.Because = append(m.Because, fmt.Sprintf("%s is made by %s, %s%s", rec.Name, rec.Developer, rec.Country, cite(rec.Fact)))
	m.Licence = r.licence(rec)
	m.Terms = r.terms(m.Terms, rec, name)
	standing := func(f kb.Fact) graph.Confidence { return f.Standing(r.at) }
	for _, d := range r.kb.Lineage(*rec, name) {
		a := graph.Ancestor{Confidence: d.Confidence(standing), Unknown: d.Unknown}
		if d.Unknown == "" {
			a.Family, a.Entity, a.Country, a.Licence = d.Model.ID, d.Model.Developer, d.Model.Country, r.licence(&d.Model)
			m.Terms = r.terms(m.Terms, &d.Model, name)
			m.Because = append(m.Because, fmt.Sprintf("%s is made from %s by %s, %s%s", d.From, d.Model.ID, d.Model.Developer, d.Model.Country, cite(d.Base.Fact)))
		}
		m.Lineage = append(m.Lineage, a)
	}
}
