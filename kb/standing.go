package kb

import (
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Standing returns what the fact counts for at a date: nothing above claimed
// without a source and the words read there, and one grade less once its
// review is due. A stale claim stays a claim: it could never make a check pass.
func (f Fact) Standing(at time.Time) graph.Confidence {
	c := f.Confidence
	switch {
	case c == "":
		c = graph.NotKnown
	case f.Source == "" || f.Quote == "":
		c = graph.Weakest(c, graph.Claimed)
	}
	if due, err := time.Parse(time.DateOnly, f.ReviewBy); err == nil && !at.Before(due.AddDate(0, 0, 1)) {
		return lower(c)
	}
	return c
}

// lower is the next grade down.
func lower(c graph.Confidence) graph.Confidence {
	switch c {
	case graph.Authoritative:
		return graph.Documented
	case graph.Documented:
		return graph.Inferred
	case graph.Inferred:
		return graph.Claimed
	}
	return c
}

// within reports whether at lies between two dates, YYYY-MM-DD, where "" is
// open; the last day belongs to the span.
func within(at time.Time, from, until string) bool {
	day := at.UTC().Format(time.DateOnly)
	return (from == "" || from <= day) && (until == "" || day <= until)
}

// InForce reports whether a requirement applies on a day, YYYY-MM-DD, to a system of a
// kind: the ai_act value of the perimeter's system, "" where there is none.
func (r *Requirement) InForce(day, aiAct string) bool {
	from := r.From
	if d, ok := r.Dates[aiAct]; ok {
		from = d
	}
	switch {
	case r.Status == "proposed" || r.Status == "lapsed":
		return false
	case r.Status == "deferred" && from == "":
		return false
	case from != "" && from > day:
		return false
	case r.Until != "" && r.Until < day:
		return false
	}
	return true
}
