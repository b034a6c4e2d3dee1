package annexiv

import (
	"cmp"
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
	by, _ := s.tallies(func(f *finding.Finding) string { return string(f.Rule) })
	var rows [][]evidence.Cell
	for _, id := range []string{"LOG-005", "LOG-006", "LOG-007", "MDL-011"} {
		t := by[id]
		if t == nil {
			continue
		}
		rows = append(rows, []evidence.Cell{
			{s.Say("rule", evidence.Values{"title": s.RuleTitle(graph.RuleID(id)), "id": id}, t.sources...)},
			s.count(t, finding.Pass, t.sources...), s.count(t, finding.Fail, t.sources...), s.count(t, finding.Undecided, t.sources...), s.count(t, finding.NotInForce, t.sources...),
		})
	}
	s.Table("3.table", []string{"5.rule", "t.pass", "t.fail", "t.undecided", "t.later"}, []int{6, 3, 2, 3, 3}, rows)
}

// metrics is point 4.
func (s *system) metrics() {
	s.Head(2, "4", nil)
	s.ask("metrics")
}

// risks is point 5: the risk management system, and what the checks add to its register.
func (s *system) risks() {
	s.Head(2, "5", nil)
	s.shown("risks")
	by, order := s.tallies(func(f *finding.Finding) string {
		if f.Status == finding.Fail || f.Status == finding.Undecided || f.Status == finding.Waived {
			return string(f.Rule)
		}
		return ""
	})
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(by[b].severity.Rank(), by[a].severity.Rank()), cmp.Compare(a, b))
	})
	var rows [][]evidence.Cell
	for _, id := range order {
		t := by[id]
		rows = append(rows, []evidence.Cell{
			{s.Say("rule", evidence.Values{"title": s.RuleTitle(graph.RuleID(id)), "id": id}, t.sources...)},
			{s.Value(evidence.WordOf(s.Builder, "severity", t.severity), t.sources...)},
			s.count(t, finding.Fail, t.sources...), s.count(t, finding.Undecided, t.sources...), s.count(t, finding.Waived, t.sources...),
		})
	}
	if len(rows) > 0 {
		s.Paragraph(s.Fixed("5.about"))
	}
	s.Table("5.table", []string{"5.rule", "5.severity", "t.fail", "t.undecided", "t.waived"}, []int{7, 2, 2, 3, 3}, rows)
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
		runs := func(r *evidence.Recipient) bool { return r.Named(e.About) }
		if e.Fact != "certificate" || !slices.ContainsFunc(operators, runs) {
			continue
		}
		at := evidence.At(e.Origin)
		until := s.Say("7.until", evidence.Values{"day": s.Day(e.Expires)}, at)
		if e.Expires < s.Case.Result.At {
			until = s.Say("7.ended", evidence.Values{"day": s.Day(e.Expires)}, at)
		}
		rows = append(rows, []evidence.Cell{
			{s.Name(e.About, at)}, {s.Value(strings.Join(e.Value, ", "), at)}, {s.Value(strings.Join(e.Covers, "; "), at)}, {until},
		})
	}
	s.Table("7.table", []string{"t.by", "7.scheme", "7.covers", "7.holds"}, []int{3, 3, 6, 4}, rows)
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
	s.documents("10.table", true, "practices", "literacy", "notice", "quality", "fria", "registration", "dpia")
}
