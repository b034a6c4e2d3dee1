package evidence

import (
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Past is what a ledger recorded of crossings, also of those that this run did not see.
type Past struct {
	Ledger    string // its origin
	Crossings []*PastCrossing
	Dropped   int // parts of the ledger that are gone after their retention, with what they recorded
}

// A PastCrossing adds up decisions that what a system sends to an operator is not, or not
// for certain, inside the perimeter of their day.
type PastCrossing struct {
	System          string
	Operator        graph.EntityID
	First, Last     time.Time
	FirstAt, LastAt Source // entries of the ledger
	Passed          time.Time
	PassedAt        Source // the first that did not block; none where all did
	Count, Blocked  int
}

// Of is what was recorded of a system and an operator, or nil.
func (p *Past) Of(system string, operator graph.EntityID) *PastCrossing {
	for _, x := range p.Crossings {
		if x.System == system && x.Operator == operator {
			return x
		}
	}
	return nil
}
