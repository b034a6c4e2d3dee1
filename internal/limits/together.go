package limits

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// and intersects two sets.
func (s Set) and(o Set) Set {
	out := Set{Countries: map[graph.Country]bool{}}
	for c := range s.Countries {
		if o.Countries[c] {
			out.Countries[c] = true
		}
	}
	// The narrower of two sets says all when it lies inside the other one.
	switch {
	case len(out.Countries) == len(s.Countries):
		out.Names = s.Names
	case len(out.Countries) == len(o.Countries):
		out.Names = o.Names
	default:
		out.Names = []string{s.String() + " and " + o.String()}
	}
	return out
}

// together intersects the limits of several classes.
func (b *Book) together(classes []graph.ClassID) *Limits {
	first := b.class[classes[0]]
	out := *first
	out.Classes = slices.Clone(classes)
	out.Operators = slices.Clone(out.Operators)
	out.Makers = slices.Clone(out.Makers)
	for _, id := range classes[1:] {
		l := b.class[id]
		if perimeter.Rank("Class.gdpr", l.GDPR) > perimeter.Rank("Class.gdpr", out.GDPR) {
			out.GDPR = l.GDPR
		}
		if perimeter.Rank("Class.confidentiality", l.Confidentiality) > perimeter.Rank("Class.confidentiality", out.Confidentiality) {
			out.Confidentiality = l.Confidentiality
		}
		out.Places = out.Places.and(l.Places)
		out.Operators = append(out.Operators, l.Operators[1:]...) // the first is the perimeter's, the same for all
		out.Tolerate = toleratedByBoth(out.Tolerate, l.Tolerate)
		if l.Support != nil {
			own := *l.Support
			if out.Support != nil {
				own = out.Support.and(own)
			}
			out.Support = &own
		}
		out.Makers = append(out.Makers, l.Makers...)
		out.Keys = bothKeys(out.Keys, l.Keys)
		if l.RetentionDays > 0 && (out.RetentionDays == 0 || l.RetentionDays < out.RetentionDays) {
			out.RetentionDays = l.RetentionDays
		}
		out.InUse = out.InUse || l.InUse
		out.Block = out.Block || l.Block
	}
	return &out
}

// toleratedByBoth keeps the tolerances that hold for both sides.
func toleratedByBoth(a, b []Tolerance) []Tolerance {
	var out []Tolerance
	for _, t := range a {
		for _, u := range b {
			if t.Operator == u.Operator && slices.Equal(t.Holder.Names, u.Holder.Names) {
				t.ClearText = t.ClearText && u.ClearText
				out = append(out, t)
				break
			}
		}
	}
	return out
}

func bothKeys(a, b *Keys) *Keys {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &Keys{
		Holder:    append(slices.Clone(a.Holder), b.Holder...),
		MinGrade:  max(a.MinGrade, b.MinGrade),
		ClearText: append(slices.Clone(a.ClearText), b.ClearText...),
	}
}
