package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// flows adds the edges, with nodes for the ends that are no assets.
func (c *chart) flows() {
	for i := range c.r.Flows {
		e := &c.r.Flows[i]
		if !c.scope.flow(e) {
			continue
		}
		from, to := c.sender(e), c.receiver(e)
		out := diagram.Edge{State: e.State, Purpose: strings.Join(e.Purposes, ", "), Label: c.seen(e.Traffic), Origin: e.Origin}
		if e.Within && c.lanes[to.Lane].Form == diagram.People {
			out.Standing = diagram.Inside
		}
		c.edge(from, to, out)
	}
}

// sender is the node that an edge comes from: an asset, else something of ours
// whose place nobody told.
func (c *chart) sender(e *finding.Edge) *node {
	if _, ok := c.assets[subject{e.Root, e.From}]; ok {
		return c.nodes[c.id(e.Root, e.From)]
	}
	return c.own(string(e.From), e)
}

// own is the node of a system, file, workload or process.
func (c *chart) own(name string, e *finding.Edge) *node {
	id := "ours " + name
	if n := c.nodes[id]; n != nil {
		return n
	}
	n := &node{Node: diagram.Node{ID: id, Lane: c.ours().ID, Name: name, Full: name, Kind: "system", Standing: diagram.Neutral, Origin: e.Origin}, system: e.System, bearing: true}
	n.Lines = []string{c.say("sends", nil)}
	if name == e.System {
		n.Lines = []string{c.say("system", nil)}
	}
	c.nodes[id] = n
	c.order = append(c.order, id)
	return n
}

// receiver is the node that an edge leads to.
func (c *chart) receiver(e *finding.Edge) *node {
	if _, ok := c.assets[subject{e.Root, e.To}]; ok {
		return c.nodes[c.id(e.Root, e.To)]
	}
	if e.Within {
		return c.own(string(e.To), e)
	}
	if e.To == "" {
		n := c.node("? "+e.Unknown, c.say("destination_unknown", nil), nil, nil)
		n.Host, n.bearing, n.Because = true, true, words(e.Unknown)
		n.Lines = words(e.Unknown)
		return n
	}
	id := "host " + string(e.To)
	known := c.nodes[id] != nil
	n := c.node(id, string(e.To), e.Places, e.Operator)
	if !known {
		n.Host, n.bearing, n.Origin = true, true, e.Origin
		for i := range e.Places {
			n.Because = append(n.Because, e.Places[i].Because...)
			if u := e.Places[i].Unknown; u != "" {
				if why := c.say("why_unknown", diagram.Values{"why": u}); !slices.Contains(n.Because, why) {
					n.Because = append(n.Because, why)
				}
			}
		}
		n.Lines = []string{strings.Join(words(region(e.Places), operatorName(e.Operator)), " · ")}
	}
	k := c.kept[subject{e.Root, e.From + resolve.FlowArrow + e.To}]
	n.Fails, n.Opens = n.Fails+k.fails, n.Opens+k.opens
	if k.outside {
		n.Standing = diagram.Outside
	}
	c.elsewhere(n, e.Root, e.Places, e.Operator, e.Origin)
	return n
}

func region(places []graph.Place) string {
	for i := range places {
		if places[i].Region != "" {
			return places[i].Region
		}
	}
	return ""
}

func operatorName(o *graph.Operator) string {
	if o == nil {
		return ""
	}
	return or(o.Name, string(o.Entity))
}

// seen is what traffic showed, for a person.
func (c *chart) seen(t *graph.Traffic) string {
	if t == nil {
		return ""
	}
	out := []string{c.many("seen", int(t.Count))}
	if t.HasBytes {
		out = append(out, c.say("sent", diagram.Values{"size": c.bytes(t.Sent)}), c.say("received", diagram.Values{"size": c.bytes(t.Received)}))
	}
	if t.Blocked > 0 {
		out = append(out, c.many("blocked", int(t.Blocked)))
	}
	if t.Incomplete != "" {
		out = append(out, c.say("incomplete", nil))
	}
	return strings.Join(out, ", ")
}

// bytes is a size with two digits at most.
func (c *chart) bytes(n int64) string {
	if c.o.Bytes != nil {
		return c.o.Bytes(n)
	}
	f, unit := float64(n), 0
	for f >= 1000 && unit < 5 {
		f /= 1000
		unit++
	}
	if unit == 0 || f >= 10 {
		return fmt.Sprintf("%.0f %s", f, units[unit])
	}
	return fmt.Sprintf("%.1f %s", f, units[unit])
}

var units = []string{"B", "kB", "MB", "GB", "TB", "PB"}

// arrivals says at each node what comes to it, in place of the classes where there
// is something: a line on the picture has no room for words.
func (c *chart) arrivals() {
	type arrival struct {
		purposes []string
		label    string
	}
	into := map[string]*arrival{}
	for i := range c.m.Edges {
		e := &c.m.Edges[i]
		a := into[e.To]
		if a == nil {
			a = &arrival{}
			into[e.To] = a
		}
		for _, p := range strings.Split(e.Purpose, ", ") {
			if p == "" {
				continue
			}
			if p = c.say("purpose."+p, nil); !slices.Contains(a.purposes, p) {
				a.purposes = append(a.purposes, p)
			}
		}
		if a.label == "" {
			a.label = e.Label
		} else if e.Label != "" && e.Label != a.label {
			a.label = c.say("several", nil)
		}
	}
	for id, a := range into {
		n := c.nodes[id]
		if n.part {
			continue // its first line says it
		}
		slices.Sort(a.purposes)
		line := "← " + strings.Join(words(strings.Join(a.purposes, ", "), a.label), " · ")
		if len(n.Lines) == 0 || n.Lines[0] == "" {
			n.Lines = []string{line}
			continue
		}
		n.Lines = []string{n.Lines[0], line}
	}
}
