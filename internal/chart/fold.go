package chart

import (
	"cmp"
	"fmt"
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
// the others, and at last whatever is of one kind in one lane.
func (c *chart) fold() {
	for _, step := range []func(*likeness) bool{
		func(l *likeness) bool { return !l.leaves && l.standing != diagram.Outside },
		func(l *likeness) bool { return !l.leaves },
		func(l *likeness) bool { l.leaves = false; return true },
		func(l *likeness) bool { l.leaves, l.group = false, ""; return true },
		func(l *likeness) bool { l.leaves, l.group, l.standing = false, "", ""; return true },
	} {
		if len(c.nodes) <= Many {
			return
		}
		c.foldBy(step)
	}
}

func (c *chart) foldBy(may func(*likeness) bool) {
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
	for _, ns := range groups {
		if len(ns) < 2 {
			continue
		}
		for _, n := range ns {
			into[n.ID] = "fold " + ns[0].ID
		}
	}
	if len(into) == 0 {
		return
	}
	c.rename(into)
}

// folded is the node that stands for several.
func folded(id string, ns []*node) *node {
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
		if worse[n.Standing] > worse[f.Standing] {
			f.Standing = n.Standing
		}
		for _, line := range n.Lines {
			rest, ok := strings.CutPrefix(line, "← ")
			for word := range strings.SplitSeq(rest, ", ") {
				if ok && !slices.Contains(second, word) {
					second = append(second, word)
				}
			}
		}
	}
	slices.Sort(f.Members)
	slices.Sort(second)
	f.Name = fmt.Sprintf("%d %s", len(f.Members), kindWords(f.Kind, f.Host))
	f.Full = f.Name
	f.Lines = []string{strings.Join(f.Members, ", ")}
	if len(second) > 0 {
		f.Lines = append(f.Lines, "← "+strings.Join(second, ", "))
	}
	return f
}

// kindWords is a kind as several of them are called.
func kindWords(k graph.Kind, host bool) string {
	switch {
	case host && k == "":
		return "hosts"
	case k == "":
		return "things"
	case k == graph.UnknownKind:
		return "unknown"
	case k == graph.Upstream:
		return "that fetch"
	case k == "system":
		return "senders"
	case k == graph.CDN || k == graph.DNS || k == graph.Compute || k == graph.Messaging || k == graph.Training || k == graph.Analytics || k == graph.State || k == graph.Identity:
		return string(k) + " assets"
	}
	s := strings.ReplaceAll(string(k), "-", " ")
	if strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ey") && !strings.HasSuffix(s, "ay") {
		return s[:len(s)-1] + "ies"
	}
	if strings.HasSuffix(s, "x") {
		return s + "es"
	}
	if strings.HasSuffix(s, "s") {
		return s
	}
	return s + "s"
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
			made[f] = folded(f, ns)
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
