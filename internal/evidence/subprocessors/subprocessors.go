// Package subprocessors writes the list of processors and sub-processors: who gets
// personal data of each system, who that is in law, where and for what, and since
// when it is known. Who acts in which capacity, and whom they employ in turn, is asked.
package subprocessors

import (
	"embed"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the list is made.
var Document = evidence.Kind{Name: "subprocessors", Messages: messages, Write: write, BySystem: true, Exports: map[string]evidence.Export{"csv": writeCSV}}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"))
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		l, err := newList(b, name)
		if err != nil {
			return err
		}
		b.Head(1, "system", evidence.Values{"system": name})
		l.recipients("recipients.table")
		l.contracts()
		l.StrayTable(name, l.strays)
		l.others()
		b.Paragraph(b.Ask("processor-changes", name))
	}
	return unbound(b)
}

// A list is that of one system in the making.
type list struct {
	*evidence.Builder
	with    []*evidence.Recipient // who get personal data
	fetched []*evidence.Recipient // from whom is only fetched
	without []*evidence.Recipient // who get no personal data
	strays  []*evidence.Stray     // without a recipient that is known
	cross   map[string]*evidence.Crossing
}

func newList(b *evidence.Builder, system string) (*list, error) {
	l := &list{Builder: b, cross: map[string]*evidence.Crossing{}, strays: b.Case.Strays(system)}
	crossings, err := b.Case.Crossings(system)
	if err != nil {
		return nil, err
	}
	for _, x := range crossings {
		l.cross[x.ID()] = x
	}
	for _, r := range b.Case.Recipients(system) {
		switch {
		case r.Fetched():
			l.fetched = append(l.fetched, r)
		case slices.ContainsFunc(r.Classes, b.Case.Personal):
			l.with = append(l.with, r)
		default:
			l.without = append(l.without, r)
		}
	}
	return l, nil
}

// recipients is the table of who get personal data.
func (l *list) recipients(caption string) {
	var rows [][]evidence.Cell
	for _, r := range l.with {
		rows = append(rows, []evidence.Cell{
			{l.Name(r.Name, r.Sources...), l.entity(r), l.Controlled(r)},
			{l.Value(l.Doing(r), r.Sources...)},
			{l.Value(graph.Listed(r.Classes), r.Sources...)},
			l.where(r),
			l.since(r),
		})
	}
	l.Table(caption, []string{"head.who", "head.what", "head.data", "head.where", "head.since"}, []int{5, 4, 3, 5, 3}, rows)
}

// entity is who a recipient is in law.
func (l *list) entity(r *evidence.Recipient) evidence.Sentence {
	if r.Operator == nil {
		return l.Ask("recipient-entity", r.ID())
	}
	o, ok := l.Case.KB.Operator(r.Operator.Entity)
	switch {
	case !ok || o.LegalEntity == "":
		return l.Ask("recipient-entity", r.ID())
	case r.Alleged || o.Standing(l.Case.At) == graph.Claimed:
		return l.Say("entity.claimed", evidence.Values{"name": o.LegalEntity}, r.Record())
	}
	return l.Say("entity", evidence.Values{"name": o.LegalEntity}, r.Record())
}

// where are the countries of a recipient, with the tool where some of them are third countries.
func (l *list) where(r *evidence.Recipient) evidence.Cell {
	out := evidence.Cell{l.Value(l.Where(r), r.Sources...)}
	if x := l.cross[r.ID()]; x != nil {
		out = append(out, l.Say("third", evidence.Values{"countries": l.Third(x)}, r.Sources...), l.Safeguard(x))
	}
	return out
}

// since is how a recipient is known, and since when traffic showed it.
func (l *list) since(r *evidence.Recipient) evidence.Cell {
	out := evidence.Cell{l.Value(l.States(r), r.Sources...)}
	if !r.First.IsZero() {
		out = append(out, l.Say("seen", evidence.Values{"day": l.Day(r.First.UTC().Format(time.DateOnly))}, r.Sources...))
	}
	return out
}

// contracts are what only people know of each recipient.
func (l *list) contracts() {
	var rows [][]evidence.Cell
	for _, r := range l.with {
		rows = append(rows, []evidence.Cell{{l.Name(r.Name, r.Sources...)}, {l.Ask("processing-contract", r.ID())}, {l.Ask("sub-processors", r.ID())}})
	}
	if len(rows) == 0 {
		return
	}
	l.Table("contracts.table", []string{"head.who", "head.contract", "head.chain"}, []int{3, 6, 5}, rows)
}

// others are from whom is only fetched, and who get no personal data: they are no
// processors for what is known, and a list without them would look complete.
func (l *list) others() {
	if len(l.fetched)+len(l.without) == 0 {
		l.Paragraph(l.Say("others.none", nil, evidence.In("flows and inventory")))
		return
	}
	l.Paragraph(l.Fixed("others.about"))
	var rows [][]evidence.Cell
	row := func(r *evidence.Recipient, why string) {
		rows = append(rows, []evidence.Cell{
			{l.Name(r.Name, r.Sources...), l.Controlled(r)},
			{l.Value(l.Doing(r), r.Sources...)},
			{l.Value(l.Where(r), r.Sources...)},
			{l.Say(why, nil, r.Sources...)},
		})
	}
	for _, r := range l.fetched {
		row(r, "why.fetched")
	}
	for _, r := range l.without {
		row(r, "why.without")
	}
	l.Table("others.table", []string{"head.who", "head.what", "head.countries", "head.why"}, []int{5, 4, 3, 5}, rows)
}

// unbound are the recipients of what nothing gives to a system.
func unbound(b *evidence.Builder) error {
	l, err := newList(b, evidence.Unbound)
	if err != nil || len(l.with)+len(l.without)+len(l.fetched)+len(l.strays) == 0 {
		return err
	}
	b.Head(1, "unbound", nil)
	b.Paragraph(b.Fixed("unbound.about"), b.Ask("unbound", ""))
	if len(l.with) > 0 {
		l.recipients("unbound.table")
	}
	l.StrayTable(evidence.Unbound, l.strays)
	if len(l.fetched)+len(l.without) > 0 {
		l.others()
	}
	return nil
}
