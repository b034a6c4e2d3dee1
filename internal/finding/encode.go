package finding

import (
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// Encode writes the result document: a line for each finding and for each
// line of the inventory, so that a large result is written without being held
// twice, and two results can be compared as text.
func (r *Result) Encode(w io.Writer) error {
	e := lines.New(w)
	for _, f := range []struct {
		name string
		v    any
		omit bool
	}{
		{"schema", r.Schema, false}, {"perimeter", r.Perimeter, false}, {"kb", r.KB, false}, {"ruleset", r.Ruleset, false}, {"at", r.At, false},
		{"verdict", r.Verdict, false}, {"new_verdict", r.NewVerdict, r.NewVerdict == ""}, {"why", r.Why, len(r.Why) == 0},
		{"summary", r.Summary, false}, {"rules", r.Rules, false}, {"traffic", r.Traffic, len(r.Traffic) == 0},
		{"problems", r.Problems, len(r.Problems) == 0},
		{"unknown_types", r.Unknown, len(r.Unknown) == 0}, {"loosened", r.Loosened, len(r.Loosened) == 0},
		{"unmatched_bindings", r.Unmatched, len(r.Unmatched) == 0}, {"waivers", r.Waivers, len(r.Waivers) == 0},
		{"implements", r.Implements, len(r.Implements) == 0}, {"inert_types", r.Inert, len(r.Inert) == 0},
	} {
		if !f.omit {
			e.Value(f.name, f.v)
		}
	}
	e.List("findings", func() { each(e, r.Findings) })
	e.Some("inventory", func() { each(e, r.Assets) })
	e.Some("flows", func() { each(e, r.Flows) })
	e.Some("others", func() { each(e, r.Others) })
	return e.Close()
}

// each writes a line for each element.
func each[T any](e *lines.Writer, list []T) {
	for i := range list {
		e.Value("", &list[i])
	}
}
