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
		r.parties()
		r.purposes()
		r.data()
		r.recipients()
		if err := r.transfers(); err != nil {
			return err
		}
		r.retention()
		r.security()
		r.contradictions()
	}
	unbound(b)
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
			{r.Name(x.Name, x.Sources...), r.Controlled(x)},
			{r.Say("value", evidence.Values{"value": r.Doing(x)}, x.Sources...)},
			{r.Say("value", evidence.Values{"value": r.OrNone(graph.Listed(x.Classes))}, x.Sources...)},
			{r.Say("value", evidence.Values{"value": r.Where(x)}, x.Sources...)},
		})
	}
	r.Table("d.table", []string{"d.who", "d.what", "d.classes", "d.where"}, []int{4, 4, 3, 3}, rows)
	r.Paragraph(r.Ask("recipients", r.system))
}

// transfers go to third countries: point (e), with the tool of each.
func (r *record) transfers() error {
	r.Head(2, "e", nil)
	crossings, err := r.Case.Crossings(r.system)
	if err != nil {
		return err
	}
	var rows [][]evidence.Cell
	for _, x := range crossings {
		rows = append(rows, []evidence.Cell{
			{r.Name(x.Name, x.Sources...)},
			{r.Say("value", evidence.Values{"value": r.Countries(x.Countries)}, x.Sources...)},
			{r.Tool(x)},
		})
	}
	r.Table("e.table", []string{"d.who", "e.country", "e.tool"}, []int{4, 4, 6}, rows)
	return nil
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

// security is a general description of the measures: point (g). It tells what was
// checked and what it came to, not only what was meant.
func (r *record) security() {
	r.Head(2, "g", nil)
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
			{r.Quote(f.Message, evidence.At(f.Origin))},
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
			{b.Say("value", evidence.Values{"value": b.OrNone(graph.Listed(a.Classes))}, at)},
		})
	}
	b.Table("unbound.table", []string{"g.store", "g.kind", "c.class"}, []int{6, 3, 4}, rows)
}
