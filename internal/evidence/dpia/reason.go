package dpia

import (
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// reason is why the assessment is made (art. 35(1) to (5)), and who makes it.
func (s *assessment) reason() {
	s.Head(2, "reason", nil)
	s.due()
	s.Paragraph(s.Regulated(s.system))
	s.Paragraph(s.Ask("dpia-reason", s.system))
	s.Paragraph(s.Ask("dpia-criteria", s.system))
	var rows [][]evidence.Cell
	for _, role := range []string{"author", "evaluator", "validator"} {
		rows = append(rows, []evidence.Cell{{s.Fixed("by." + role)}, {s.Ask("dpia-"+role, s.system)}})
	}
	s.Table("by.table", []string{"part.role", "part.who"}, []int{3, 7}, rows)
	s.ShownTable(s.system, s.documents()...)
}

// documents are those that the assessment rests on: of a high-risk system also what its
// provider tells of it (AI Act art. 26(9)).
func (s *assessment) documents() []string {
	switch s.Case.Perimeter.Spec.Systems[s.system].AIAct {
	case "high-risk", "annex-i":
		return []string{"dpia", "instructions"}
	}
	return []string{"dpia"}
}

// due says what speaks for and against the duty to make the assessment. Whether there is
// one, people judge.
func (s *assessment) due() {
	if s.Case.Perimeter.Spec.Systems[s.system].Role == "processor" {
		s.Paragraph(s.Say("reason.processor", evidence.Values{"system": s.system}, s.Case.Key("spec.systems."+s.system+".role")))
	}
	if said := s.classed(); len(said) > 0 {
		s.Paragraph(said...)
	}
}

// classed tells which classes make a high risk likely by what they are, and where no class
// is personal, or none is known, that.
func (s *assessment) classed() []evidence.Sentence {
	var special []evidence.Sentence
	var plain []graph.ClassID
	var at []evidence.Source
	classes := s.Case.Classes(s.system)
	for _, u := range classes {
		c := s.Case.Perimeter.Spec.Data[u.ID]
		key := s.Case.Key("spec.data." + string(u.ID))
		switch c.GDPR {
		case "special", "criminal":
			v := evidence.Values{"class": string(u.ID), "kind": evidence.WordOf(s.Builder, "gdpr", c.GDPR)}
			special = append(special, s.Say("reason.special", v, append([]evidence.Source{key}, u.Sources...)...))
		case "none":
			plain, at = append(plain, u.ID), append(at, key)
		}
	}
	switch {
	case len(classes) == 0:
		return evidence.One(s.Say("reason.unclassed", evidence.Values{"system": s.system}, evidence.In("inventory")))
	case len(plain) == len(classes):
		return evidence.One(s.Say("reason.impersonal", evidence.Values{"system": s.system, "classes": graph.Listed(plain)}, at...))
	}
	return special
}
