package finding

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Difference is what changed between two results, by fingerprint. Only
// fails and undecided findings are compared.
type Difference struct {
	New  []Finding `json:"new"`
	Gone []Finding `json:"gone"`
	Same int       `json:"same"`
	// Problems are what could be read before and cannot be now.
	Problems []graph.Problem `json:"problems,omitempty"`
	// From and To are the verdicts of the two results.
	From Verdict `json:"from"`
	To   Verdict `json:"to"`
}

// Compare compares an old result with a new one.
func Compare(old, cur *Result) *Difference {
	d := &Difference{New: []Finding{}, Gone: []Finding{}, From: old.Verdict, To: cur.Verdict}
	before, after := open(old), open(cur)
	for i := range cur.Findings {
		switch f := &cur.Findings[i]; {
		case !after[f.Fingerprint]:
		case before[f.Fingerprint]:
			d.Same++
		default:
			d.New = append(d.New, *f)
		}
	}
	for i := range old.Findings {
		if f := &old.Findings[i]; before[f.Fingerprint] && !after[f.Fingerprint] {
			d.Gone = append(d.Gone, *f)
		}
	}
	for _, p := range cur.Problems {
		if !slices.ContainsFunc(old.Problems, func(o graph.Problem) bool { return o.Origin.File == p.Origin.File && o.Message == p.Message }) {
			d.Problems = append(d.Problems, p)
		}
	}
	return d
}

// open are the fingerprints of what fails or is undecided.
func open(r *Result) map[string]bool {
	out := map[string]bool{}
	for i := range r.Findings {
		if s := r.Findings[i].Status; s == Fail || s == Undecided {
			out[r.Findings[i].Fingerprint] = true
		}
	}
	return out
}

// Verdict is that of what is new.
func (d *Difference) Verdict() Verdict {
	v := VerdictPass
	if len(d.Problems) > 0 {
		v = VerdictUndecided
	}
	for i := range d.New {
		switch f := &d.New[i]; {
		case f.Status == Fail:
			return VerdictViolation
		case f.Blocks:
			v = VerdictUndecided
		}
	}
	return v
}

// Encode writes the difference as JSON.
func (d *Difference) Encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(d)
}
