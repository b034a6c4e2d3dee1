// Package ropa writes the record of processing activities: of a controller
// (GDPR art. 30(1)), each point (a) to (g) in its order, and of a processor (art.
// 30(2)), each point (a) to (d); with what contradicts the record and what no binding
// gives to a system.
package ropa

import (
	"embed"
	"strings"

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
	for _, family := range []string{"ENC", "KEY", "LOG", "EGR"} {
		r.Paragraph(r.measured(family))
	}
	r.Paragraph(r.Ask("organisational-measures", r.system))
}

// measured counts what the checks of a family said about the system.
func (r *record) measured(family string) evidence.Sentence {
	n := map[finding.Status]int{}
	for _, f := range r.Case.Findings(r.system) {
		if strings.HasPrefix(string(f.Rule), family) {
			n[f.Status]++
		}
	}
	at := evidence.In("findings of " + family)
	if len(n) == 0 {
		return r.Say("g.unchecked", evidence.Values{"what": r.Word("what." + strings.ToLower(family))}, at)
	}
	return r.Say("g."+strings.ToLower(family), evidence.Values{
		"pass": n[finding.Pass], "fail": n[finding.Fail], "undecided": n[finding.Undecided], "waived": n[finding.Waived],
	}, at)
}

// contradictions are flows that were seen and are not declared, or declared and
// lead elsewhere than the perimeter allows: the record is wrong where they are.
func (r *record) contradictions() {
	r.Head(2, "h", nil)
	var rows [][]evidence.Cell
	for _, f := range r.Case.Findings(r.system) {
		if f.Flow == nil || f.Status != finding.Fail || f.Flow.State != graph.Observed {
			continue
		}
		rows = append(rows, []evidence.Cell{
			{r.Say("h.flow", evidence.Values{"from": string(f.Flow.From), "to": string(f.Flow.To)}, evidence.At(f.Origin))},
			{r.Say("h.rule", evidence.Values{"title": r.RuleTitle(f.Rule), "id": string(f.Rule)}, evidence.At(f.Origin)), r.Quote(f.Message, evidence.At(f.Origin))},
		})
	}
	r.Table("h.table", []string{"h.what", "h.why"}, []int{4, 8}, rows)
}
