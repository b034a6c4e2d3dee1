// Package ropa writes the record of processing activities: of a controller
// (GDPR art. 30(1)), each point (a) to (g) in its order, and of a processor (art.
// 30(2)), each point (a) to (d); with what contradicts the record and what no binding
// gives to a system.
package ropa

import (
	"embed"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the record is made.
var Document = evidence.Kind{Name: "ropa", Messages: messages, Write: write, Exports: map[string]evidence.Export{"csv": writeCSV}}

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
	unbound(b)
	return nil
}

// controller is the record of what is done for oneself: the points (a) to (g) of
// paragraph 1.
func (r *record) controller() error {
	r.parties()
	r.purposes()
	r.data()
	r.recipients()
	if err := r.transfers("e"); err != nil {
		return err
	}
	r.retention()
	r.security("g")
	return nil
}

// A record is one processing activity in the making.
type record struct {
	*evidence.Builder
	system string
}

// path is the key of the perimeter for a field of the system.
func (r *record) path(field string) string { return "spec.systems." + r.system + "." + field }

// parties are the controller and those who act for it: point (a).
func (r *record) parties() {
	s := r.Case.Perimeter.Spec.Systems[r.system]
	r.Head(2, "a", nil)
	of := func(value string) evidence.Values { return evidence.Values{"value": value} }
	rows := [][]evidence.Cell{
		{{r.Fixed("a.controller")}, {r.Given("value", "controller", r.system, s.Controller, of(s.Controller)), r.Ask("contact", r.system)}},
		{{r.Fixed("a.joint")}, {r.Ask("joint-controllers", r.system)}},
		{{r.Fixed("a.representative")}, {r.Ask("representative", r.system)}},
		{{r.Fixed("a.dpo")}, {r.Given("value", "dpo", r.system, s.DPO, of(s.DPO))}},
	}
	r.Table("a.table", []string{"a.role", "a.who"}, []int{3, 7}, rows)
}

// purposes are why data is processed: point (b), with the legal basis, which
// authorities ask for beside it.
func (r *record) purposes() {
	s := r.Case.Perimeter.Spec.Systems[r.system]
	r.Head(2, "b", nil)
	r.Paragraph(r.Given("b.purpose", "purpose", r.system, s.Purpose, evidence.Values{"system": r.system, "purpose": s.Purpose}))
	var clauses []string
	for _, id := range s.Basis {
		if q, ok := r.Case.KB.Requirement(id); ok {
			clauses = append(clauses, r.Cite(&q))
		}
	}
	basis := r.And(clauses)
	r.Paragraph(r.Given("b.basis", "basis", r.system, basis, evidence.Values{"basis": basis}))
	if s.AIAct != "" {
		r.Paragraph(r.Say("b.ai", evidence.Values{"system": r.system, "kind": evidence.WordOf(r.Builder, "ai_act", s.AIAct)}, r.Case.Key(r.path("ai_act"))))
	}
}

// data are the categories of people and of data: point (c).
func (r *record) data() {
	s := r.Case.Perimeter.Spec.Systems[r.system]
	r.Head(2, "c", nil)
	people := r.And(s.Subjects)
	r.Paragraph(r.Given("c.subjects", "subjects", r.system, people, evidence.Values{"people": people}))
	var rows [][]evidence.Cell
	for _, u := range r.Case.Classes(r.system) {
		c, ok := r.Case.Perimeter.Spec.Data[u.ID]
		if !ok {
			continue
		}
		at := r.Case.Key("spec.data." + string(u.ID))
		rows = append(rows, []evidence.Cell{
			{r.Name(string(u.ID), at)},
			{r.Say("value", evidence.Values{"value": evidence.WordOf(r.Builder, "gdpr", c.GDPR)}, at)},
			{r.Say("value", evidence.Values{"value": evidence.WordOf(r.Builder, "confidentiality", c.Confidentiality)}, at)},
			{r.Say("c.found", evidence.Values{"n": u.Assets, "flows": u.Flows}, u.Sources...)},
		})
	}
	r.Table("c.table", []string{"c.class", "c.category", "c.confidentiality", "c.where"}, []int{3, 4, 2, 4}, rows)
}

// recipients are who gets the data: point (d).
func (r *record) recipients() {
	r.Head(2, "d", nil)
	var rows [][]evidence.Cell
	for _, x := range r.Case.Recipients(r.system) {
		rows = append(rows, []evidence.Cell{
			{r.Name(x.Name, x.Sources...), r.controlled(x)},
			{r.Say("value", evidence.Values{"value": r.doing(x)}, x.Sources...)},
			{r.Say("value", evidence.Values{"value": orNone(r.Builder, graph.Listed(x.Classes))}, x.Sources...)},
			{r.Say("value", evidence.Values{"value": r.where(x)}, x.Sources...)},
		})
	}
	r.Table("d.table", []string{"d.who", "d.what", "d.classes", "d.where"}, []int{4, 4, 3, 3}, rows)
	r.Paragraph(r.Ask("recipients", r.system))
}

// controlled says where a recipient is seated and who controls it.
func (r *record) controlled(x *evidence.Recipient) evidence.Sentence {
	o := x.Operator
	if o == nil {
		return r.Say("d.nobody", nil, x.Sources...)
	}
	if o.Seat == "" {
		return r.Say("d.seatless", nil, x.Sources...)
	}
	key, v := "d.seat", evidence.Values{"seat": r.Country(o.Seat)}
	if n := len(o.Control); n > 0 {
		last := o.Control[n-1]
		key, v["controller"], v["country"] = "d.control", last.Name, r.Country(last.Country)
		if last.Name == "" {
			v["controller"] = string(last.Entity)
		}
	}
	return r.Say(key, v, evidence.Source{Kind: evidence.Record, At: "operator " + string(o.Entity)})
}

