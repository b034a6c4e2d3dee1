package annexiv

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// general is point 1: a general description of the system.
func (s *system) general() {
	s.Head(2, "1", nil)
	s.identity()
	s.interaction()
	s.software()
	s.Head(3, "1d", nil)
	s.ask("market-form")
	s.Head(3, "1e", nil)
	s.parts("1e.table", graph.Compute, graph.Cluster, graph.Function, graph.ModelEndpoint, graph.AIService)
	s.ask("hardware")
	s.Head(3, "1f", nil)
	s.ask("product")
	s.Head(3, "1g", nil)
	s.ask("user-interface")
	s.Head(3, "1h", nil)
	s.shown("instructions")
}

// identity is what the system is for, whose it is and which version: point (a).
func (s *system) identity() {
	purpose := s.Case.Perimeter.Spec.Systems[s.name].Purpose
	s.Head(3, "1a", nil)
	s.Table("1a.table", []string{"t.what", "t.which"}, []int{3, 8}, [][]evidence.Cell{
		{{s.Fixed("1a.purpose")}, {s.Given("value", "purpose", s.name, purpose, evidence.Values{"value": purpose})}},
		{{s.Fixed("1a.provider")}, {s.Ask("provider", s.name)}},
		{{s.Fixed("1a.version")}, {s.Ask("version", s.name)}},
	})
}

// interaction is with what else the system speaks, other AI systems among them: point (b).
func (s *system) interaction() {
	s.Head(3, "1b", nil)
	var rows [][]evidence.Cell
	for _, x := range s.Case.Recipients(s.name) {
		if len(x.Hosts) == 0 {
			continue
		}
		var purposes []string
		for _, p := range x.Purposes {
			purposes = append(purposes, evidence.WordOf(s.Builder, "purpose", p))
		}
		if slices.Contains(x.Purposes, "model") {
			purposes = append(purposes, s.Word("1b.ai"))
		}
		rows = append(rows, []evidence.Cell{
			{s.Few(hosts(x), x.Sources...)},
			{s.Value(cmp.Or(strings.Join(purposes, ", "), s.Word("unknown")), x.Sources...)},
			{s.Value(s.RunBy(x.Operator), x.Sources...)},
			{s.Value(s.States(x), x.Sources...)},
		})
	}
	s.Table("1b.table", []string{"1b.with", "t.for", "t.by", "1b.known"}, []int{5, 4, 4, 3}, rows)
	var at []evidence.Source
	n := 0
	for _, e := range s.Case.Flows(s.name) {
		if e.To != "" {
			continue
		}
		n++
		if len(at) < few {
			at = append(at, evidence.At(e.Origin))
		}
	}
	if n > 0 {
		s.Paragraph(s.Say("1b.open", evidence.Values{"n": n}, at...))
	}
	s.ask("interaction")
}

// hosts are those that flows to a recipient lead to.
func hosts(x *evidence.Recipient) []graph.Address {
	var out []graph.Address
	for _, h := range x.Hosts {
		out = append(out, graph.Address(h))
	}
	return out
}

// most bounds the table of packages: a bill of materials lists them all.
const most = 60

// software is the packages that were found, with their versions: point (c).
func (s *system) software() {
	s.Head(3, "1c", nil)
	var rows [][]evidence.Cell
	all := s.Case.Software(s.name)
	loose := 0
	for i := range all {
		p := &all[i]
		version := p.Version
		if version == "" {
			loose++
			version = s.Word("1c.loose")
		}
		if len(rows) == most {
			continue
		}
		at := evidence.At(p.Origin)
		rows = append(rows, []evidence.Cell{
			{s.Name(p.Name, at)},
			{s.Value(version, at)},
			{s.Value(p.Ecosystem, at)},
			{s.Value(string(p.In), at)},
		})
	}
	s.Table("1c.table", []string{"1c.package", "1c.version", "1c.from", "1c.in"}, []int{5, 3, 2, 5}, rows)
	if len(all) > 0 {
		count := []evidence.Sentence{s.Say("1c.count", evidence.Values{"n": len(all), "shown": len(rows)}, evidence.In("packages"))}
		if loose > 0 {
			count = append(count, s.Say("1c.unpinned", evidence.Values{"n": loose}, evidence.In("packages")))
		}
		s.Paragraph(count...)
	}
	s.ask("software-updates")
}
