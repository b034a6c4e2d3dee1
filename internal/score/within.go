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
// What the finding does not carry, the rule did not need.
func (x *examiner) within(f *finding.Finding, c *Criterion) Status {
	status := Evidenced
	for _, o := range c.Of {
		status = worse(status, x.where(f, o))
	}
	return status
}

func (x *examiner) where(f *finding.Finding, o Coordinate) Status {
	status := Evidenced
	switch o {
	case Place:
		for i := range f.Places {
			p := &f.Places[i]
			status = worse(status, x.countries(slices.Concat(p.Countries, p.Perhaps), p.Confidence))
		}
	case Operator:
		if f.Operator == nil {
			break
		}
		status = x.countries([]graph.Country{f.Operator.Seat}, f.Operator.Confidence)
		for _, k := range f.Operator.Control {
			status = worse(status, x.countries([]graph.Country{k.Country}, f.Operator.Confidence))
		}
	case Maker:
		if f.Maker != nil {
			status = x.countries(f.Maker.Countries(), f.Maker.Confidence)
		}
	case Support:
		if f.Support != nil {
			status = x.countries(f.Support.Countries, f.Support.Confidence)
		}
	case Custody:
		if f.Custody != nil {
			status = held(f.Custody)
		}
	}
	return status
}

// countries is what it is worth that something is in all of them.
func (x *examiner) countries(cs []graph.Country, how graph.Confidence) Status {
	switch {
	case slices.ContainsFunc(cs, func(c graph.Country) bool { return c != "" && !slices.Contains(x.inside, c) }):
		return Lacking
	case len(cs) == 0 || slices.Contains(cs, "") || how == graph.NotKnown:
		return Unknown
	case !how.Firm():
		return Claimed
	}
	return Evidenced
}

// held is what it is worth who holds a key.
func held(k *graph.Custody) Status {
	switch k.Holder {
	case graph.HolderProvider:
		return Lacking
	case graph.HolderCustomer, graph.HolderExternal:
		if k.Confidence.Firm() {
			return Evidenced
		}
		return Claimed
	}
	return Unknown
}
