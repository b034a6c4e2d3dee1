package chart

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
)

// choose leaves out what the options do not ask for, and what neither holds nor
// moves data and has no part in a flow.
func (c *chart) choose() {
	keep := map[string]bool{}
	for _, id := range c.order {
		n := c.nodes[id]
		if !n.bearing && !n.linked {
			c.left++
			continue
		}
		keep[id] = true
	}
	if c.o.System != "" {
		c.narrow(keep, func(n *node) bool { return n.system == c.o.System || n.ID == "ours "+c.o.System }, func(*diagram.Edge) bool { return false })
	}
	switch {
	case len(c.o.Only) > 0 && c.o.Flows:
		c.flowsOnly(keep)
	case len(c.o.Only) > 0:
		c.narrow(keep, func(n *node) bool { return slices.Contains(c.o.Only, n.Standing) },
			func(e *diagram.Edge) bool { return slices.Contains(c.o.Only, e.Standing) })
	}
	for id := range c.nodes {
		if !keep[id] {
			delete(c.nodes, id)
		}
	}
	c.m.Edges = slices.DeleteFunc(c.m.Edges, func(e diagram.Edge) bool { return c.nodes[e.From] == nil || c.nodes[e.To] == nil })
}

// narrow keeps the nodes that are asked for and what speaks with them: of the
// edges those that touch such a node, or that are asked for themselves.
func (c *chart) narrow(keep map[string]bool, ask func(*node) bool, askEdge func(*diagram.Edge) bool) {
	asked := map[string]bool{}
	for id := range keep {
		asked[id] = ask(c.nodes[id])
	}
	ends := map[string]bool{}
	c.m.Edges = slices.DeleteFunc(c.m.Edges, func(e diagram.Edge) bool {
		if !keep[e.From] || !keep[e.To] || !askEdge(&e) && !asked[e.From] && !asked[e.To] {
			return true
		}
		ends[e.From], ends[e.To] = true, true
		return false
	})
	for id := range keep {
		if !asked[id] && !ends[id] {
			delete(keep, id)
		}
	}
}

// flowsOnly keeps the flows that stand as asked and their ends, and what lies in a
// lane that stands so, whether or not something flows there.
func (c *chart) flowsOnly(keep map[string]bool) {
	ends := map[string]bool{}
	c.m.Edges = slices.DeleteFunc(c.m.Edges, func(e diagram.Edge) bool {
		if !keep[e.From] || !keep[e.To] || !slices.Contains(c.o.Only, e.Standing) {
			return true
		}
		ends[e.From], ends[e.To] = true, true
		return false
	})
	for id := range keep {
		if !ends[id] && !slices.Contains(c.o.Only, c.lanes[c.nodes[id].Lane].Standing) {
			delete(keep, id)
		}
	}
}
