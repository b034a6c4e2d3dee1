package kb

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// add enters what a dialect speaks of.
func (x *indexDoc) add(id graph.ProviderID, language string, d *Dialect) {
	l := x.Languages[language]
	if l == nil {
		l = &languageIndex{Sources: map[string][]graph.ProviderID{}, Heads: map[string][]graph.ProviderID{}}
		x.Languages[language] = l
	}
	enter := func(m map[string][]graph.ProviderID, key string) {
		if !slices.Contains(m[key], id) {
			m[key] = append(m[key], id)
		}
	}
	if len(d.Like) > 0 {
		l.Like = append(l.Like, id)
	}
	for _, s := range d.Sources {
		enter(l.Sources, s)
	}
	for t := range d.Types {
		enter(l.Heads, headOf(t))
	}
	for _, t := range d.Inert {
		enter(l.Heads, headOf(t))
	}
}

func (x *indexDoc) sort() {
	for _, l := range x.Languages {
		slices.Sort(l.Like)
		for _, m := range []map[string][]graph.ProviderID{l.Sources, l.Heads} {
			for k := range m {
				slices.Sort(m[k])
			}
		}
	}
}
