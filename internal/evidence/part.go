package evidence

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The parts of documents that several of them have: what the perimeter and the
// result say of a system, as sentences and tables.

// Value is a text as it is, made from facts. Of an empty one it says that there is none.
func (b *Builder) Value(text string, sources ...Source) Sentence {
	return b.Say("value", Values{"value": cmp.Or(text, b.Word("none"))}, sources...)
}

// Parties is the table of who answers for the processing of a system.
func (b *Builder) Parties(system string) {
	s := b.Case.Perimeter.Spec.Systems[system]
	of := func(value string) Values { return Values{"value": value} }
	rows := [][]Cell{
		{{b.Fixed("part.controller")}, {b.Given("value", "controller", system, s.Controller, of(s.Controller)), b.Ask("contact", system)}},
		{{b.Fixed("part.joint")}, {b.Ask("joint-controllers", system)}},
		{{b.Fixed("part.representative")}, {b.Ask("representative", system)}},
		{{b.Fixed("part.dpo")}, {b.Given("value", "dpo", system, s.DPO, of(s.DPO))}},
	}
	b.Table("part.parties", []string{"part.role", "part.who"}, []int{3, 7}, rows)
}

// Purpose is why a system processes data.
func (b *Builder) Purpose(system string) Sentence {
	purpose := b.Case.Perimeter.Spec.Systems[system].Purpose
	return b.Given("part.purpose", "purpose", system, purpose, Values{"system": system, "purpose": purpose})
}

// Basis is the legal basis on which a system processes data.
func (b *Builder) Basis(system string) Sentence {
	var clauses []string
	for _, id := range b.Case.Perimeter.Spec.Systems[system].Basis {
		if q, ok := b.Case.KB.Requirement(id); ok {
			clauses = append(clauses, b.Cite(&q))
		}
	}
	basis := b.And(clauses)
	return b.Given("part.basis", "basis", system, basis, Values{"basis": basis})
}

// Regulated is what a system is under the AI Act. It is the question where the perimeter
// does not say.
func (b *Builder) Regulated(system string) Sentence {
	kind := b.Case.Perimeter.Spec.Systems[system].AIAct
	if kind == "" {
		return b.Ask("ai-act", system)
	}
	return b.Given("part.ai", "ai-act", system, kind, Values{"system": system, "kind": WordOf(b, "ai_act", kind)})
}

// Subjects are the people whose data a system processes.
func (b *Builder) Subjects(system string) Sentence {
	people := b.And(b.Case.Perimeter.Spec.Systems[system].Subjects)
	return b.Given("part.subjects", "subjects", system, people, Values{"people": people})
}

// ClassTable is the table of the classes of data of a system.
func (b *Builder) ClassTable(system string) {
	var rows [][]Cell
	for _, u := range b.Case.Classes(system) {
		c, ok := b.Case.Perimeter.Spec.Data[u.ID]
		if !ok {
			continue
		}
		at := b.Case.Key("spec.data." + string(u.ID))
		rows = append(rows, []Cell{
			{b.Name(string(u.ID), at)},
			{b.Value(WordOf(b, "gdpr", c.GDPR), at)},
			{b.Value(WordOf(b, "confidentiality", c.Confidentiality), at)},
			{b.Say("part.found", Values{"n": u.Assets, "flows": u.Flows}, u.Sources...)},
		})
	}
	b.Table("part.classes", []string{"part.class", "part.category", "part.confidentiality", "part.found_in"}, []int{3, 4, 2, 4}, rows)
}

// RecipientTable is the table of who gets data of a system.
func (b *Builder) RecipientTable(system string) {
	var rows [][]Cell
	for _, x := range b.Case.Recipients(system) {
		rows = append(rows, []Cell{
			{b.Name(x.Name, x.Sources...), b.Controlled(x)},
			{b.Value(b.Doing(x), x.Sources...)},
			{b.Value(graph.Listed(x.Classes), x.Sources...)},
			{b.Value(b.Where(x), x.Sources...)},
		})
	}
	b.Table("part.recipients", []string{"part.recipient", "part.does", "part.data", "part.countries"}, []int{4, 4, 3, 3}, rows)
}

