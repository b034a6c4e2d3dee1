package resolve

import (
	"maps"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// budgets adds up what was seen of the traffic that each budget is about. Without
// any traffic nothing is said: where nothing was looked at, nothing is within it.
func (r *Resolver) budgets(flows []Asset) []Asset {
	if !slices.ContainsFunc(flows, func(a Asset) bool { return a.Edge != nil && a.Edge.Traffic != nil }) {
		return nil
	}
	var out []Asset
	for _, name := range slices.Sorted(maps.Keys(r.p.Spec.Budgets)) {
		b := r.p.Spec.Budgets[name]
		a := r.party(graph.Budget, name, b.Origin)
		if a.Classes = b.Data; len(a.Classes) == 0 {
			a.Classes = r.book.Classes()
		}
		a.Classes = slices.Sorted(slices.Values(a.Classes))
		a.Papers.Volume = r.volume(&a, &b, flows)
		out = append(out, a)
	}
	return out
}

func (r *Resolver) volume(a *Asset, b *perimeter.Budget, flows []Asset) *graph.Volume {
	v := &graph.Volume{Words: b.Limit + " per " + b.Per, Days: -1}
	v.Limit, _ = perimeter.ParseBytes(b.Limit) // both were checked when the file was read
	v.Per, _ = perimeter.ParseRetention(b.Per)
	counts := r.destinations(b)
	var first, last time.Time
	timeless := false
	for i := range flows {
		f := &flows[i]
		if f.Edge == nil || f.Edge.Within || f.Edge.Traffic == nil || f.Edge.Traffic.Count <= f.Edge.Traffic.Blocked {
			continue
		}
		about := min(sentBy(b, f), carried(b, f), abroad(counts, f))
		if about == no {
			continue
		}
		t := f.Edge.Traffic
		v.Incomplete = v.Incomplete || t.Incomplete != ""
		switch {
		case !t.HasBytes:
			v.Unmeasured++
		case about == yes:
			v.Sent += t.Sent
		default:
			v.Perhaps += t.Sent
		}
		if t.First.IsZero() || t.Last.IsZero() {
			timeless = true
			continue
		}
		if first.IsZero() || t.First.Before(first) {
			first = t.First
		}
		if t.Last.After(last) {
			last = t.Last
		}
		a.Papers.Because = append(a.Papers.Because, f.Origin.File+" shows "+string(f.Address))
	}
	if !first.IsZero() && !timeless {
		v.Days, v.From, v.To = last.Sub(first).Hours()/24, first.Format(time.DateOnly), last.Format(time.DateOnly)
	}
	return v
}

// sentBy reports whether the sender is the one that a budget is about.
func sentBy(b *perimeter.Budget, f *Asset) truth {
	switch {
	case b.From == "" || sends(f, b.From):
		return yes
	case f.System == "" && !f.Bound:
		return maybe // nobody says to what it belongs
	}
	return no
}

// carried reports whether a flow carries one of the classes of a budget.
func carried(b *perimeter.Budget, f *Asset) truth {
	if len(b.Data) == 0 || slices.ContainsFunc(f.Classes, func(c graph.ClassID) bool { return slices.Contains(b.Data, c) }) {
		return yes
	}
	return no
}

// destinations tells which countries a budget is about: those that it names, else
// all outside of the perimeter.
func (r *Resolver) destinations(b *perimeter.Budget) func(graph.Country) truth {
	to := map[graph.Country]bool{}
	for _, name := range b.To {
		cs, _ := r.kb.Expand(name, r.at) // names are checked before
		for _, c := range cs {
			to[c] = true
		}
	}
	inside, err := r.book.Perimeter()
	return func(c graph.Country) truth {
		switch {
		case c == graph.Anywhere, err != nil: // names are checked before
			return maybe
		case len(to) > 0 && to[c], len(to) == 0 && !inside.Places.Has(c):
			return yes
		}
		return no
	}
}

// abroad reports whether a flow leads to countries that count.
func abroad(counts func(graph.Country) truth, f *Asset) truth {
	found, seen := no, false
	for i := range f.Places {
		p := &f.Places[i]
		if p.Purpose != "" {
			continue
		}
		seen = true
		if p.Unknown != "" || len(p.Countries) == 0 {
			found = max(found, maybe)
		}
		for _, c := range p.Countries {
			found = max(found, counts(c))
		}
	}
	if !seen {
		return maybe
	}
	return found
}
