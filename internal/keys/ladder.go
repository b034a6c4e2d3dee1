package keys

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Ladder is custody by a key, on the ladder of check KEY-002 (see
// [graph.Grade]), as the statement's evidence shows it:
//
//	a provider's service keeps it: its own key 0, in software 1, in hardware 2, imported 3
//	another entity keeps it, who is known, and it cannot be exported: 4
//	only the customer has it: 5
//
// Where evidence is missing the grade is [graph.GradeUnknown] and Unknown says
// what to do. That hardware keeps a key is believed only when evidence says
// so; without it the key counts as one in software, which is the least that it is.
//
// Whether an operator sees clear text is not a property of a key:
// [graph.Custody.ClearText] is left to who knows.
func Ladder(s Statement) graph.Custody {
	c := graph.Custody{Key: graph.Address(s.Key), Named: true, Entity: s.Entity, Holder: graph.HolderUnknown}
	c.Protection, c.Unknown = s.protection()
	c.Grade = graph.GradeOf(c.Protection)
	if c.Unknown != "" {
		c.Confidence = graph.NotKnown
		return c
	}
	c.Holder, c.Confidence = s.Holder, confidence[s.Grade]
	c.Because = []string{fmt.Sprintf("%s is a key of grade %d (%s): %s", s.Key, c.Grade, c.Protection, s.Grade)}
	return c
}

// confidence is what a pass may rest on: that a server says of itself that it
// is well kept is a claim.
var confidence = map[Assurance]graph.Confidence{
	OperatorAsserted: graph.Claimed, ProviderAsserted: graph.Documented, HSMAttested: graph.Authoritative,
}

// protection is the word of the ladder, or why there is none.
func (s *Statement) protection() (word, unknown string) {
	word = "unknown"
	switch {
	case len(s.Evidence) == 0 || s.Time.IsZero():
		return word, "the backend gave no evidence of how it keeps the key " + s.Key
	case confidence[s.Grade] == "":
		return word, fmt.Sprintf("nothing but a declaration says who can use the key %s: attest the machine that opens it, state who holds it under evidence: in the perimeter, or keep it in a token or service that gives evidence", s.Key)
	case s.Holder == graph.HolderCustomer:
		return "client", ""
	case s.Holder == graph.HolderExternal:
		return s.external()
	case s.Holder != graph.HolderProvider:
		return word, "the evidence does not show who can use the key " + s.Key
	case s.Material == Managed:
		return "provider", ""
	case s.Material == Imported:
		return "imported", ""
	case s.Hardware == Yes && s.Exportable != Yes:
		return "hsm", ""
	}
	return "software", ""
}

func (s *Statement) external() (word, unknown string) {
	switch {
	case s.Exportable == Yes:
		return "unknown", fmt.Sprintf("the key %s can be exported, so who else has it is not known: make one that cannot", s.Key)
	case s.Exportable != No:
		return "unknown", fmt.Sprintf("whether the key %s can be exported is not shown", s.Key)
	case s.Entity == "":
		return "unknown", fmt.Sprintf("who runs what keeps the key %s is not shown: state it under evidence: in the perimeter (fact: operator)", s.Key)
	}
	return "external", ""
}
