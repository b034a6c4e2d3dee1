package dfd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// table sets flows: from, to and by whom, why and what, where, and how it stands.
func (d *drawing) table(caption string, ends []*end) {
	var out [][]evidence.Cell
	all := rows(ends)
	for _, r := range all[:min(len(all), most)] {
		out = append(out, []evidence.Cell{
			{d.senders(r)},
			d.to(r),
			{d.carried(r)},
			{d.Say("value", evidence.Values{"value": d.Countries(r.countries)}, r.sources...)},
			{d.stands(r)},
		})
	}
	d.Table(caption, []string{"from", "to", "what", "country", "stands"}, []int{7, 8, 7, 5, 5}, out)
	d.rest(len(all))
}

// rest says how many rows a table leaves out.
func (d *drawing) rest(n int) {
	if n > most {
		d.Paragraph(d.Say("rest", evidence.Values{"n": n - most}, evidence.In("flows")))
	}
}

// senders are those of a row, the first few by name.
func (d *drawing) senders(r *row) evidence.Sentence {
	list := strings.Join(r.senders[:min(len(r.senders), few)], ", ")
	if n := len(r.senders) - few; n > 0 {
		return d.Say("senders", evidence.Values{"list": list, "n": n}, r.sources...)
	}
	return d.Name(list, r.sources...)
}

// to is where a flow leads, and who runs it.
func (d *drawing) to(r *row) evidence.Cell {
	if r.To == "" {
		return evidence.One(d.Say("to.unknown", nil, r.sources...))
	}
	name := d.Name(string(r.To), r.sources...)
	if r.operator == nil || r.operator.Entity == "" {
		if r.Within {
			return evidence.One(name)
		}
		return evidence.One(name, d.Say("to.nobody", nil, r.sources...))
	}
	if o := d.Operator(r.operator); o != string(r.To) {
		return evidence.One(name, d.Say("to.operator", evidence.Values{"operator": o}, r.sources...))
	}
	return evidence.One(name)
}

