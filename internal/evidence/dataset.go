package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// learning is the purpose of flows over which data to train on comes, and the type of
// the assets that describe such data.
const learning = "dataset"

// A DataSet is data to train on that something of a system fetches or reads, that
// stands in its folders with a card, or that the card of a model names.
type DataSet struct {
	Name   string         // "" where nothing names it
	Flow   *finding.Edge  // over which it comes; nil of one that only a card tells of
	Asset  *finding.Asset // the flow as it was judged, the data, or the model
	From   *finding.Asset // what holds it, where that is an asset; nil else
	Origin graph.Origin
}

// A spot is an address in its root.
type spot struct {
	root    string
	address graph.Address
}

// judged is the spot of the asset that stands for a flow.
func judged(e *finding.Edge) spot {
	to := e.To
	if to == "" {
		to = "?"
	}
	return spot{e.Root, e.From + resolve.FlowArrow + to}
}

// DataSets are those of a system: what stands in its folders, and each name of each flow.
func (c *Case) DataSets(system string) []*DataSet {
	at := map[spot]*finding.Asset{}
	var out []*DataSet
	for i := range c.Result.Assets {
		a := &c.Result.Assets[i]
		at[spot{a.Root, a.Subject}] = a
		if a.System == system && a.Type == learning {
			out = append(out, &DataSet{Name: string(a.Subject), Asset: a, Origin: a.Origin})
		}
	}
	out = append(out, c.cards(system, at)...)
	learned := c.learned()
	for key, e := range c.learning(system) {
		a := at[key]
		names := learned.of(e, a)
		if len(names) == 0 {
			names = []string{""}
		}
		for _, name := range names {
			out = append(out, &DataSet{Name: name, Flow: e, Asset: a, From: at[spot{e.Root, e.To}], Origin: e.Origin})
		}
	}
	slices.SortFunc(out, func(a, b *DataSet) int {
		return cmp.Or(cmp.Compare(a.By(), b.By()), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Origin.At(), b.Origin.At()))
	})
	return out
}

// learning are the flows of a system over which data to train on comes, by the asset
// that stands for each.
func (c *Case) learning(system string) map[spot]*finding.Edge {
	out := map[spot]*finding.Edge{}
	for i := range c.Result.Flows {
		if e := &c.Result.Flows[i]; e.System == system && slices.Contains(e.Purposes, learning) {
			out[judged(e)] = e
		}
	}
	return out
}

// cards are the data sets that cards of models of a system name.
func (c *Case) cards(system string, at map[spot]*finding.Asset) []*DataSet {
	if c.Facts == nil {
		return nil
	}
	var out []*DataSet
	for i := range c.Facts.Assets {
		f := &c.Facts.Assets[i]
		if f.Type != weights.Type {
			continue
		}
		a := at[spot{f.Root, f.Address}]
		if a == nil || a.System != system {
			continue
		}
		for _, r := range f.Attrs.Read("datasets") {
			list, _ := r.Value.([]any)
			for _, x := range list {
				out = append(out, &DataSet{Name: fmt.Sprint(x), Asset: a, Origin: r.Origin})
			}
		}
	}
	return out
}

// By is who gets the data, or the model that was trained on it; "" of what stands in
// the tree.
func (d *DataSet) By() graph.Address {
	switch {
	case d.Flow != nil:
		return d.Flow.From
	case d.Asset.Type == learning:
		return ""
	}
	return d.Asset.Subject
}

// learned are the names under which data is fetched to train on, by who fetches it.
type learned map[spot]map[string]bool

// learned tells models from data where both come over one flow: a flow of the result
// has the names of both. It is nil where the result was read from a file.
func (c *Case) learned() learned {
	if c.Facts == nil {
		return nil
	}
	out := learned{}
	for i := range c.Facts.Flows {
		f := &c.Facts.Flows[i]
		if f.Purpose != learning || f.Model == "" {
			continue
		}
		at := spot{f.Root, f.From}
		if out[at] == nil {
			out[at] = map[string]bool{}
		}
		out[at][f.Model] = true
	}
	return out
}

// of are the names of data on a flow, which is nil where none brings any; a is the flow
// as it was judged.
func (l learned) of(e *finding.Edge, a *finding.Asset) []string {
	if e == nil {
		return nil
	}
	var out []string
	for _, m := range makers(a) {
		if n := m.Component; n != "" && (len(e.Purposes) == 1 || l == nil || l[spot{e.Root, e.From}][n]) {
			out = append(out, n)
		}
	}
	return out
}

// makers are those of all models that an asset names; of nil there are none.
func makers(a *finding.Asset) []*graph.Maker {
	if a == nil || a.Maker == nil {
		return nil
	}
	out := []*graph.Maker{a.Maker}
	for i := range a.Maker.Others {
		out = append(out, &a.Maker.Others[i])
	}
	return out
}
