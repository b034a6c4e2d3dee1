package annexiv

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// control is point 3: monitoring, functioning and control.
func (s *system) control() {
	s.Head(2, "3", nil)
	s.ask("capabilities", "unintended-outcomes")
	s.Paragraph(s.Fixed("3.oversight"))
	s.ask("input-data")
	s.parts("3.logs", graph.LogStore)
	by := evidence.Tallies(s.Case.Findings(s.name), func(f *finding.Finding) string { return string(f.Rule) })
	var rows [][]evidence.Cell
	for _, id := range []graph.RuleID{"LOG-005", "LOG-006", "LOG-007", "MDL-011"} {
		at := []evidence.Source{evidence.In("findings of " + string(id))}
		if t := by[string(id)]; t != nil {
			at = t.Sources
		}
		rows = append(rows, s.TallyRow(s.rule(id, at), by[string(id)], at...))
	}
	s.TallyTable("3.table", "5.rule", rows)
}

// rule names a check.
func (s *system) rule(id graph.RuleID, at []evidence.Source) evidence.Sentence {
	return s.Say("rule", evidence.Values{"title": s.RuleTitle(id), "id": string(id)}, at...)
}

// metrics is point 4.
func (s *system) metrics() {
	s.Head(2, "4", nil)
	s.ask("metrics")
}

// open are the statuses of checks that are not fulfilled.
var open = []finding.Status{finding.Fail, finding.Undecided, finding.Waived}

// risks is point 5: the risk management system, and what the checks add to its register.
func (s *system) risks() {
	s.Head(2, "5", nil)
	s.shown("risks")
	by := evidence.Tallies(s.Case.Findings(s.name), func(f *finding.Finding) string {
		if slices.Contains(open, f.Status) {
			return string(f.Rule)
		}
		return ""
	})
	order := slices.SortedFunc(maps.Keys(by), func(a, b string) int {
		return cmp.Or(cmp.Compare(by[b].Severity.Rank(), by[a].Severity.Rank()), cmp.Compare(a, b))
	})
	var rows [][]evidence.Cell
	for _, id := range order {
		t := by[id]
		row := []evidence.Cell{{s.rule(graph.RuleID(id), t.Sources)}, {s.Value(evidence.WordOf(s.Builder, "severity", t.Severity), t.Sources...)}}
		for _, status := range open {
			row = append(row, evidence.One(s.Say("part.n", evidence.Values{"n": t.N[status]}, t.Sources...)))
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		s.Paragraph(s.Fixed("5.about"))
	}
	s.Table("5.table", []string{"5.rule", "5.severity", "part.n.fail", "part.n.undecided", "part.n.waived"}, []int{7, 2, 2, 3, 3}, rows)
}

// changes is point 6.
func (s *system) changes() {
	s.Head(2, "6", nil)
	s.ask("lifecycle-changes")
}

// standards is point 7: harmonised standards, and the certificates of those who run parts
// of the system, which are other standards.
func (s *system) standards() {
	s.Head(2, "7", nil)
	s.ask("standards")
	operators := s.Case.Recipients(s.name)
	var rows [][]evidence.Cell
	for _, e := range s.Case.Perimeter.Spec.Evidence {
		i := slices.IndexFunc(operators, func(r *evidence.Recipient) bool { return r.Named(e.About) })
		if e.Fact != "certificate" || i < 0 {
			continue
		}
		at := evidence.At(e.Origin)
		key := "7.until"
		if e.Expires < s.Case.Result.At {
			key = "7.ended"
		}
		rows = append(rows, []evidence.Cell{
			{s.Name(operators[i].Name, at)}, {s.Value(strings.Join(e.Value, ", "), at)}, {s.Value(strings.Join(e.Covers, "; "), at)},
			{s.Say(key, evidence.Values{"day": s.Day(e.Expires)}, at), s.Say("7.document", evidence.Values{"document": e.Document, "by": e.ApprovedBy}, at)},
		})
	}
	s.Table("7.table", []string{"t.by", "7.scheme", "7.covers", "7.holds"}, []int{3, 2, 4, 6}, rows)
}

// declaration is point 8.
func (s *system) declaration() {
	s.Head(2, "8", nil)
	s.ask("declaration")
}

// postMarket is point 9.
func (s *system) postMarket() {
	s.Head(2, "9", nil)
	s.shown("monitoring")
	s.ask("post-market-plan")
}

// further are the documents that the AI Act asks for beside Annex IV, as the perimeter
// records them.
func (s *system) further() {
	s.Head(2, "10", nil)
	s.Paragraph(s.Fixed("10.about"))
	s.ShownTable(s.name, "practices", "literacy", "notice", "quality", "fria", "registration", "dpia")
}
