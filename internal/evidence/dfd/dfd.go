// Package dfd writes the data-flow diagrams: of the whole by country and by
// operator, of what leaves the perimeter, and of each system, with tables that say
// the same in words.
//
// GDPR art. 30 asks for recipients and transfers, C3A SOV-4-08 for the drawing
// itself, and annex III of the proposed CADA for it as evidence. What was seen and is
// not declared, what is declared and was not seen, and what nobody knows stand apart:
// a drawing that hides them would look better than the system is.
package dfd

import (
	"embed"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the diagrams are made.
var Document = evidence.Kind{Name: "dfd", Messages: messages, Write: write, BySystem: true}

// A drawing is the document in the making.
type drawing struct {
	*evidence.Builder
	ends []*end // of the flows that the document is about, in the order of the result
}

func write(b *evidence.Builder) error {
	d := &drawing{Builder: b}
	d.follow()
	d.Paragraph(d.Fixed("about"))
	if err := d.laws(); err != nil {
		return err
	}
	if b.Case.Only != "" {
		d.narrow()
	} else {
		d.whole()
	}
	d.leaving()
	for _, name := range d.Case.Systems() {
		d.Head(1, "system", evidence.Values{"system": name})
		d.Paragraph(d.counted("system.counts", name))
		d.Figure("system.figure", evidence.Values{"system": name}, name, chart.ByCountry)
		d.Paragraph(d.Ask("other-flows", name))
		d.flows(name)
	}
	d.unbound()
	d.differences()
	d.unknown()
	if b.Case.Only == "" {
		d.traffic()
	}
	return nil
}

// narrow keeps the flows of the one system that the document is about, and says what
// it leaves out.
func (d *drawing) narrow() {
	var own []*end
	none := 0
	for _, e := range d.ends {
		switch e.System {
		case d.Case.Only:
			own = append(own, e)
		case evidence.Unbound:
			none++
		}
	}
	others := len(d.ends) - len(own) - none
	d.ends = own
	d.Paragraph(d.Say("only", evidence.Values{"system": d.Case.Only, "others": others, "none": none}, evidence.In("flows")), d.Fixed("only.traffic"))
}

// laws are the clauses that ask for the diagram, with their records.
func (d *drawing) laws() error {
	var items []evidence.Item
	for _, law := range []struct {
		id  graph.RequirementID
		key string
	}{{"GDPR_ART_30", "law.gdpr"}, {"C3A_SOV_4_08", "law.c3a"}, {"CADA_ANNEX3", "law.cada"}} {
		r, ok := d.Case.KB.Requirement(law.id)
		if !ok {
			return fmt.Errorf("the knowledge base has no requirement %s, which asks for data-flow diagrams", law.id)
		}
		v := evidence.Values{"clause": d.Cite(&r)}
		if law.key == "law.cada" {
			v = nil // its citation has words, which the message has in its language
		}
		item := evidence.One(d.Say(law.key, v, evidence.Clause(&r)))
		if r.Status == "proposed" {
			item = append(item, d.Say("law.proposed", nil, evidence.Clause(&r)))
		}
		items = append(items, item)
	}
	d.List(items...)
	return nil
}

// whole draws everything, by country and by operator.
func (d *drawing) whole() {
	d.Head(1, "whole", nil)
	n := map[graph.FlowState]int{}
	for _, e := range d.ends {
		for _, s := range e.states() {
			n[s]++
		}
	}
	at := evidence.In("flows")
	d.Paragraph(d.Say("whole.counts", evidence.Values{"n": len(d.ends), "declared": n[graph.Declared], "planned": n[graph.Planned], "observed": n[graph.Observed]}, at), d.Fixed("whole.read"))
	d.Head(2, "whole.country", nil)
	d.Figure("whole.country.figure", nil, "", chart.ByCountry)
	d.Head(2, "whole.operator", nil)
	d.Figure("whole.operator.figure", nil, "", chart.ByOperator)
}

// leaving draws what leaves the perimeter only.
func (d *drawing) leaving() {
	d.Head(1, "leaving", nil)
	n := 0
	for _, e := range d.ends {
		if e.standing == diagram.Outside {
			n++
		}
	}
	at := evidence.In("flows")
	if n == 0 {
		d.Paragraph(d.Say("leaving.none", nil, at))
		return
	}
	d.Paragraph(d.Say("leaving.counts", evidence.Values{"n": n}, at), d.Fixed("leaving.read"))
	d.Figure("leaving.figure", nil, d.Case.Only, chart.ByCountry, diagram.Outside)
}

// counted says how many assets and flows a system has.
func (d *drawing) counted(key, system string) evidence.Sentence {
	assets, flows := 0, 0
	for i := range d.Case.Result.Assets {
		if a := &d.Case.Result.Assets[i]; a.System == system && a.Kind.Bearing() != graph.BearsNothing {
			assets++
		}
	}
	for _, e := range d.ends {
		if e.System == system {
			flows++
		}
	}
	v := evidence.Values{"assets": assets, "flows": flows}
	if system != evidence.Unbound {
		v["system"] = system
	}
	return d.Say(key, v, evidence.In("inventory"), evidence.In("flows"))
}

// flows are the tables of a system: what is declared, planned and observed.
func (d *drawing) flows(system string) {
	for _, s := range []struct {
		state       graph.FlowState
		head, table string
	}{{graph.Declared, "declared", "declared.table"}, {graph.Planned, "planned", "planned.table"}, {graph.Observed, "observed", "observed.table"}} {
		var of []*end
		for _, e := range d.ends {
			if e.System == system && e.in(s.state) {
				of = append(of, e)
			}
		}
		if len(of) == 0 && system == evidence.Unbound {
			continue
		}
		d.Head(2, s.head, nil)
		d.table(s.table, of)
	}
}

// unbound is what no binding gives to a system.
func (d *drawing) unbound() {
	for _, e := range d.ends {
		if e.System == evidence.Unbound {
			d.Head(1, "unbound", nil)
			d.Paragraph(d.counted("unbound.counts", evidence.Unbound), d.Fixed("unbound.about"))
			d.flows(evidence.Unbound)
			return
		}
	}
}
