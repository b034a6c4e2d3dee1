package oscal

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
	"github.com/bailiwick-dev/bailiwick/kb"
)

type (
	section struct {
		ID       string    `json:"id"`
		Title    string    `json:"title"`
		Controls []control `json:"controls"`
	}
	control struct {
		ID    string     `json:"id"`
		Class string     `json:"class,omitempty"`
		Title string     `json:"title"`
		Props []property `json:"props,omitempty"`
		Parts []part     `json:"parts,omitempty"`
	}
	part struct {
		ID    string `json:"id,omitempty"`
		Name  string `json:"name"`
		Prose string `json:"prose,omitempty"`
	}
)

// catalog is what control-id and target-id of the other documents name: the clauses
// that findings rest on, and what the team decided beyond them.
func (w *writer) catalog(e *lines.Writer) error {
	w.head(e, "catalog", "catalog")
	var sections []*section
	at := map[string]*section{}
	for _, g := range w.Case.Goals(w.Case.Every()) {
		id, title, c := "other", "other", w.bare(g)
		switch {
		case g.Clause != nil:
			id, title, c = g.Clause.Instrument, g.Clause.Instrument, w.clause(g.Clause)
		case g.Rule != "":
			id, title, c = "perimeter", w.Case.Perimeter.Metadata.Name, w.decision(g)
		}
		if at[id] == nil {
			at[id] = &section{ID: token(id), Title: plain(title)}
			sections = append(sections, at[id])
		}
		at[id].Controls = append(at[id].Controls, c)
	}
	e.Some("groups", func() {
		for _, s := range sections {
			e.Value("", s)
		}
	})
	e.Value("back-matter", backMatter{[]resource{w.perimeter()}})
	return nil
}

// clause is the control of a requirement.
func (w *writer) clause(q *kb.Requirement) control {
	id := string(q.ID)
	c := control{
		ID: token(id), Class: token(q.Instrument), Title: plain(q.Title),
		Props: append([]property{{Name: "label", Value: line(w.Cite(q))}}, props("citation", q.Citation, "law-status", q.Status, "in-force-from", q.From, "in-force-until", q.Until, "addressee", q.Addressee, "origin", "kb "+id, "confidence", string(q.Confidence))...),
		Parts: []part{{token(id) + "_smt", "statement", plain(q.Obligation)}, {objectiveOf(id), "assessment-objective", plain(cmp.Or(q.Shows, q.Obligation))}},
	}
	if s := q.Cited; s != nil {
		c.Props = append(c.Props, props("source", s.Address)...)
	}
	return c
}

// decision is the control of what the team decided.
func (w *writer) decision(g *evidence.Goal) control {
	at := w.Case.Key("spec")
	title := plain(w.called(g))
	return control{
		ID: token(g.ID), Class: "perimeter", Title: title, Props: append([]property{{Name: "label", Value: string(g.Rule)}}, props("rule", string(g.Rule), "origin", at.At)...),
		Parts: []part{{token(g.ID) + "_smt", "statement", w.say("decided", evidence.Values{"title": title}, at)}, {objectiveOf(g.ID), "assessment-objective", title}},
	}
}

// bare is the control of a requirement that a rule of the user's own names and the
// knowledge base does not have.
func (w *writer) bare(g *evidence.Goal) control {
	return control{ID: token(g.ID), Title: plain(g.Title), Props: origins(g.Origins()), Parts: []part{{objectiveOf(g.ID), "assessment-objective", plain(g.Title)}}}
}
