package finding

import (
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
	before, after := OpenIn(old), OpenIn(cur)
	for i := range cur.Findings {
		switch f := &cur.Findings[i]; {
		case f.harm() == 0:
		case before.Has(f):
			d.Same++
		default:
			d.New = append(d.New, *f)
		}
	}
	for i := range old.Findings {
		if f := &old.Findings[i]; f.harm() > 0 && after[f.Fingerprint] == 0 {
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

// Open is what fails or is undecided in a result: how bad it is, by fingerprint.
type Open map[string]int

// OpenIn collects what is open in a result.
func OpenIn(r *Result) Open {
	out := Open{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if h := f.harm(); h > 0 {
			out[f.Fingerprint] = max(out[f.Fingerprint], h)
		}
	}
	return out
}

// Has reports whether the finding was open already and is no worse than it
// was: what was undecided and fails now is new, and so is an undecided finding
// that did not block the verdict and does now.
func (o Open) Has(f *Finding) bool {
	was := o[f.Fingerprint]
	return was > 0 && was >= f.harm()
}

// harm orders open findings; 0 is one that is not open.
func (f *Finding) harm() int {
	switch {
	case f.Status == Fail:
		return 3
	case f.Status == Undecided && f.Blocks:
		return 2
	case f.Status == Undecided:
		return 1
	}
	return 0
}

// Verdict is that of what is new, by the same gate as the verdict of a check.
func (d *Difference) Verdict() Verdict {
	v := VerdictPass
	if len(d.Problems) > 0 {
		v = VerdictUndecided
	}
	for i := range d.New {
		switch f := &d.New[i]; {
		case f.Violates:
			return VerdictViolation
		case f.Status == Undecided && f.Blocks:
			v = VerdictUndecided
		}
	}
	return v
}
