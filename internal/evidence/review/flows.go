package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// flows are what leads to somebody else: declared, planned and observed.
func (r *review) flows() error {
	r.Paragraph(r.Fixed("flows.about"))
	told := false
	for _, name := range r.of() {
		mine := r.Case.Flows(name)
		if len(mine) == 0 && name == evidence.Unbound {
			continue
		}
		told = true
		r.system(name)
		if name != evidence.Unbound && len(mine) > 0 {
			r.Figure("flows.figure", evidence.Values{"system": name}, name, "country")
		}
		var rows [][]evidence.Cell
		for _, e := range mine {
			rows = append(rows, r.flow(e))
		}
		r.Table("flows.table", []string{"head.flow", "head.state", "head.data", "head.leads", "head.checks"}, []int{4, 3, 3, 3, 2}, rows)
	}
	if !told {
		r.Paragraph(r.Say("flows.none", nil, evidence.In("flows")))
	}
	return nil
}

func (r *review) flow(e *finding.Edge) []evidence.Cell {
	at := evidence.At(e.Origin)
	return []evidence.Cell{
		{r.ends(e)},
		{r.value(r.states(e)+"; "+r.purposes(e), at)},
		{r.value(r.classes(e.Classes), at)},
		{r.value(r.where(e.Places)+"; "+r.Operator(e.Operator), at)},
		{r.answered(e, at)},
	}
}

// classes lists classes of data. Nothing is without any: without a class nobody knows.
func (r *review) classes(ids []graph.ClassID) string {
	if len(ids) == 0 {
		return r.Word("unknown")
	}
	return graph.Listed(ids)
}

func (r *review) ends(e *finding.Edge) evidence.Sentence {
	return r.Say("ends", evidence.Values{"from": string(e.From), "to": or(string(e.To), r.Word("unknown"))}, evidence.At(e.Origin))
}

func (r *review) states(e *finding.Edge) string {
	all := append([]graph.FlowState{e.State}, e.States...)
	var out []string
	for _, s := range []graph.FlowState{graph.Declared, graph.Planned, graph.Observed} {
		if slices.Contains(all, s) {
			out = append(out, evidence.WordOf(r.Builder, "state", s))
		}
	}
	return strings.Join(out, ", ")
}

func (r *review) purposes(e *finding.Edge) string {
	var out []string
	for _, p := range e.Purposes {
		out = append(out, evidence.WordOf(r.Builder, "purpose", p))
	}
	return or(strings.Join(out, ", "), r.Word("unknown"))
}

func (r *review) answered(e *finding.Edge, at evidence.Source) evidence.Sentence {
	if e.Answer == "" {
		return r.Say("unchecked", nil, at)
	}
	return r.value(evidence.WordOf(r.Builder, "status", e.Answer), at)
}

// lineage follows what models are made of and what they answer: where the data for
// training came from, where it was processed, where answers are made.
func (r *review) lineage() error {
	r.Paragraph(r.Fixed("lineage.about"))
	told := false
	for _, name := range r.of() {
		from := r.datasets(name)
		work := r.things(name, graph.Training, graph.Notebook, graph.Pipeline)
		serve := append(r.things(name, graph.ModelEndpoint, graph.AIService), r.edges(name, "model")...)
		if name == evidence.Unbound && len(from)+len(work)+len(serve) == 0 {
			continue
		}
		told = true
		r.system(name)
		if name != evidence.Unbound {
			r.Paragraph(r.Ask("training-origin", name))
		}
		for _, t := range []struct {
			name string
			rows [][]evidence.Cell
		}{{"lineage.from", from}, {"lineage.work", work}, {"lineage.serve", serve}} {
			if name == evidence.Unbound && len(t.rows) == 0 {
				continue
			}
			r.Table(t.name, []string{"head.what", "head.model", "head.where", "head.operator"}, []int{5, 3, 4, 3}, t.rows)
		}
	}
	if !told {
		r.Paragraph(r.Say("lineage.none", nil, evidence.In("inventory")))
	}
	return nil
}

// datasets are the data that a system learns from, as rows of the lineage.
func (r *review) datasets(system string) [][]evidence.Cell {
	var rows [][]evidence.Cell
	for _, d := range r.Case.DataSets(system) {
		at := evidence.At(d.Origin)
		var what evidence.Sentence
		var where, op string
		if d.Flow != nil {
			what = r.ends(d.Flow)
			where, op = r.ending(d.Flow)
		} else {
			what = r.Name(string(d.Asset.Subject), at)
			where, op = r.Word("unknown"), r.Word("unknown")
		}
		rows = append(rows, []evidence.Cell{{what}, {r.value(or(d.Name, r.Word("unnamed")), at)}, {r.value(where, at)}, {r.value(op, at)}})
	}
	return rows
}

// edges are the flows of a system with a purpose, as rows of the lineage.
func (r *review) edges(system, purpose string) [][]evidence.Cell {
	var rows [][]evidence.Cell
	for i := range r.Case.Result.Flows {
		e := &r.Case.Result.Flows[i]
		if e.System != system || !slices.Contains(e.Purposes, purpose) {
			continue
		}
		at := evidence.At(e.Origin)
		where, op := r.ending(e)
		model := r.modelOf(r.flowing[subject{e.Root, e.From + resolve.FlowArrow + e.To}])
		rows = append(rows, []evidence.Cell{{r.ends(e)}, {r.value(model, at)}, {r.value(where, at)}, {r.value(op, at)}})
	}
	return rows
}

// ending is where a flow ends, and who runs that.
func (r *review) ending(e *finding.Edge) (where, op string) {
	if e.Within {
		return r.Word("inside"), r.Word("inside")
	}
	return r.where(e.Places), r.Operator(e.Operator)
}

// modelOf are the models that an asset names, and their makers.
func (r *review) modelOf(a *finding.Asset) string {
	if a == nil || a.Maker == nil {
		return r.Word("unnamed")
	}
	var out []string
	for _, m := range append([]graph.Maker{*a.Maker}, a.Maker.Others...) {
		out = append(out, cmp.Or(m.Component, m.Family, r.Word("unknown"))+": "+r.MadeBy(m.Entity, m.Country, m.Confidence))
	}
	return strings.Join(out, "; ")
}

// things are the assets of some kinds, as rows of the lineage.
func (r *review) things(system string, kinds ...graph.Kind) [][]evidence.Cell {
	var rows [][]evidence.Cell
	for _, a := range r.assetsOf(system) {
		if !slices.Contains(kinds, a.Kind) {
			continue
		}
		at := evidence.At(a.Origin)
		rows = append(rows, []evidence.Cell{{r.Name(string(a.Subject), at)}, {r.value(r.modelOf(a), at)}, {r.value(r.where(a.Places), at)}, {r.value(r.Operator(a.Operator), at)}})
	}
	return rows
}
