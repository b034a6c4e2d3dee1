package fix

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// accepted lists the edits, each with the findings that are gone by it and what
// it moves, by file and line.
func (r *run) accepted(before *finding.Result) []Edit {
	var out []Edit
	at := map[graph.Edit]int{}
	owned := map[string]bool{}      // findings that a change is for
	places := map[graph.Edit]bool{} // edits that decide about a place
	for _, c := range r.changes {
		for _, o := range c.picked {
			i, ok := at[o.Edit]
			if !ok {
				i = len(out)
				at[o.Edit] = i
				out = append(out, Edit{Edit: o.Edit, File: r.files.name(o.Edit.Literal.File).name, Of: o.lever.Of, Path: o.lever.Path, Region: o.Region})
			}
			for _, f := range c.findings {
				out[i].answer(f)
				places[o.Edit] = places[o.Edit] || len(f.Places) > 0
				owned[f.Fingerprint] = true
			}
		}
	}
	still := finding.OpenIn(r.result)
	gone := map[resolve.Key][]*finding.Finding{} // what went along with them
	for i := range before.Findings {
		if f := &before.Findings[i]; f.Status == finding.Fail && still[f.Fingerprint] == 0 && !owned[f.Fingerprint] {
			k := resolve.Key{Root: f.Root, Address: f.Subject}
			gone[k] = append(gone[k], f)
		}
	}
	was, is := inventory(before), inventory(r.result)
	for i := range out {
		e := &out[i]
		users := r.Levers.Users(&e.Edit)
		for _, k := range users {
			for _, f := range gone[k] {
				if places[e.Edit] || len(f.Places) == 0 {
					e.answer(f)
				}
			}
		}
		finding.Sort(e.Answers)
		e.Changes = r.Levers.Mentions(&e.Edit)
		for _, k := range users {
			if a, b := was[k], is[k]; a != nil && b != nil {
				e.touch(a, b)
			}
		}
		slices.Sort(e.Moves)
		slices.Sort(e.Also)
	}
	slices.SortFunc(out, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Literal.Line, b.Literal.Line), cmp.Compare(a.Literal.Column, b.Literal.Column), cmp.Compare(a.Add, b.Add))
	})
	return out
}

func (e *Edit) answer(f *finding.Finding) {
	if !slices.ContainsFunc(e.Answers, func(g finding.Finding) bool { return g.Fingerprint == f.Fingerprint }) {
		e.Answers = append(e.Answers, *f)
	}
}

// touch notes what becomes of an asset: where it was and where it is.
func (e *Edit) touch(was, is *finding.Asset) {
	e.Key = e.Key || was.Kind == graph.Key
	if copies(is.Places) < copies(was.Places) {
		e.Fewer = append(e.Fewer, was.Subject)
	}
	if e.Region == "" || ownRegion(was) == ownRegion(is) || slices.Contains(e.Moves, was.Subject) {
		return
	}
	e.Moves = append(e.Moves, was.Subject)
	e.Data = e.Data || was.Kind.Bearing() == graph.BearsData
	if !slices.ContainsFunc(e.Answers, func(f finding.Finding) bool { return f.Subject == was.Subject && f.Root == was.Root }) {
		e.Also = append(e.Also, was.Subject)
	}
}
