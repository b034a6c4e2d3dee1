package dfd

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An end is a flow with what is known of where it leads.
type end struct {
	*finding.Edge
	places    []graph.Place
	operator  *graph.Operator
	countries []graph.Country // in which the end stores or processes, sorted
	standing  diagram.Standing
}

type subject struct {
	root    string
	address graph.Address
}

// follow finds the ends of all flows.
func (d *drawing) follow() {
	assets := map[subject]*finding.Asset{}
	for i := range d.Case.Result.Assets {
		a := &d.Case.Result.Assets[i]
		assets[subject{a.Root, a.Subject}] = a
	}
	for i := range d.Case.Result.Flows {
		f := &d.Case.Result.Flows[i]
		e := &end{Edge: f, places: f.Places, operator: f.Operator}
		if a := assets[subject{f.Root, f.To}]; a != nil {
			e.places, e.operator = a.Places, a.Operator
		}
		for _, p := range e.places {
			if p.Role != graph.Metadata {
				e.countries = append(e.countries, p.Countries...)
			}
		}
		slices.Sort(e.countries)
		e.countries = slices.Compact(e.countries)
		e.standing = d.Case.Chart.Stands(e.places)
		if f.Within && len(e.places) == 0 {
			e.standing = diagram.Inside // a system of one's own, as the picture has it
		}
		d.ends = append(d.ends, e)
	}
}

func (e *end) states() []graph.FlowState {
	if len(e.States) == 0 {
		return []graph.FlowState{e.State}
	}
	return e.States
}

func (e *end) in(s graph.FlowState) bool { return slices.Contains(e.states(), s) }

// A row is flows that differ by their sender only.
type row struct {
	*end
	senders []string
	sources []evidence.Source // of the first few
}

// few bounds the senders and the sources of a row, most the rows of a table: who
// wants all has the result.
const (
	few  = 4
	most = 200
)

// worst orders what a reader must see first.
var worst = map[diagram.Standing]int{diagram.Outside: 0, diagram.Open: 1, diagram.Inside: 2, diagram.Neutral: 3}

// rows puts flows together that differ by their sender only: those that leave
// first, then by their ends.
func rows(ends []*end) []*row {
	type key struct{ to, unknown, purposes, classes, countries, operator, answer string }
	at := map[key]*row{}
	var out []*row
	for _, e := range ends {
		k := key{string(e.To), e.Unknown, strings.Join(e.Purposes, ","), graph.Listed(e.Classes), graph.Listed(e.countries), "", string(e.Answer)}
		if e.operator != nil {
			k.operator = string(e.operator.Entity)
		}
		r := at[k]
		if r == nil {
			r = &row{end: e}
			at[k] = r
			out = append(out, r)
		}
		if name := string(e.From); !slices.Contains(r.senders, name) {
			r.senders = append(r.senders, name)
		}
		if src := evidence.At(e.Origin); len(r.sources) < few && !slices.Contains(r.sources, src) {
			r.sources = append(r.sources, src)
		}
	}
	for _, r := range out {
		slices.Sort(r.senders)
	}
	slices.SortStableFunc(out, func(a, b *row) int {
		return cmp.Or(cmp.Compare(worst[a.standing], worst[b.standing]), cmp.Compare(a.To, b.To), cmp.Compare(a.senders[0], b.senders[0]), slices.Compare(a.Purposes, b.Purposes), slices.Compare(a.Classes, b.Classes))
	})
	return out
}
