package ropa

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// processor is the role of who acts on behalf of controllers (GDPR art. 4(8)).
const processor = "processor"

// role says which record the activity has. Where nobody has said it, it is asked, and
// the points of paragraph 1 are given: they have all that files show of paragraph 2.
func (r *record) role() string {
	role := r.Case.Perimeter.Spec.Systems[r.system].Role
	if role == "" {
		r.Paragraph(r.Given("party.is", "role", r.system, "", nil), r.Fixed("party.open"))
		return ""
	}
	r.Paragraph(r.Given("party.is", "role", r.system, role, evidence.Values{"role": r.Word("party." + role)}))
	return role
}

// processor is the record of what is done on behalf of others: the points (a) to (d) of
// paragraph 2.
func (r *record) processor() error {
	r.principals()
	r.processing()
	r.Head(2, "p.c", nil)
	if err := r.TransferTable(r.system); err != nil {
		return err
	}
	r.security("p.d")
	return nil
}

// principals are the processor, the controllers on behalf of which it acts, and those who
// speak for them: point (a).
func (r *record) principals() {
	s := r.Case.Perimeter.Spec.Systems[r.system]
	r.Head(2, "p.a", nil)
	of := func(value string) evidence.Values { return evidence.Values{"value": value} }
	r.Table("part.parties", []string{"part.role", "part.who"}, []int{3, 7}, [][]evidence.Cell{
		{{r.Fixed("p.processor")}, {r.Ask("processor", r.system)}},
		{{r.Fixed("p.controllers")}, {r.Given("value", "controller", r.system, s.Controller, of(s.Controller)), r.Ask("on-behalf-of", r.system)}},
		{{r.Fixed("p.representative")}, {r.Ask("processor-representative", r.system)}},
		{{r.Fixed("part.dpo")}, {r.Given("value", "dpo", r.system, s.DPO, of(s.DPO))}},
	})
}

// A doing is what the parts of one kind do with data.
type doing struct {
	parts   int
	classes []graph.ClassID
	sources []evidence.Source
}

// few bounds the sources of a sentence that many facts show.
const few = 3

// processing are the categories of processing: point (b). Files show the kinds of what
// stores and processes; for which controller each is, people know.
func (r *record) processing() {
	r.Head(2, "p.b", nil)
	r.Paragraph(r.Purpose(r.system))
	found := map[graph.Kind]*doing{}
	var kinds []graph.Kind
	for _, a := range r.Case.Assets(r.system) {
		d := found[a.Kind]
		if d == nil {
			d = &doing{}
			found[a.Kind], kinds = d, append(kinds, a.Kind)
		}
		d.parts++
		for _, c := range a.Classes {
			if !slices.Contains(d.classes, c) {
				d.classes = append(d.classes, c)
			}
		}
		if len(d.sources) < few {
			d.sources = append(d.sources, evidence.At(a.Origin))
		}
	}
	slices.Sort(kinds)
	var rows [][]evidence.Cell
	for _, k := range kinds {
		d := found[k]
		slices.Sort(d.classes)
		rows = append(rows, []evidence.Cell{
			{r.Say("value", evidence.Values{"value": evidence.WordOf(r.Builder, "kind", k)}, d.sources...)},
			{r.Say("p.parts", evidence.Values{"n": d.parts}, d.sources...)},
			{r.Value(graph.Listed(d.classes), d.sources...)},
		})
	}
	r.Table("p.table", []string{"p.category", "p.where", "part.class"}, []int{4, 3, 6}, rows)
	r.Paragraph(r.Ask("processing-categories", r.system))
}
