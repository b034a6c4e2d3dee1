package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A keyDocument is a document of the perimeter about the key.
type keyDocument struct {
	Fact       string   `json:"fact"`
	Value      []string `json:"value"`
	Document   string   `json:"document"`
	ApprovedBy string   `json:"approved_by"`
	Expires    string   `json:"expires"`
	At         string   `json:"at"` // where it stands
	Ignored    string   `json:"ignored,omitempty"`
}

func (k keyDocument) String() string {
	text := fmt.Sprintf("%s: %s is %s, %s, approved by %s until %s", k.At, k.Fact, strings.Join(k.Value, ", "), k.Document, k.ApprovedBy, k.Expires)
	if k.Ignored != "" {
		text += ": does not count: " + k.Ignored
	}
	return text
}

func documentOf(e *perimeter.Evidence, ignored string) keyDocument {
	return keyDocument{e.Fact, e.Value, e.Document, e.ApprovedBy, e.Expires, e.Origin.At(), ignored}
}

// held is who has a key and where it is, while documents are read.
type held struct {
	j          *keyJudge
	out        *described
	holder     *graph.Operator // nil for the customer, and while nobody knows
	place      graph.Place
	who, where *perimeter.Evidence // that say so
}

// shown is what the backend shows.
func (h *held) shown() {
	if p := h.out.Statement.Provider; p != "" {
		h.holder, h.place = h.j.r.KeyService(p, h.out.Statement.Region)
		return
	}
	h.place = nowhere(fmt.Sprintf("where the key is, is not shown: state it under evidence: in the perimeter (about: %s, fact: place)", short(h.out.Address)))
}

func nowhere(why string) graph.Place { return graph.Place{Confidence: graph.NotKnown, Unknown: why} }

// said takes what a document in force says, or tells why it does not count.
// Two that contradict each other leave unknown what they are about.
func (h *held) said(e *perimeter.Evidence) (ignored string) {
	before := &h.who
	if e.Fact == "place" {
		before = &h.where
	}
	switch first := *before; {
	case h.out.Statement.Provider != "":
		return "the service says so itself"
	case first != nil && slices.Equal(first.Value, e.Value):
		return "another document says the same"
	case first != nil:
		h.contradicted(e.Fact, fmt.Sprintf("two documents contradict each other: %s and %s", first.Origin.At(), e.Origin.At()))
		return "it contradicts the one at " + first.Origin.At()
	}
	*before = e
	if e.Fact == "place" {
		h.place = h.j.r.KeyPlace(e)
		return ""
	}
	h.holder = h.j.r.KeyHolder(e)
	h.out.Custody = documented(h.out.Statement, e, h.holder)
	return ""
}

func (h *held) contradicted(fact, why string) {
	if fact == "place" {
		h.place = nowhere(why)
		return
	}
	h.holder = nil
	h.out.Custody = graph.Custody{Key: h.out.Custody.Key, Named: true, Holder: graph.HolderUnknown, Protection: "unknown", Grade: graph.GradeUnknown, Confidence: graph.NotKnown, Unknown: why}
}

// short is an address without how it is reached.
func short(address string) string {
	s, _, _ := strings.Cut(address, "?")
	return s
}

// documented is custody by what the backend shows and a document that says who
// has the key. That it cannot leave who has it is then the word of one whom the
// perimeter is asked about by name.
func documented(s keys.Statement, e *perimeter.Evidence, holder *graph.Operator) graph.Custody {
	own := s.Grade
	s.Grade = max(s.Grade, keys.OperatorAsserted)
	if holder == nil {
		s.Holder = graph.HolderCustomer
	} else {
		s.Holder, s.Entity = graph.HolderExternal, holder.Entity
	}
	c := keys.Ladder(s)
	if c.Unknown == "" {
		c.Confidence = graph.Documented
		c.Because = []string{
			fmt.Sprintf("%s is a key of grade %d (%s)", s.Key, c.Grade, c.Protection),
			fmt.Sprintf("%s: a document, approved by %s, says who has it; how it is kept is %s", e.Origin.At(), e.ApprovedBy, own),
		}
	}
	return c
}
