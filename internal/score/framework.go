// Package score says how far a result shows what a framework asks: which of
// its criteria facts evidence, which are only claimed, and which nobody knows.
// What is not known never counts.
package score

import (
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Framework is a catalogue of criteria. Its texts are ours; who wants those of
// the catalogue follows the requirement.
type Framework struct {
	ID         string `yaml:"id"`
	Instrument string `yaml:"instrument"` // of the knowledge base: what frameworks: of a perimeter names
	Title      Text   `yaml:"title"`
	About      Text   `yaml:"about"` // what it is
	// Reading says what of it is not the catalogue's word but how it was read here, and what
	// an assessor therefore decides; none where nothing is.
	Reading Text `yaml:"reading,omitempty"`
	// Territory is the country or bloc that it means by inside. A perimeter may allow
	// more, so a pass counts only where it was inside of that.
	Territory string   `yaml:"territory,omitempty"`
	Levels    *Ladder  `yaml:"levels,omitempty"`
	Groups    []Group  `yaml:"groups"`
	Sources   []string `yaml:"sources"` // where its structure was read
}

// A Ladder is the levels of a framework, from 0 on.
type Ladder struct {
	Name  string `yaml:"name" json:"name"`   // "SEAL"
	Names []Text `yaml:"names" json:"names"` // of each level, from 0
}

// Top is the highest level.
func (l *Ladder) Top() int { return len(l.Names) - 1 }

// A Group is what is scored together: an objective, an annex, a chapter.
type Group struct {
	ID       string      `yaml:"id"`
	Title    Text        `yaml:"title"`
	Weight   int         `yaml:"weight,omitempty"` // in percent; of no group, or 100 together
	Criteria []Criterion `yaml:"criteria"`
}

// A Criterion is one thing that a framework asks.
type Criterion struct {
	ID          string              `yaml:"id"`
	Title       Text                `yaml:"title"` // what it asks, in our words
	Requirement graph.RequirementID `yaml:"requirement"`
	// Level is the lowest that is out of reach without it; 0 where it bounds none.
	Level int `yaml:"level,omitempty"`
	// Unscored criteria bound a level and have no part in the weighted score.
	Unscored bool `yaml:"unscored,omitempty"`
	// Rules are those whose findings speak about it. Of none, people are asked.
	Rules []graph.RuleID `yaml:"rules,omitempty"`
	// Part says that rules see a part of it only: what passes leaves it open, and
	// documents or answers claim the rest.
	Part bool `yaml:"part,omitempty"`
	// Cited says that a rule may fail for reasons beside the criterion: only
	// what cites the requirement speaks against it, any other fail leaves it open.
	Cited bool `yaml:"cited,omitempty"`
	// Own says that the rules speak about other things too: what does not cite the
	// requirement says nothing about the criterion.
	Own bool `yaml:"own,omitempty"`
	// Of are the coordinates that must be inside of the territory where something
	// passes: a rule says that they are inside of the perimeter.
	Of []Coordinate `yaml:"of,omitempty"`
	// Documents are facts of the perimeter's evidence that claim it where no rule looks.
	Documents []string `yaml:"documents,omitempty"`
}

// A Text is one text in the languages of documents.
type Text struct {
	EN string `yaml:"en" json:"en"`
	DE string `yaml:"de" json:"de"`
	FR string `yaml:"fr" json:"fr"`
}

// In is the text in a language; in one that there is not, English.
func (t Text) In(language string) string {
	switch language {
	case "de":
		return t.DE
	case "fr":
		return t.FR
	}
	return t.EN
}

func (t Text) whole() bool { return t.EN != "" && t.DE != "" && t.FR != "" }
