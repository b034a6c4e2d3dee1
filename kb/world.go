package kb

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// world is countries, blocs, adequacy and laws, by what they are asked for.
type world struct {
	doc       *worldDoc
	countries map[graph.Country]*Country
	parts     map[graph.Country][]graph.Country // FR → GP, MQ …
	blocs     map[string]*Bloc
	names     []string // of countries and blocs, for suggestions
}

func (k *KB) getWorld() *world {
	return k.world.get(func() *world {
		w := &world{doc: decode[worldDoc](k, "world.json")}
		w.countries = map[graph.Country]*Country{}
		w.parts = map[graph.Country][]graph.Country{}
		w.blocs = map[string]*Bloc{}
		for i := range w.doc.Countries {
			c := &w.doc.Countries[i]
			cite(w.doc.Sources, c.facts)
			w.countries[c.Code] = c
			if c.PartOf != "" {
				w.parts[c.PartOf] = append(w.parts[c.PartOf], c.Code)
			}
			w.names = append(w.names, string(c.Code))
		}
		for i := range w.doc.Blocs {
			b := &w.doc.Blocs[i]
			cite(w.doc.Sources, b.facts)
			w.blocs[b.ID] = b
			w.names = append(w.names, b.ID)
		}
		for i := range w.doc.Adequacy {
			cite(w.doc.Sources, w.doc.Adequacy[i].facts)
		}
		for i := range w.doc.Laws {
			cite(w.doc.Sources, w.doc.Laws[i].facts)
		}
		return w
	})
}

// Country returns the record of an ISO code.
func (k *KB) Country(c graph.Country) (Country, bool) {
	if r, ok := k.getWorld().countries[c]; ok {
		return *r, true
	}
	return Country{}, false
}

// Blocs returns all blocs, sorted by id.
func (k *KB) Blocs() []Bloc { return k.getWorld().doc.Blocs }

// Expand returns the countries that a country or bloc name stands for at a
// date, sorted. Territories that are part of a country for EU law come with
// it: FR brings GP, and so does EU. An unknown name is an error that proposes
// the nearest one.
func (k *KB) Expand(name string, at time.Time) ([]graph.Country, error) {
	w := k.getWorld()
	set := map[graph.Country]bool{}
	add := func(c graph.Country) {
		set[c] = true
		for _, p := range w.parts[c] {
			set[p] = true
		}
	}
	if b, ok := w.blocs[name]; ok {
		for _, c := range b.Members {
			add(c)
		}
		if b.Derived == "adequacy" {
			for _, a := range w.doc.Adequacy {
				if a.Country != "" && !a.Partial && within(at, a.From, a.Until) {
					add(a.Country)
				}
			}
		}
	} else if _, ok := w.countries[graph.Country(name)]; ok {
		add(graph.Country(name))
	} else {
		return nil, fmt.Errorf("%q is neither a country (ISO 3166-1 alpha-2) nor a bloc of the knowledge base%s", name, didYouMean(name, w.names))
	}
	return slices.Sorted(maps.Keys(set)), nil
}

// Adequate returns the decision under GDPR art. 45 that is in force for a
// country at a date. Look at Partial: then it covers some recipients only.
func (k *KB) Adequate(c graph.Country, at time.Time) (Adequacy, bool) {
	for _, a := range k.getWorld().doc.Adequacy {
		if c != "" && a.Country == c && within(at, a.From, a.Until) {
			return a, true
		}
	}
	return Adequacy{}, false
}

// Decisions returns all adequacy decisions, as adequacy.yaml lists them.
func (k *KB) Decisions() []Adequacy { return k.getWorld().doc.Adequacy }

// Laws returns all foreign access laws, sorted by id.
func (k *KB) Laws() []Law { return k.getWorld().doc.Laws }

// LawsOf returns the access laws of the given countries that are in force at a
// date, sorted by id.
func (k *KB) LawsOf(countries []graph.Country, at time.Time) []Law {
	var laws []Law
	for _, l := range k.getWorld().doc.Laws {
		if slices.Contains(countries, l.Country) && within(at, l.From, l.Until) {
			laws = append(laws, l)
		}
	}
	return laws
}
