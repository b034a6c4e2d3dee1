package chart

import (
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// For is what a map needs to know of a perimeter and of the world on a day: what is
// allowed and what things are called.
func For(k *kb.KB, p *perimeter.Perimeter, at time.Time) (Options, error) {
	book, err := limits.New(k, p, at)
	if err != nil {
		return Options{}, err
	}
	asked, err := book.Perimeter()
	if err != nil {
		return Options{}, err
	}
	return Options{
		By:     ByCountry,
		Allows: asked.Places.Has,
		Runs: func(op *graph.Operator) diagram.Standing {
			switch answer, _ := asked.Operator(op); answer {
			case limits.Outside:
				return diagram.Outside
			case limits.Inside:
				return diagram.Inside
			}
			return diagram.Open
		},
		Country: func(c graph.Country) string {
			if r, ok := k.Country(c); ok {
				return r.Name
			}
			return string(c)
		},
		Bloc: func(cs []graph.Country) string { return smallest(k, cs, at) },
	}, nil
}

// Stands says how places stand to the perimeter: outside where one of them is, not
// known where none is.
func (o *Options) Stands(places []graph.Place) diagram.Standing {
	c := chart{o: *o}
	out := diagram.Open
	for i := range places {
		if len(places[i].Countries) == 0 || places[i].Role == graph.Metadata {
			continue
		}
		if out = c.countries(places[i].Countries).Standing; out == diagram.Outside {
			break
		}
	}
	return out
}

// smallest is the smallest bloc that holds all countries, "" where none does.
func smallest(k *kb.KB, cs []graph.Country, at time.Time) string {
	best, size := "", 0
	for _, b := range k.Blocs() {
		members, err := k.Expand(b.ID, at)
		if err != nil || slices.ContainsFunc(cs, func(c graph.Country) bool { return !slices.Contains(members, c) }) {
			continue
		}
		if best == "" || len(members) < size {
			best, size = b.ID, len(members)
		}
	}
	return best
}
