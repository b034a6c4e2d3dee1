package kb

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Basis is how the country of a region was established.
type Basis string

// The bases, best first.
const (
	TwoSources  Basis = "two-sources" // two documents of different origin say it
	OneSource   Basis = "one-source"
	FromParent  Basis = "from-parent" // a zone, or another spelling, of a region that is listed
	FromCloud   Basis = "from-cloud"  // a region of the cloud that the service runs in, which is listed
	ClaimedOnly Basis = "claimed"     // nobody cited it; no pass may rest on it
	NotKnown    Basis = "unknown"     // the record says that nobody knows
	Anywhere    Basis = "anywhere"    // the place is global by design
)

// Bases lists all of them, best first.
func Bases() []Basis {
	return []Basis{TwoSources, OneSource, FromParent, FromCloud, ClaimedOnly, NotKnown, Anywhere}
}

// Basis tells how the record's country was established. Parent is the record
// that Parent names, or nil. A local zone is never from its parent: that is
// where it leaves the country of its region. Clouds are the records that In
// names, as far as they are known.
func (r *Region) Basis(parent *Region, clouds ...*Region) Basis {
	switch {
	case r.Global:
		return Anywhere
	case len(r.Countries) == 0:
		return NotKnown
	case !r.Cites():
		return ClaimedOnly
	case len(r.In) > 0:
		for _, in := range clouds {
			if b := in.Basis(nil); b != TwoSources && b != Anywhere {
				return b
			}
		}
		return FromCloud
	case r.Second != nil && r.Second.Cites():
		return TwoSources
	case r.Confidence == graph.Inferred && r.Kind != "local-zone" && parent != nil && parent.Parent == "" && slices.Equal(r.Countries, parent.Countries):
		if b := parent.Basis(nil); b != TwoSources {
			return b
		}
		return FromParent
	}
	return OneSource
}

// Cites reports whether the fact is above claimed, with a source and the words
// read there, before any review falls due.
func (f Fact) Cites() bool {
	return f.Confidence.Firm() && f.Source != "" && f.Quote != ""
}