// carried are purposes and classes of data.
func (d *drawing) carried(r *row) evidence.Sentence {
	var list []string
	for _, p := range r.Purposes {
		list = append(list, evidence.WordOf(d.Builder, "purpose", p))
	}
	purposes, classes := strings.Join(list, ", "), graph.Listed(r.Classes)
	if len(r.Classes) > 0 && purposes != "" {
		return d.Say("carried", evidence.Values{"purposes": purposes, "classes": classes}, r.sources...)
	}
	if len(r.Classes) == 0 {
		classes = d.Word("unknown")
	}
	return d.Say("value", evidence.Values{"value": or(purposes, classes)}, r.sources...)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// stands says how a flow stands to the perimeter, and what the checks of it said.
func (d *drawing) stands(r *row) evidence.Sentence {
	v := evidence.Values{"standing": d.Word("standing." + string(r.standing))}
	if r.Answer == "" {
		return d.Say("value", evidence.Values{"value": v["standing"]}, r.sources...)
	}
	v["answer"] = evidence.WordOf(d.Builder, "status", r.Answer)
	return d.Say("stands.answer", v, r.sources...)
}

// drift is the rule that holds observed flows against declared and planned ones.
const drift = "FLW-013"

// differences are where declaration and traffic differ.
func (d *drawing) differences() {
	d.Head(1, "drift", nil)
	if !slices.ContainsFunc(d.ends, func(e *end) bool { return e.in(graph.Observed) }) {
		d.Paragraph(d.Say("drift.unseen", nil, evidence.In("traffic")))
		return
	}
	d.Paragraph(d.Fixed("drift.about"))
	d.undeclared()
	d.unseen()
}

// undeclared are flows that were observed and that neither the perimeter nor code
// or configuration tells of.
func (d *drawing) undeclared() {
	at := map[subject]*end{}
	for _, e := range d.ends {
		if e.in(graph.Observed) {
			at[subject{e.Root, e.From + resolve.FlowArrow + e.To}] = e
		}
	}
	d.Head(2, "drift.undeclared", nil)
	var out [][]evidence.Cell
	n := 0
	for i := range d.Case.Result.Findings {
		f := &d.Case.Result.Findings[i]
		if f.Rule != drift || f.Status != finding.Fail && f.Status != finding.Undecided && f.Status != finding.Waived {
			continue
		}
		e := at[subject{f.Root, f.Subject}]
		if e == nil {
			continue
		}
		if n++; n > most {
			continue
		}
		src := evidence.At(f.Origin)
		r := &row{end: e, senders: []string{string(e.From)}, sources: []evidence.Source{src}}
		out = append(out, []evidence.Cell{
			{d.senders(r)}, d.to(r),
			{d.Say("value", evidence.Values{"value": d.Countries(e.countries)}, src)},
			{d.Say("value", evidence.Values{"value": d.Word("drift." + string(f.Status))}, src)},
		})
	}
	d.Table("drift.undeclared.table", []string{"from", "to", "country", "stands"}, []int{7, 9, 6, 7}, out)
	d.rest(n)
}

// unseen are flows that the perimeter declares and that traffic did not show.
func (d *drawing) unseen() {
	seen := map[[2]string]bool{}
	for _, e := range d.ends {
		if e.in(graph.Observed) {
			seen[[2]string{string(e.From), string(e.To)}] = true
			seen[[2]string{e.System, string(e.To)}] = true
		}
	}
	var of []*end
	for _, e := range d.ends {
		if e.in(graph.Declared) && !seen[[2]string{string(e.From), string(e.To)}] && !seen[[2]string{e.System, string(e.To)}] {
			of = append(of, e)
		}
	}
	d.Head(2, "drift.quiet", nil)
	d.table("drift.quiet.table", of)
}

// unknown are flows of whose end nobody knows who it is or where.
func (d *drawing) unknown() {
	d.Head(1, "unknown_ends", nil)
	var of []*end
	for _, e := range d.ends {
		if len(e.countries) == 0 && !e.Within {
			of = append(of, e)
		}
	}
	d.Paragraph(d.Fixed("unknown.about"))
	var out [][]evidence.Cell
	all := rows(of)
	for _, r := range all[:min(len(all), most)] {
		why := d.Say("unknown.place", nil, r.sources...)
		if text := reason(r.end); text != "" {
			why = d.Quote(text, r.sources...)
		}
		out = append(out, []evidence.Cell{{d.senders(r)}, d.to(r), {d.carried(r)}, {why}})
	}
	d.Table("unknown.table", []string{"from", "to", "what", "why"}, []int{6, 7, 6, 9}, out)
	d.rest(len(all))
}

// reason is why nobody knows where a flow leads.
func reason(e *end) string {
	if e.Unknown != "" {
		return e.Unknown
	}
	for i := range e.places {
		if e.places[i].Unknown != "" {
			return e.places[i].Unknown
		}
	}
	return ""
}

// traffic adds up what was seen, by country and operator.
func (d *drawing) traffic() {
	d.Head(1, "traffic", nil)
	list := d.Case.Result.Traffic
	if len(list) == 0 {
		d.Paragraph(d.Say("drift.unseen", nil, evidence.In("traffic")))
		return
	}
	d.Paragraph(d.Fixed("traffic.about"))
	var out [][]evidence.Cell
	for i := range list {
		t := &list[i]
		at := evidence.In(fmt.Sprintf("traffic[%d]", i))
		cell := func(value string) evidence.Cell {
			return evidence.One(d.Say("value", evidence.Values{"value": value}, at))
		}
		where, who := d.Countries(t.Countries), d.Word("unknown")
		if t.Operator != "" {
			who = string(t.Operator)
			if o, ok := d.Case.KB.Operator(t.Operator); ok {
				who = o.Name
			}
		}
		if t.Aside != "" {
			where, who = d.Word("traffic.aside."+t.Aside), d.Word("none")
		}
		out = append(out, []evidence.Cell{
			cell(where), cell(who),
			{d.Say("traffic.flows", evidence.Values{"n": t.Flows}, at)},
			{d.Say("traffic.count", evidence.Values{"n": int(t.Count)}, at), d.blocked(t, at)},
			{d.Say("traffic.bytes", evidence.Values{"sent": d.Bytes(t.Sent), "received": d.Bytes(t.Received)}, at), d.lossy(t, at)},
		})
		for j := range out[i] { // what was not blocked and not lost has no sentence
			out[i][j] = slices.DeleteFunc(out[i][j], func(s evidence.Sentence) bool { return s.Text == "" })
		}
	}
	d.Table("traffic.table", []string{"country", "operator", "traffic.head.flows", "traffic.head.count", "traffic.head.bytes"}, []int{6, 6, 3, 5, 8}, out)
}

func (d *drawing) blocked(t *finding.TrafficRow, at evidence.Source) evidence.Sentence {
	if t.Blocked == 0 {
		return evidence.Sentence{}
	}
	return d.Say("traffic.blocked", evidence.Values{"n": int(t.Blocked)}, at)
}

// lossy says of how many flows bytes or records are missing.
func (d *drawing) lossy(t *finding.TrafficRow, at evidence.Source) evidence.Sentence {
	switch {
	case t.Incomplete > 0:
		return d.Say("traffic.incomplete", evidence.Values{"n": t.Incomplete}, at)
	case t.Unmeasured > 0:
		return d.Say("traffic.unmeasured", evidence.Values{"n": t.Unmeasured}, at)
	}
	return evidence.Sentence{}
}
