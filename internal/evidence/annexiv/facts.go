package annexiv

import (
	"fmt"
	"slices"
	"strings"

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

// where is in which countries something stores or processes.
func (s *system) where(places []graph.Place) string {
	var in []graph.Country
	open := len(places) == 0
	for _, p := range places {
		if p.Role == graph.Metadata {
			continue
		}
		open = open || len(p.Countries) == 0
		for _, c := range p.Countries {
			if !slices.Contains(in, c) {
				in = append(in, c)
			}
		}
	}
	slices.Sort(in)
	switch {
	case len(in) == 0:
		return s.Word("unknown")
	case open:
		return s.And([]string{s.Countries(in), s.Word("elsewhere")})
	}
	return s.Countries(in)
}

// runBy names who runs something, and its seat.
func (s *system) runBy(o *graph.Operator, at ...evidence.Source) evidence.Sentence {
	switch {
	case o == nil || o.Entity == "":
		return s.Value(s.Word("unknown"), at...)
	case o.Seat == "":
		return s.Value(s.Operator(o), at...)
	}
	return s.Say("seated", evidence.Values{"name": s.Operator(o), "seat": s.Country(o.Seat)}, at...)
}

// parts is a table of the assets of some kinds that are configured: where they are and
// who runs them.
func (s *system) parts(caption string, kinds ...graph.Kind) {
	var rows [][]evidence.Cell
	for _, a := range s.Case.Inventory(s.name) {
		if a.Type == resolve.FlowType || !slices.Contains(kinds, a.Kind) {
			continue
		}
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{
			{s.Name(string(a.Subject), at)},
			{s.Value(evidence.WordOf(s.Builder, "kind", a.Kind), at)},
			{s.Value(s.where(a.Places), at)},
			{s.runBy(a.Operator, at)},
		})
	}
	s.Table(caption, []string{"t.part", "t.kind", "t.where", "t.by"}, []int{5, 3, 4, 4}, rows)
}

// papers are the documents of the perimeter of a fact: what each says, its digest, who
// approved it and until when it holds. One that has ended shows nothing any more. The
// question for one comes last where none holds and ask says so.
func (s *system) papers(fact string, ask bool) []evidence.Sentence {
	var out []evidence.Sentence
	holds := false
	for _, e := range s.Case.Shown(s.name, fact) {
		key := "paper"
		if e.Expires < s.Case.Result.At {
			key = "paper.ended"
		} else {
			holds = true
		}
		out = append(out, s.Say(key, evidence.Values{
			"value": strings.Join(e.Value, ", "), "document": e.Document, "by": e.ApprovedBy, "day": s.Day(e.Expires),
		}, evidence.At(e.Origin)))
	}
	if !holds && ask {
		out = append(out, s.Ask("shown-"+fact, s.name))
	}
	return out
}

// shown is the documents of a fact, and the question for one where none holds.
func (s *system) shown(fact string) { s.Paragraph(s.papers(fact, true)...) }

// documents is a table of the documents of some facts; those of which there is none are
// asked for, or left out.
func (s *system) documents(caption string, ask bool, facts ...string) {
	var rows [][]evidence.Cell
	for _, fact := range facts {
		if told := s.papers(fact, ask); len(told) > 0 {
			rows = append(rows, []evidence.Cell{{s.Fixed("fact." + fact)}, told})
		}
	}
	s.Table(caption, []string{"t.shows", "t.document"}, []int{4, 9}, rows)
}

// A tally counts what a rule, or a family of them, said.
type tally struct {
	counts   map[finding.Status]int
	severity finding.Severity
	sources  []evidence.Source
}

// tallies counts the findings by a key, and the keys in the order of the first ones.
// Those with the key "" are left out.
func (s *system) tallies(key func(*finding.Finding) string) (map[string]*tally, []string) {
	out, order := map[string]*tally{}, []string{}
	for _, f := range s.Case.Findings(s.name) {
		k := key(f)
		if k == "" {
			continue
		}
		t := out[k]
		if t == nil {
			t = &tally{counts: map[finding.Status]int{}}
			out[k], order = t, append(order, k)
		}
		t.counts[f.Status]++
		if f.Severity.Rank() > t.severity.Rank() {
			t.severity = f.Severity
		}
		if at := evidence.At(f.Origin); len(t.sources) < few && !slices.Contains(t.sources, at) {
			t.sources = append(t.sources, at)
		}
	}
	return out, order
}

// count is a cell with a number.
func (s *system) count(t *tally, status finding.Status, at ...evidence.Source) evidence.Cell {
	return evidence.One(s.Value(fmt.Sprint(t.counts[status]), at...))
}