// doing is what a recipient does with the data.
func (r *record) doing(x *evidence.Recipient) string {
	var out []string
	for _, k := range x.Kinds {
		out = append(out, evidence.WordOf(r.Builder, "kind", k))
	}
	for _, p := range x.Purposes {
		out = append(out, evidence.WordOf(r.Builder, "purpose", p))
	}
	return orNone(r.Builder, strings.Join(out, ", "))
}

func (r *record) where(x *evidence.Recipient) string {
	switch {
	case len(x.Countries) == 0:
		return r.Word("unknown")
	case x.Open:
		return r.And([]string{r.Countries(x.Countries), r.Word("d.elsewhere")})
	}
	return r.Countries(x.Countries)
}

func orNone(b *evidence.Builder, s string) string {
	if s == "" {
		return b.Word("none")
	}
	return s
}

// transfers go to third countries: point (e), of a processor (c), with the tool of each.
func (r *record) transfers(head string) error {
	r.Head(2, head, nil)
	crossings, err := r.Case.Crossings(r.system)
	if err != nil {
		return err
	}
	var rows [][]evidence.Cell
	for _, x := range crossings {
		rows = append(rows, []evidence.Cell{
			{r.Name(x.Name, x.Sources...)},
			{r.Say("value", evidence.Values{"value": r.Countries(x.Countries)}, x.Sources...)},
			{r.tool(x)},
		})
	}
	r.Table("e.table", []string{"d.who", "e.country", "e.tool"}, []int{4, 4, 6}, rows)
	return nil
}

// tool is the tool of chapter V that the perimeter records for a recipient; none
// is a question, since a transfer without one is not lawful.
func (r *record) tool(x *evidence.Crossing) evidence.Sentence {
	for i, t := range r.Case.Perimeter.Spec.Transfers {
		if !x.Named(t.To) {
			continue
		}
		at := r.Case.Key(fmt.Sprintf("spec.transfers[%d]", i))
		v := evidence.Values{"tool": evidence.WordOf(r.Builder, "tool", t.Tool)}
		switch {
		case t.Expires != "" && t.Expires < r.Case.Result.At:
			v["day"] = r.Day(t.Expires)
			return r.Say("e.ended", v, at)
		case t.Expires != "":
			v["day"] = r.Day(t.Expires)
			return r.Say("e.until", v, at)
		}
		return r.Say("e.tool_is", v, at)
	}
	if len(x.Adequate) == len(x.Countries) {
		d, _ := r.Case.KB.Adequate(x.Adequate[0], r.Case.At)
		return r.Say("e.adequate", evidence.Values{"decision": d.Decision}, evidence.Source{Kind: evidence.Record, At: "adequacy " + string(d.Country)})
	}
	return r.Ask("transfer-tool", x.ID())
}

// retention is when data is erased: point (f).
func (r *record) retention() {
	r.Head(2, "f", nil)
	var rows [][]evidence.Cell
	for _, u := range r.Case.Classes(r.system) {
		c, ok := r.Case.Perimeter.Spec.Data[u.ID]
		if !ok || !r.Case.Personal(u.ID) {
			continue
		}
		time := r.Retention(c.Retention)
		rows = append(rows, []evidence.Cell{
			{r.Name(string(u.ID), r.Case.Key("spec.data."+string(u.ID)))},
			{r.Given("value", "retention", string(u.ID), time, evidence.Values{"value": time})},
		})
	}
	r.Table("f.table", []string{"c.class", "f.time"}, []int{4, 8}, rows)
}

// security is a general description of the measures: point (g), of a processor (d). It
// tells what was checked and what it came to, not only what was meant.
func (r *record) security(head string) {
	r.Head(2, head, nil)
	var rows [][]evidence.Cell
	for _, a := range r.Case.Assets(r.system) {
		if a.Kind.Bearing() != graph.BearsData || a.Custody == nil {
			continue
		}
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{
			{r.Name(string(a.Subject), at)},
			{r.Say("value", evidence.Values{"value": evidence.WordOf(r.Builder, "kind", a.Kind)}, at)},
			{r.Say("g.custody", evidence.Values{"protection": evidence.WordOf(r.Builder, "protection", a.Custody.Protection), "holder": evidence.WordOf(r.Builder, "holder", a.Custody.Holder)}, at)},
		})
	}
	r.Table("g.table", []string{"g.store", "g.kind", "g.protection"}, []int{5, 3, 6}, rows)
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

// unbound are the assets that nothing gives to a system: a record without them
// would look complete.
func unbound(b *evidence.Builder) {
	assets := b.Case.Assets(evidence.Unbound)
	if len(assets) == 0 {
		return
	}
	b.Head(1, "unbound", nil)
	b.Paragraph(b.Fixed("unbound.about"), b.Ask("unbound", ""))
	var rows [][]evidence.Cell
	for _, a := range assets {
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{
			{b.Name(string(a.Subject), at)},
			{b.Say("value", evidence.Values{"value": evidence.WordOf(b, "kind", a.Kind)}, at)},
			{b.Say("value", evidence.Values{"value": orNone(b, graph.Listed(a.Classes))}, at)},
		})
	}
	b.Table("unbound.table", []string{"g.store", "g.kind", "c.class"}, []int{6, 3, 4}, rows)
}
