// Package annexiv writes the technical documentation of a high-risk AI system: the
// nine points of Annex IV of the AI Act (Regulation (EU) 2024/1689) in their order,
// with what files, traffic and documents show, and questions for the rest.
package annexiv

import (
	"embed"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the documentation is made.
var Document = evidence.Kind{Name: "annex-iv", Messages: messages, Write: write, BySystem: true}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"), b.Fixed("about.provider"))
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		s := &system{b, name}
		b.Head(1, "system", evidence.Values{"system": name})
		if !s.scope() {
			continue
		}
		s.Empty(name)
		s.general()
		s.elements()
		s.control()
		s.metrics()
		s.risks()
		s.changes()
		s.standards()
		s.declaration()
		s.postMarket()
		s.further()
	}
	unbound(b)
	return nil
}

// A system is one whose documentation is in the making.
type system struct {
	*evidence.Builder
	name string
}

// documented are the kinds of systems of which the documentation is asked (art. 11
// with art. 6).
var documented = map[string]bool{"high-risk": true, "annex-i": true}

// scope says whether the documentation is asked of the system, from when, and why;
// where nobody has said what it is, that is the question, and nothing is taken for it.
func (s *system) scope() bool {
	kind := s.Case.Perimeter.Spec.Systems[s.name].AIAct
	if kind == "" {
		s.Paragraph(s.Given("scope.is", "ai-act", s.name, "", nil), s.Fixed("scope.open"))
		return false
	}
	at := s.Case.Key("spec.systems." + s.name + ".ai_act")
	v := evidence.Values{"system": s.name, "kind": evidence.WordOf(s.Builder, "ai_act", kind)}
	is := s.Given("scope.is", "ai-act", s.name, kind, v)
	if !documented[kind] {
		not := []evidence.Sentence{is, s.Say("scope.not", evidence.Values{"system": s.name}, at)}
		if kind == "gpai" {
			not = append(not, s.Say("scope.gpai", nil, at))
		}
		s.Paragraph(not...)
		return false
	}
	sentences := []evidence.Sentence{is}
	if q, ok := s.Case.KB.Requirement("AIA_ART_11"); ok {
		day := q.From
		if d := q.Dates[kind]; d != "" {
			day = d
		}
		key := "scope.from"
		if day <= s.Case.Result.At {
			key = "scope.since"
		}
		if day != "" {
			sentences = append(sentences, s.Say(key, evidence.Values{"clause": s.Cite(&q), "day": s.Day(day)}, evidence.Clause(&q)), s.Fixed("scope.legacy"))
		}
	}
	if kind == "annex-i" {
		sentences = append(sentences, s.Say("scope.single", nil, at))
	}
	s.Paragraph(sentences...)
	return true
}

// unbound counts what nothing gives to a system: documentation that leaves it out
// would look complete.
func unbound(b *evidence.Builder) {
	assets, software := len(b.Case.Assets(evidence.Unbound)), len(b.Case.Software(evidence.Unbound))
	if assets+software == 0 {
		return
	}
	b.Head(1, "unbound", nil)
	var said []evidence.Sentence
	if assets > 0 {
		said = append(said, b.Say("unbound.assets", evidence.Values{"n": assets}, evidence.In("inventory")))
	}
	if software > 0 {
		said = append(said, b.Say("unbound.packages", evidence.Values{"n": software}, evidence.In("packages")))
	}
	b.Paragraph(append(said, b.Fixed("unbound.about"), b.Ask("unbound", ""))...)
}
