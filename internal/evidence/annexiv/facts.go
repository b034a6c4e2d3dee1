package annexiv

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// few bounds the sources of a sentence that many facts show.
const few = 3

// ask puts questions about the system, a paragraph each.
func (s *system) ask(names ...string) {
	for _, name := range names {
		s.Paragraph(s.Ask(name, s.name))
	}
}

// configured are the assets of the system that fulfil a condition, without those that
// stand for flows.
func (s *system) configured(is func(*finding.Asset) bool) []*finding.Asset {
	return slices.DeleteFunc(s.Case.Inventory(s.name), func(a *finding.Asset) bool { return a.Type == resolve.FlowType || !is(a) })
}

// parts is a table of the configured assets of some kinds: where they are and who runs them.
func (s *system) parts(caption string, kinds ...graph.Kind) {
	some := s.configured(func(a *finding.Asset) bool { return slices.Contains(kinds, a.Kind) })
	s.AssetTable(caption, []string{"part.kind", "t.where", "t.by"}, []int{5, 3, 4, 4}, some, func(a *finding.Asset) []string {
		return []string{evidence.WordOf(s.Builder, "kind", a.Kind), s.Places(a.Places), s.RunBy(a.Operator)}
	})
}

// shown is the documents of a fact, and the question for one where none holds.
func (s *system) shown(fact string) { s.Paragraph(s.Papers(s.name, fact)...) }

// trials is a table of the documents of some facts that the perimeter records; the
// others are left out.
func (s *system) trials(caption string, facts ...string) {
	var rows [][]evidence.Cell
	for _, fact := range facts {
		if told, _ := s.Recorded(s.name, fact); len(told) > 0 {
			rows = append(rows, []evidence.Cell{{s.Fixed("fact." + fact)}, told})
		}
	}
	s.Table(caption, []string{"part.fact", "part.document"}, []int{4, 9}, rows)
}
