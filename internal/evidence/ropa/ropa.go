// Package ropa writes the record of processing activities: of a controller
// (GDPR art. 30(1)), each point (a) to (g) in its order, with what contradicts
// the record and what no binding gives to a system.
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
var Document = evidence.Kind{Name: "ropa", Messages: messages, Write: write}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"))
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		r := &record{b, name}
		b.Head(1, "activity", evidence.Values{"system": name})
		r.Head(2, "a", nil)
		r.Parties(name)
		r.purposes()
		r.Head(2, "c", nil)
		r.Paragraph(r.Subjects(name))
		r.ClassTable(name)
		r.Head(2, "d", nil)
		r.RecipientTable(name)
		r.Paragraph(r.Ask("recipients", name))
		r.Head(2, "e", nil)
		if err := r.TransferTable(name); err != nil {
			return err
		}
		r.Head(2, "f", nil)
		r.RetentionTable(name)
		r.security()
		r.contradictions()
	}
	b.Unbound()
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
	if r.Case.Perimeter.Spec.Systems[r.system].AIAct != "" {
		r.Paragraph(r.Regulated(r.system))
	}
}

// security is a general description of the measures: point (g). It tells what was
// checked and what it came to, not only what was meant.
func (r *record) security() {
	r.Head(2, "g", nil)
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
			{r.Quote(f.Message, evidence.At(f.Origin))},
		})
	}
	r.Table("h.table", []string{"h.what", "h.why"}, []int{4, 8}, rows)
}
