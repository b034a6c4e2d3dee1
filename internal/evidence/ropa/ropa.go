// Package ropa writes the record of processing activities: of a controller
// (GDPR art. 30(1)), each point (a) to (g) in its order, and of a processor (art.
// 30(2)), each point (a) to (d); with what contradicts the record and what no binding
// gives to a system.
package ropa

import (
	"embed"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the record is made.
var Document = evidence.Kind{Name: "ropa", Messages: messages, Write: write, BySystem: true, Exports: map[string]evidence.Export{"csv": writeCSV}}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"))
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		r := &record{b, name}
		b.Head(1, "activity", evidence.Values{"system": name})
		points := r.controller
		if r.role() == processor {
			points = r.processor
		}
		r.exemption()
		r.Empty(name)
		if err := points(); err != nil {
			return err
		}
		r.contradictions()
	}
	b.Unbound()
	return nil
}

// controller is the record of what is done for oneself: the points (a) to (g) of
// paragraph 1.
func (r *record) controller() error {
	r.Head(2, "a", nil)
	r.Parties(r.system)
	r.purposes()
	r.Head(2, "c", nil)
	r.Paragraph(r.Subjects(r.system))
	r.ClassTable(r.system)
	r.Head(2, "d", nil)
	r.RecipientTable(r.system)
	r.Paragraph(r.Ask("recipients", r.system))
	r.Head(2, "e", nil)
	if err := r.TransferTable(r.system); err != nil {
		return err
	}
	r.Head(2, "f", nil)
	r.RetentionTable(r.system)
	r.security("g")
	return nil
}

// A record is one processing activity in the making.
type record struct {
	*evidence.Builder
	system string
}

// purposes are why data is processed: point (b), with the legal basis, which
// authorities ask for beside it.
func (r *record) purposes() {
	r.Head(2, "b", nil)
	r.Paragraph(r.Purpose(r.system))
	r.Paragraph(r.Basis(r.system))
	r.Paragraph(r.Regulated(r.system))
}

// security is a general description of the measures: point (g), of a processor (d). It
// tells what was checked and what it came to, not only what was meant.
func (r *record) security(head string) {
	r.Head(2, head, nil)
	r.CustodyTable(r.system)
	r.MeasureTable(r.system)
	r.Paragraph(r.Ask("organisational-measures", r.system))
}

// exemption says that a small organisation has to keep the record too, where the classes
// show it (paragraph 5).
func (r *record) exemption() {
	for _, u := range r.Case.Classes(r.system) {
		if c := r.Case.Perimeter.Spec.Data[u.ID]; c.GDPR == "special" || c.GDPR == "criminal" {
			r.Paragraph(r.Say("exempt.not", evidence.Values{"kind": evidence.WordOf(r.Builder, "gdpr", c.GDPR), "class": string(u.ID)}, append([]evidence.Source{r.Case.Key("spec.data." + string(u.ID))}, u.Sources...)...))
			return
		}
	}
}

// contradictions are flows that were seen and break a rule: the record is wrong where
// they are. Where nothing was seen, nobody knows.
func (r *record) contradictions() {
	r.Head(2, "h", nil)
	if !slices.ContainsFunc(r.Case.Flows(r.system), func(e *finding.Edge) bool { return e.State == graph.Observed }) {
		r.Paragraph(r.Say("h.unseen", evidence.Values{"system": r.system}, evidence.In("flows")))
		return
	}
	var rows [][]evidence.Cell
	rest := map[finding.Status]int{}
	for _, f := range r.Case.Findings(r.system) {
		if f.Flow == nil || f.Flow.State != graph.Observed {
			continue
		}
		if f.Status != finding.Fail {
			rest[f.Status]++
			continue
		}
		rows = append(rows, []evidence.Cell{
			{r.Say("h.flow", evidence.Values{"from": string(f.Flow.From), "to": string(f.Flow.To)}, evidence.At(f.Origin))},
			{r.Say("h.rule", evidence.Values{"title": r.RuleTitle(f.Rule), "id": string(f.Rule)}, evidence.At(f.Origin)), r.Quote(f.Message, evidence.At(f.Origin))},
		})
	}
	r.Table("h.table", []string{"h.what", "h.why"}, []int{4, 8}, rows)
	if rest[finding.Undecided]+rest[finding.Waived] > 0 {
		r.Paragraph(r.Say("h.rest", evidence.Values{"undecided": rest[finding.Undecided], "waived": rest[finding.Waived]}, evidence.In("findings")))
	}
}