// Controlled says where a recipient is seated and who controls it.
func (b *Builder) Controlled(x *Recipient) Sentence {
	o := x.Operator
	if o == nil {
		return b.Say("part.nobody", nil, x.Sources...)
	}
	if o.Seat == "" {
		return b.Say("part.seatless", nil, x.Sources...)
	}
	key, v := "part.seat", Values{"seat": b.Country(o.Seat)}
	if n := len(o.Control); n > 0 {
		last := o.Control[n-1]
		key, v["controller"], v["country"] = "part.control", cmp.Or(last.Name, string(last.Entity)), b.Country(last.Country)
	}
	return b.Say(key, v, Source{Kind: Record, At: "operator " + string(o.Entity)})
}

// Doing is what a recipient does with the data.
func (b *Builder) Doing(x *Recipient) string {
	var out []string
	for _, k := range x.Kinds {
		out = append(out, WordOf(b, "kind", k))
	}
	for _, p := range x.Purposes {
		out = append(out, WordOf(b, "purpose", p))
	}
	return strings.Join(out, ", ")
}

// Where is in which countries a recipient stores or processes.
func (b *Builder) Where(x *Recipient) string {
	switch {
	case len(x.Countries) == 0:
		return b.Word("unknown")
	case x.Open:
		return b.And([]string{b.Countries(x.Countries), b.Word("part.elsewhere")})
	}
	return b.Countries(x.Countries)
}

// TransferTable is the table of transfers of a system to third countries, with the
// tool of each.
func (b *Builder) TransferTable(system string) error {
	crossings, err := b.Case.Crossings(system)
	if err != nil {
		return err
	}
	var rows [][]Cell
	for _, x := range crossings {
		rows = append(rows, []Cell{
			{b.Name(x.Name, x.Sources...)},
			{b.Value(b.Countries(x.Countries), x.Sources...)},
			{b.Safeguard(x)},
		})
	}
	b.Table("part.transfers", []string{"part.recipient", "part.third", "part.safeguard"}, []int{4, 4, 6}, rows)
	return nil
}

// RetentionTable is the table of when personal data of a system is erased.
func (b *Builder) RetentionTable(system string) {
	var rows [][]Cell
	for _, u := range b.Case.Classes(system) {
		c, ok := b.Case.Perimeter.Spec.Data[u.ID]
		if !ok || !b.Case.Personal(u.ID) {
			continue
		}
		time := b.Retention(c.Retention)
		rows = append(rows, []Cell{
			{b.Name(string(u.ID), b.Case.Key("spec.data."+string(u.ID)))},
			{b.Given("value", "retention", string(u.ID), time, Values{"value": time})},
		})
	}
	b.Table("part.retentions", []string{"part.class", "part.at_most"}, []int{4, 8}, rows)
}

// CustodyTable is the table of the stores of a system with the key of each.
func (b *Builder) CustodyTable(system string) {
	var rows [][]Cell
	for _, a := range b.Case.Assets(system) {
		if a.Kind.Bearing() != graph.BearsData || a.Custody == nil {
			continue
		}
		at := At(a.Origin)
		rows = append(rows, []Cell{
			{b.Name(string(a.Subject), at)},
			{b.Value(WordOf(b, "kind", a.Kind), at)},
			{b.Say("part.custody", Values{"protection": WordOf(b, "protection", a.Custody.Protection), "holder": WordOf(b, "holder", a.Custody.Holder)}, at)},
		})
	}
	b.Table("part.protected", []string{"part.asset", "part.kind", "part.key"}, []int{5, 3, 6}, rows)
}

// Unbound is the section about the assets that nothing gives to a system: a document
// without them would look complete.
func (b *Builder) Unbound() {
	assets := b.Case.Assets(Unbound)
	if len(assets) == 0 {
		return
	}
	b.Head(1, "part.unbound_head", nil)
	b.Paragraph(b.Fixed("part.unbound_about"), b.Ask("unbound", ""))
	var rows [][]Cell
	for _, a := range assets {
		at := At(a.Origin)
		rows = append(rows, []Cell{
			{b.Name(string(a.Subject), at)},
			{b.Value(WordOf(b, "kind", a.Kind), at)},
			{b.Value(graph.Listed(a.Classes), at)},
		})
	}
	b.Table("part.unbound", []string{"part.asset", "part.kind", "part.class"}, []int{6, 3, 4}, rows)
}
