// Package fix proposes edits of the configuration for findings that have a
// safe mechanical remedy. What could stand where is data of the dialects; which
// of it helps is decided by checking again: an edit is kept only when the
// findings that it is for are gone, no other one appears anywhere, and nothing
// changed but what the edited value decides. Nothing is ever written to disk.
package fix

import (
	"context"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A Checker judges the configuration with the contents of some files replaced,
// by absolute path without links, and keeps the inventory in the result.
type Checker interface {
	Check(ctx context.Context, files map[string][]byte) (*finding.Result, error)
}

// A Rewriter applies edits to the text of a file. An edit that does not fit is
// an error.
type Rewriter interface {
	Rewrite(name string, src []byte, edits []graph.Edit) ([]byte, error)
}

// Limits are what the perimeter asks for sets of data classes.
type Limits interface {
	For(classes []graph.ClassID) *limits.Limits
}

// Tools are what a run needs from outside.
type Tools struct {
	Checker  Checker
	Rewriter Rewriter
	Limits   Limits
	Levers   *resolve.Levers // of the files as they are, traced
	Dir      string          // the folder that the patch is for; absolute, without links
}

// A Plan is what a run comes to.
type Plan struct {
	Edits   []Edit
	Files   []File          // those that change, by name
	Open    []Open          // what remains, and why
	Before  *finding.Result // as things are
	After   *finding.Result // with the edits
	Checked int             // how often the configuration was judged
}

// An Edit is one change of one value.
type Edit struct {
	graph.Edit
	File    string            // as the patch names it
	Of      graph.Address     // the asset whose attribute it is
	Path    string            // as a reason names it
	Answers []finding.Finding // the findings that are gone by it
	Moves   []graph.Address   // the assets that are somewhere else by it
	Also    []graph.Address   // those of them about which nothing was found
	Changes []string          // attributes of other assets that have the value too, as "address path"
	Data    bool              // whether data rests in what moves
	Key     bool              // whether what changes is a key
	Fewer   []graph.Address   // the assets of which there is then no copy in another place
	Region  string            // where it moves something; "" for a switch or another word
}

// An Open finding is one that remains.
type Open struct {
	Finding finding.Finding
	Why     string // there is no edit for it
}

// A File is one that changes.
type File struct {
	Name     string // relative to the folder, slash-separated
	Old, New []byte
}

// run is one run in progress.
type run struct {
	*Tools
	ctx     context.Context
	files   *files
	result  *finding.Result // with what was accepted so far
	changes []*change       // accepted
	why     map[string]string
	seen    *view
	checked int
}

// Run looks for edits.
func Run(ctx context.Context, t *Tools) (*Plan, error) {
	r := &run{Tools: t, ctx: ctx, files: newFiles(t.Dir, t.Rewriter), why: map[string]string{}}
	before, err := r.check(nil)
	if err != nil {
		return nil, err
	}
	r.result = before
	// What moves an asset comes first: it may mend its copies on the way.
	for _, phase := range []func(*finding.Finding) bool{ofOwnPlace, ofFurtherPlace, ofRest} {
		if err := r.phase(phase); err != nil {
			return nil, err
		}
	}
	p := &Plan{Before: before, After: r.result, Checked: r.checked}
	if p.Files, err = r.files.rewritten(r.edits(nil)); err != nil {
		return nil, err
	}
	p.Edits = r.accepted(before)
	for i := range r.result.Findings {
		if f := &r.result.Findings[i]; f.Status == finding.Fail || f.Status == finding.Undecided {
			p.Open = append(p.Open, Open{*f, r.reason(f)})
		}
	}
	return p, nil
}

// check judges the configuration with edits.
func (r *run) check(edits []graph.Edit) (*finding.Result, error) {
	fs, err := r.files.rewritten(edits)
	if err != nil {
		return nil, err
	}
	overlay := map[string][]byte{}
	for _, f := range fs {
		overlay[r.files.absolute(f.Name)] = f.New
	}
	r.checked++
	return r.Checker.Check(r.ctx, overlay)
}

// edits are the accepted ones and those of more changes.
func (r *run) edits(more []*change) []graph.Edit {
	var out []graph.Edit
	for _, list := range [][]*change{r.changes, more} {
		for _, c := range list {
			for _, o := range c.picked {
				out = append(out, o.Edit)
			}
		}
	}
	return out
}

func (r *run) phase(of func(*finding.Finding) bool) error {
	var list []*change
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		if f.Status != finding.Fail || !of(f) {
			continue
		}
		c, why := r.propose(f)
		if why != "" {
			r.why[f.Fingerprint] = why
			continue
		}
		list = append(list, c)
	}
	return r.solve(merge(list))
}

// solve accepts as many changes as can be: all of them at once when that is
// right, else each half on its own.
func (r *run) solve(list []*change) error {
	list = slices.DeleteFunc(slices.Clone(list), r.gone) // an earlier change mended it too
	switch len(list) {
	case 0:
		return nil
	case 1:
		return r.solveOne(list[0])
	}
	ok, _, err := r.try(list)
	if err != nil || ok {
		return err
	}
	half := len(list) / 2
	if err := r.solve(list[:half]); err != nil {
		return err
	}
	return r.solve(list[half:])
}

// mostTries bounds how many alternatives of one change are checked.
const mostTries = 16

func (r *run) solveOne(c *change) error {
	first := c.none
	for k := range mostTries {
		if !c.pick(k) {
			break
		}
		ok, why, err := r.try([]*change{c})
		if err != nil || ok {
			return err
		}
		if first == "" || k == 0 {
			first = fmt.Sprintf("%s does not do: %s", c.words(), why)
		}
	}
	for _, f := range c.findings {
		r.why[f.Fingerprint] = first
	}
	return nil
}

// gone reports whether the findings of a change are not open any more.
func (r *run) gone(c *change) bool {
	open := finding.OpenIn(r.result)
	for _, f := range c.findings {
		if open[f.Fingerprint] > 0 {
			return false
		}
	}
	return true
}

// try checks with more changes and accepts them when they are right.
func (r *run) try(list []*change) (ok bool, why string, err error) {
	if why := r.clash(list); why != "" {
		return false, why, nil
	}
	edits := r.edits(list)
	if _, err := r.files.rewritten(edits); err != nil {
		return false, err.Error(), nil
	}
	after, err := r.check(edits)
	if err != nil {
		return false, "", err
	}
	if why := r.worse(after, list); why != "" {
		return false, why, nil
	}
	r.result = after
	r.changes = append(r.changes, list...)
	return true, "", nil
}

// clash says when one token would get two values.
func (r *run) clash(list []*change) string {
	value := map[graph.Edit]string{}
	for _, group := range [][]*change{r.changes, list} {
		for _, c := range group {
			for _, o := range c.picked {
				at := graph.Edit{Literal: o.Edit.Literal, Add: o.Edit.Add}
				if v, ok := value[at]; ok && v != o.Edit.Value {
					return fmt.Sprintf("%s:%d is changed to %q already", r.files.name(at.Literal.File).name, at.Literal.Line, v)
				}
				value[at] = o.Edit.Value
			}
		}
	}
	return ""
}
