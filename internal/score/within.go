package score

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Coordinate is one of those that a finding carries.
type Coordinate string

// The coordinates that a criterion can ask for.
const (
	Place    Coordinate = "place"    // where the finding says that it is
	Operator Coordinate = "operator" // the seat of who runs it, and of all who control that
	Maker    Coordinate = "maker"    // the country of whose weights it runs, and of what they derive from
	Support  Coordinate = "support"  // from where it is administered
	Custody  Coordinate = "custody"  // who can use the key: not the operator
)

// Coordinates are the known ones.
func Coordinates() []Coordinate { return []Coordinate{Place, Operator, Maker, Support, Custody} }

// within is what a pass is worth by the coordinates that a criterion asks for: a
// rule holds them against the perimeter, which may allow more than the framework.
func (x *examiner) within(f *finding.Finding, c *Criterion) Status {
	status, carried := Evidenced, len(c.Of) == 0
	for _, o := range c.Of {
		if s, ok := x.where(f, o); ok {
			status, carried = worse(status, s), true
		}
	}
	if !carried && !x.confined {
		return Unknown // it is inside of the perimeter, and nothing says that this is inside of the framework's
	}
	return status
}

// where is what it is worth where a finding says that something is, and false where it
// says nothing of that.
func (x *examiner) where(f *finding.Finding, o Coordinate) (status Status, said bool) {
	status = Evidenced
	switch o {
	case Place:
		for i := range f.Places {
			p := &f.Places[i]
			status = worse(status, x.countries(p.Countries, p.Confidence, p.Unknown))
			if len(p.Perhaps) > 0 {
				status = worse(status, x.countries(p.Perhaps, graph.Claimed, ""))
			}
		}
		return status, len(f.Places) > 0
	case Operator:
		if f.Operator == nil {
			return status, false
		}
		at := []graph.Country{f.Operator.Seat}
		for _, k := range f.Operator.Control {
			at = append(at, k.Country)
		}
		return x.countries(at, f.Operator.Confidence, f.Operator.Unknown), true
	case Maker:
		if f.Maker == nil {
			return status, false
		}
		return x.made(f.Maker), true
	case Support:
		if f.Support == nil {
			return status, false
		}
		return x.countries(f.Support.Countries, f.Support.Confidence, f.Support.Unknown), true
	case Custody:
		if f.Custody == nil {
			return status, false
		}
		return held(f.Custody), true
	}
	return status, false
}

// made is what it is worth who made weights, what they derive from, and the further
// models that are named with them.
func (x *examiner) made(m *graph.Maker) Status {
	status := x.countries([]graph.Country{m.Country}, m.Confidence, m.Unknown)
	for _, a := range m.Lineage {
		status = worse(status, x.countries([]graph.Country{a.Country}, a.Confidence, a.Unknown))
	}
	for i := range m.Others {
		status = worse(status, x.made(&m.Others[i]))
	}
	return status
}

// countries is what it is worth that something is in all of them. What is only claimed
// to be outside is no fact that speaks against anything, and claims nothing either.
func (x *examiner) countries(cs []graph.Country, how graph.Confidence, unknown string) Status {
	outside := slices.ContainsFunc(cs, func(c graph.Country) bool { return c != "" && !slices.Contains(x.inside, c) })
	switch {
	case outside && how.Firm():
		return Lacking
	case outside, len(cs) == 0, slices.Contains(cs, ""), how == graph.NotKnown, unknown != "":
		return Unknown
	case !how.Firm():
		return Claimed
	}
	return Evidenced
}

// held is what it is worth who holds a key.
func held(k *graph.Custody) Status {
	switch {
	case k.Holder == graph.HolderProvider && k.Confidence.Firm():
		return Lacking
	case k.Unknown != "" || k.Holder != graph.HolderCustomer && k.Holder != graph.HolderExternal:
		return Unknown
	case k.Confidence.Firm():
		return Evidenced
	}
	return Claimed
}
