package chart

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A likeness is what folded nodes have in common.
type likeness struct {
	lane, group string
	kind        graph.Kind
	host        bool
	standing    diagram.Standing
	leaves      bool // whether flows leave the perimeter there
}

// fold puts similar nodes together until there are not too many: first those
// that no flow out of the perimeter touches, which matter least one by one, then
// the others, then whatever is of one kind in one lane, and at last a whole lane.
func (c *chart) fold(most int) {
	steps := []func(*likeness) bool{
		func(l *likeness) bool { return !l.leaves && l.standing != diagram.Outside },
		func(l *likeness) bool { return !l.leaves },
		func(l *likeness) bool { l.leaves = false; return true },
		func(l *likeness) bool { l.leaves, l.group = false, ""; return true },
		func(l *likeness) bool { l.leaves, l.group, l.standing = false, "", ""; return true },
	}
	if c.gradual {
		steps = append(steps, func(l *likeness) bool { *l = likeness{lane: l.lane, host: l.host}; return true })
	}
	for _, step := range steps {
		if len(c.nodes) <= most {
			return
		}
		c.foldBy(step, most)
	}
	if c.gradual && len(c.nodes) > most {
		c.gather(most)
		c.foldBy(steps[len(steps)-1], most)
	}
}

// gather puts the countries, or operators, of one standing that the fewest flows touch
// into one lane, until few enough nodes are left when each lane is one or two.
func (c *chart) gather(most int) {
	flows, nodes := map[string]int{}, map[string]int{}
	for i := range c.m.Edges {
		e := &c.m.Edges[i]
		flows[c.nodes[e.From].Lane] += e.Count
		flows[c.nodes[e.To].Lane] += e.Count
	}
	for _, n := range c.nodes {
		nodes[n.Lane]++
	}
	var lanes []*diagram.Lane
	for id := range nodes {
		if ln := c.lanes[id]; ln.Form == diagram.Country {
			lanes = append(lanes, ln)
		}
	}
	slices.SortFunc(lanes, func(a, b *diagram.Lane) int {
		return cmp.Or(cmp.Compare(flows[a.ID], flows[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	into := map[diagram.Standing][]*diagram.Lane{}
	left := len(c.nodes)
	for _, ln := range lanes {
		if left <= most {
			break
		}
		left -= nodes[ln.ID]
		if len(into[ln.Standing]) == 0 {
			left += 2 // what stands in the lane of them all
		}
		into[ln.Standing] = append(into[ln.Standing], ln)
	}
	moved := map[string]string{}
	for standing, of := range into {
		all := &diagram.Lane{ID: "further " + string(standing), Form: diagram.Country, Standing: standing}
		names := slices.Clone(c.further[all.ID])
		if len(of) < 2 && len(names) == 0 {
			continue
		}
		for _, ln := range of {
			if ln.ID != all.ID {
				names = append(names, ln.Name)
				moved[ln.ID] = all.ID
			}
		}
		slices.Sort(names)
		all.Name, all.Full = c.many("further."+c.o.By, len(names)), strings.Join(names, ", ")
		c.lanes[all.ID], c.further[all.ID] = all, names
	}
	for _, n := range c.nodes {
		n.Lane = or(moved[n.Lane], n.Lane)
	}
}

// foldBy folds what may be folded and is alike; gradually, the largest groups until
// there are few enough nodes.
func (c *chart) foldBy(may func(*likeness) bool, most int) {
	leaves := map[string]bool{}
	for i := range c.m.Edges {
		if e := &c.m.Edges[i]; e.Standing == diagram.Outside {
			leaves[e.From], leaves[e.To] = true, true
		}
	}
	groups := map[likeness][]*node{}
	for _, id := range c.order {
		n := c.nodes[id]
		if n == nil {
			continue
		}
		l := likeness{n.Lane, n.Group, n.Kind, n.Host, n.Standing, leaves[id]}
		if may(&l) {
			groups[l] = append(groups[l], n)
		}
	}
	into := map[string]string{}
	left := len(c.nodes)
	for _, ns := range bySize(groups) {
		if len(ns) < 2 || c.gradual && left <= most {
			break
		}
		for _, n := range ns {
			into[n.ID] = "fold " + ns[0].ID
		}
		left -= len(ns) - 1
	}
	if len(into) == 0 {
		return
	}
	c.rename(into)
}

// bySize are the groups, the largest first.
func bySize(groups map[likeness][]*node) [][]*node {
	return slices.SortedFunc(maps.Values(groups), func(a, b []*node) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0].ID, b[0].ID))
	})
}

// told is how many members a line names; the members of a node are all of them.
const told = 8

// folded is the node that stands for several.
func (c *chart) folded(id string, ns []*node) *node {
	f := &node{Node: ns[0].Node, system: ns[0].system, bearing: true}
	f.ID, f.Group, f.Members, f.Because, f.Origin = id, commonGroup(ns), nil, nil, graph.Origin{}
	f.Fails, f.Opens, f.Standing = 0, 0, diagram.Neutral
	worse := map[diagram.Standing]int{diagram.Neutral: 0, diagram.Inside: 1, diagram.Open: 2, diagram.Outside: 3}
	var second []string
	for _, n := range ns {
		if len(n.Members) == 0 {
			f.Members = append(f.Members, n.Full)
		}
		f.Members = append(f.Members, n.Members...)
		f.Fails, f.Opens = f.Fails+n.Fails, f.Opens+n.Opens
		if n.Kind != f.Kind && !f.Host {
			f.Kind = diagram.Mixed
		}
		if worse[n.Standing] > worse[f.Standing] {
			f.Standing = n.Standing
		}
		for _, line := range n.Lines {
			rest, ok := strings.CutPrefix(line, "← ")
			if c.o.Words != nil {
				rest, _, _ = strings.Cut(rest, " · ") // amounts of several, side by side, tell nothing
			}
			for word := range strings.SplitSeq(rest, ", ") {
				if ok && !slices.Contains(second, word) {
					second = append(second, word)
				}
			}
		}
	}
	slices.Sort(f.Members)
	slices.Sort(second)
	kind := string(f.Kind)
	if kind == "" {
		kind = "thing"
		if f.Host {
			kind = "host"
		}
	}
	f.Name = c.many("kind."+kind, len(f.Members))
	f.Full = f.Name
	names := f.Members
	if c.gradual && len(names) > told {
		names = append(slices.Clone(names[:told]), c.many("more", len(names)-told))
	}
	f.Lines = []string{strings.Join(names, ", ")}
	if len(second) > 0 {
		f.Lines = append(f.Lines, "← "+strings.Join(second, ", "))
	}
	return f
}

// rename puts folded nodes where the first of theirs stood, and merges the edges
// that are the same then.
func (c *chart) rename(into map[string]string) {
	made := map[string]*node{}
	members := map[string][]*node{}
	for _, id := range c.order {
		if f, ok := into[id]; ok {
			members[f] = append(members[f], c.nodes[id])
		}
	}
	var order []string
	for _, id := range c.order {
		n := c.nodes[id]
		f, ok := into[id]
		switch {
		case n == nil:
		case !ok:
			order = append(order, id)
		case made[f] == nil:
			ns := members[f]
			made[f] = c.folded(f, ns)
			order = append(order, f)
		}
	}
	for id := range into {
		delete(c.nodes, id)
	}
	for id, n := range made {
		c.nodes[id] = n
	}
	c.order = order
	type key struct {
		from, to string
		state    graph.FlowState
		standing diagram.Standing
	}
	at := map[key]int{}
	var edges []diagram.Edge
	for _, e := range c.m.Edges {
		e.From, e.To = or(into[e.From], e.From), or(into[e.To], e.To)
		if e.From == e.To {
			continue
		}
		k := key{e.From, e.To, e.State, e.Standing}
		i, ok := at[k]
		if !ok {
			at[k] = len(edges)
			edges = append(edges, e)
			continue
		}
		o := &edges[i]
		o.Count += e.Count
		ps := append(strings.Split(o.Purpose, ", "), strings.Split(e.Purpose, ", ")...)
		slices.Sort(ps)
		o.Purpose = strings.Join(words(slices.Compact(ps)...), ", ")
		if e.Label != o.Label {
			o.Label = cmp.Or(o.Label, e.Label)
		}
	}
	c.m.Edges = edges
}

func commonGroup(ns []*node) string {
	for _, n := range ns[1:] {
		if n.Group != ns[0].Group {
			return ""
		}
	}
	return ns[0].Group
}
