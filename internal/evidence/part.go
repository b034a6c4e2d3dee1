package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// The parts of documents that several of them have: what the perimeter and the
// result say of a system, as sentences and tables.

// Value is a text as it is, made from facts. Of an empty one it says that there is none.
func (b *Builder) Value(text string, sources ...Source) Sentence {
	return b.Say("value", Values{"value": cmp.Or(text, b.Word("none"))}, sources...)
}

// Empty warns that nothing that was read belongs to a system: an empty table shows
// nothing then. Else it says nothing.
func (b *Builder) Empty(system string) {
	if b.Case.Empty(system) {
		b.Paragraph(b.Say("part.empty", Values{"system": system}, b.Case.Key("spec.systems."+system)))
	}
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

// RecipientTable is the table of who gets data of a system. Those from whom it only
// fetches get none, and are named behind it.
func (b *Builder) RecipientTable(system string) {
	var rows [][]Cell
	var fetched []*Recipient
	for _, x := range b.Case.Recipients(system) {
		if x.Fetched() {
			fetched = append(fetched, x)
			continue
		}
		rows = append(rows, []Cell{
			{b.Name(x.Name, x.Sources...), b.Controlled(x)},
			{b.Value(b.Doing(x), x.Sources...)},
			{b.Value(graph.Listed(x.Classes), x.Sources...)},
			{b.Value(b.Where(x), x.Sources...)},
		})
	}
	b.Table("part.recipients", []string{"part.recipient", "part.does", "part.data", "part.countries"}, []int{4, 4, 3, 3}, rows)
	b.fetched(fetched)
}

// fetched names those from whom is only fetched; of none it says nothing.
func (b *Builder) fetched(all []*Recipient) {
	var names []string
	var at []Source
	for _, x := range all {
		names = append(names, x.Name)
		at = append(at, x.Sources...)
	}
	if len(names) > 0 {
		b.Paragraph(b.Say("part.fetched", Values{"names": b.And(names)}, at[:min(len(at), fewest)]...))
	}
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
	if b.claimed(o.Entity) {
		key += "_claimed"
	}
	at := Source{Kind: Record, At: "operator " + string(o.Entity)}
	if x.Alleged {
		return b.Say("part.alleged", Values{"who": b.text(key, v)}, append(slices.Clone(x.Sources), at)...)
	}
	return b.Say(key, v, at)
}

// claimed reports whether only a claim says where an operator is seated, or who controls it.
func (b *Builder) claimed(id graph.EntityID) bool {
	o, ok := b.Case.KB.Operator(id)
	if !ok {
		return false
	}
	n := len(o.Control)
	return o.Standing(b.Case.At) == graph.Claimed || n > 0 && o.Control[n-1].Standing(b.Case.At) == graph.Claimed
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
func (b *Builder) Where(x *Recipient) string { return b.Placed(x.Countries, x.Claimed, x.Open) }

// Places is in which countries something stores or processes.
func (b *Builder) Places(places []graph.Place) string {
	var firm, claimed []graph.Country
	open := len(places) == 0
	for _, p := range places {
		switch {
		case p.Role == graph.Metadata:
		case p.Confidence.Firm():
			firm = union(firm, p.Countries)
		default:
			claimed = union(claimed, p.Countries)
		}
		open = open || len(p.Countries) == 0 && p.Role != graph.Metadata
	}
	return b.Placed(union(firm, claimed), without(claimed, firm), open)
}

// RunBy names who runs something, and its seat.
func (b *Builder) RunBy(o *graph.Operator) string {
	switch {
	case o == nil || o.Entity == "":
		return b.Word("unknown")
	case o.Seat == "":
		return b.Operator(o)
	}
	return b.text("part.run_by", Values{"name": b.Operator(o), "seat": b.Country(o.Seat)})
}

// TransferTable is the table of transfers of a system to third countries, with the
// tool of each, and behind it that of recipients of which some place is not known: that
// they transfer cannot be excluded. What is only fetched is no transfer.
func (b *Builder) TransferTable(system string) error {
	crossings, err := b.Case.Crossings(system)
	if err != nil {
		return err
	}
	crosses := map[string]bool{}
	var rows [][]Cell
	for _, x := range crossings {
		crosses[x.ID()] = true
		if x.Fetched() {
			continue
		}
		rows = append(rows, []Cell{
			{b.Name(x.Name, x.Sources...)},
			{b.Value(b.Third(x), x.Sources...)},
			{b.Safeguard(x)},
		})
	}
	b.Table("part.transfers", []string{"part.recipient", "part.third", "part.safeguard"}, []int{4, 4, 6}, rows)
	b.unplaced(slices.DeleteFunc(b.Case.Recipients(system), func(r *Recipient) bool { return crosses[r.ID()] || !b.Case.Unplaced(r) }))
	return nil
}

// unplaced is the table of recipients of which some place is not known.
func (b *Builder) unplaced(all []*Recipient) {
	var rows [][]Cell
	for _, x := range all {
		rows = append(rows, []Cell{
			{b.Name(x.Name, x.Sources...)},
			{b.Value(b.Where(x), x.Sources...), b.Ask("recipient-places", x.ID())},
		})
	}
	if len(rows) > 0 {
		b.Table("part.unplaced", []string{"part.recipient", "part.countries"}, []int{4, 10}, rows)
	}
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

// CustodyTable is the table of the stores of a system with the key of each. Stores of
// others, to which flows lead, stand among the recipients.
func (b *Builder) CustodyTable(system string) {
	stores := slices.DeleteFunc(b.Case.Assets(system), func(a *finding.Asset) bool { return a.Kind.Bearing() != graph.BearsData || a.Type == resolve.FlowType })
	b.AssetTable("part.protected", []string{"part.kind", "part.key"}, []int{5, 3, 6}, stores, func(a *finding.Asset) []string {
		return []string{WordOf(b, "kind", a.Kind), b.custody(a.Custody)}
	})
}

// custody is how data is encrypted, and who can use the key. Where there is none nobody
// can, and of a key that is not known nobody knows who.
func (b *Builder) custody(c *graph.Custody) string {
	if c == nil {
		return b.Word("unknown")
	}
	protection := WordOf(b, "protection", c.Protection)
	known := c.Holder != "" && c.Holder != "unknown"
	switch {
	case c.Protection == "none", c.Protection == "unknown" && !known:
		return protection
	case !known:
		return b.text("part.custody_unheld", Values{"protection": protection})
	}
	return b.text("part.custody", Values{"protection": protection, "holder": WordOf(b, "holder", c.Holder)})
}

// AssetTable is a table of assets with what words say of each; those of which they say
// the same stand in one row. head are the keys of the columns behind the first.
func (b *Builder) AssetTable(caption string, head []string, widths []int, assets []*finding.Asset, words func(*finding.Asset) []string) {
	type alike struct {
		said  []string
		names []graph.Address
		at    []Source
	}
	found := map[string]*alike{}
	var order []*alike
	for _, a := range assets {
		said := words(a)
		key := strings.Join(said, "\x00")
		k := found[key]
		if k == nil {
			k = &alike{said: said}
			found[key] = k
			order = append(order, k)
		}
		k.names = append(k.names, a.Subject)
		if len(k.at) < fewest {
			k.at = append(k.at, At(a.Origin))
		}
	}
	var rows [][]Cell
	for _, k := range order {
		row := []Cell{{b.first(alikes, k.names, k.at...)}}
		for _, text := range k.said {
			row = append(row, One(b.Value(text, k.at...)))
		}
		rows = append(rows, row)
	}
	b.Table(caption, append([]string{"part.asset"}, head...), widths, rows)
}

// Few names the first few of some addresses, and counts what it does not name.
func (b *Builder) Few(addresses []graph.Address, sources ...Source) Sentence {
	return b.first(fewest, addresses, sources...)
}

// alikes bounds the names in a row of a table of assets.
const alikes = 10

func (b *Builder) first(most int, addresses []graph.Address, sources ...Source) Sentence {
	var names []string
	for _, a := range addresses[:min(len(addresses), most)] {
		names = append(names, string(a))
	}
	if n := len(addresses) - len(names); n > 0 {
		return b.Say("part.few", Values{"names": strings.Join(names, "; "), "n": n}, sources...)
	}
	return b.Value(strings.Join(names, "; "), sources...)
}

// ShownTable is the table of the documents that the perimeter records for facts about
// a system. A fact without one that holds is a question.
func (b *Builder) ShownTable(system string, facts ...string) {
	var rows [][]Cell
	for _, fact := range facts {
		rows = append(rows, []Cell{{b.Fixed("fact." + fact)}, b.Papers(system, fact)})
	}
	b.Table("part.documents", []string{"part.fact", "part.document"}, []int{4, 9}, rows)
}

// Papers are the documents that the perimeter records for a fact about a system: what
// each says, its digest, who approved it and until when it holds. One that has ended
// shows nothing any more; where none holds, one is asked for.
func (b *Builder) Papers(system, fact string) []Sentence {
	out, holds := b.Recorded(system, fact)
	if !holds {
		out = append(out, b.Ask("shown-"+fact, system))
	}
	return out
}

// Recorded are those documents without the question, and whether one of them holds.
func (b *Builder) Recorded(system, fact string) (out []Sentence, holds bool) {
	for _, e := range b.Case.Shown(system, fact) {
		key := "part.shown"
		if e.Expires < b.Case.Result.At {
			key = "part.shown_ended"
		} else {
			holds = true
		}
		v := Values{"value": strings.Join(e.Value, ", "), "document": e.Document, "by": e.ApprovedBy, "day": b.Day(e.Expires)}
		out = append(out, b.Say(key, v, At(e.Origin)))
	}
	return out, holds
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
	b.AssetTable("part.unbound", []string{"part.kind", "part.class"}, []int{6, 3, 4}, assets, func(a *finding.Asset) []string {
		return []string{WordOf(b, "kind", a.Kind), graph.Listed(a.Classes)}
	})
}
