package dpia

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// reach tells by which laws the authorities of third countries reach which recipients, and
// of whom that is not established.
func (s *assessment) reach() {
	var unknown, fetched []*evidence.Recipient
	for _, x := range s.recipients {
		switch {
		case x.Fetched():
			fetched = append(fetched, x)
		case x.Operator == nil || x.Operator.Seat == "":
			unknown = append(unknown, x)
		}
	}
	s.unasked("laws.unknown", unknown)
	s.unasked("laws.fetched", fetched)
	rows := s.reached()
	if len(rows) == 0 {
		s.Paragraph(s.Say("laws.none", nil, evidence.In("inventory")))
		return
	}
	s.Table("laws.table", []string{"laws.law", "laws.country", "laws.reaches"}, []int{6, 2, 6}, rows)
}

// unasked names recipients for which no law was looked up.
func (s *assessment) unasked(key string, of []*evidence.Recipient) {
	if len(of) > 0 {
		names, at := named(of)
		s.Paragraph(s.Say(key, evidence.Values{"n": len(of), "names": s.And(names)}, at...))
	}
}

// reached is a row for each law, with those that it reaches, by its id.
func (s *assessment) reached() [][]evidence.Cell {
	by := map[string][]*evidence.Recipient{}
	var laws []kb.Law
	for _, x := range s.recipients {
		for _, l := range s.laws[x] {
			if by[string(l.ID)] == nil {
				laws = append(laws, l)
			}
			by[string(l.ID)] = append(by[string(l.ID)], x)
		}
	}
	slices.SortFunc(laws, func(a, b kb.Law) int { return cmp.Compare(a.ID, b.ID) })
	var rows [][]evidence.Cell
	for _, l := range laws {
		record := evidence.Source{Kind: evidence.Record, At: "law " + string(l.ID)}
		law := evidence.Cell{s.Quote(fmt.Sprintf("%s (%s)", l.Title, l.ID), record)}
		if l.Note != "" {
			law = append(law, s.Quote(l.Note, record))
		}
		names, at := named(by[string(l.ID)])
		rows = append(rows, []evidence.Cell{law, {s.Value(s.Country(l.Country), record)}, {s.Value(s.And(names), at...)}})
	}
	return rows
}

// named are the names of recipients, and where the first few were read.
func named(of []*evidence.Recipient) (names []string, at []evidence.Source) {
	for _, x := range of {
		names = append(names, x.Name)
		if len(at) < few {
			at = append(at, x.Sources[0])
		}
	}
	return names, at
}
