// Package chart makes the map of a result: which lanes there are, what stands
// in them, what flows between them and how that stands to the perimeter. Package
// diagram draws it.
package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// Options say how the map is made.
type Options struct {
	By     string             // "country" or "operator"
	System string             // only what belongs to it, and what that speaks with; "" for everything
	Only   []diagram.Standing // only flows and things that stand so; none for all
	Full   bool               // similar nodes are not folded, however many there are

	// Allows reports whether the perimeter allows a country.
	Allows func(graph.Country) bool
	// Runs says how the perimeter stands to an operator.
	Runs func(*graph.Operator) diagram.Standing
	// Country is the name of a country, and Bloc that of the smallest bloc which
	// holds several, "" where none does.
	Country func(graph.Country) string
	Bloc    func([]graph.Country) string
}

// What the lanes are.
const (
	ByCountry  = "country"
	ByOperator = "operator"
)

// Many is from how many nodes on similar ones are folded.
const Many = 40

// A chart is a map in the making.
type chart struct {
	o       Options
	r       *finding.Result
	m       *diagram.Map
	lanes   map[string]*diagram.Lane
	nodes   map[string]*node
	order   []string             // of nodes
	kept    map[subject]counts   // by asset
	assets  map[subject]struct{} // that are in the tree
	roots   int                  // more than one makes addresses ambiguous
	left    int                  // things left out, which hold and move nothing
	systems map[string]bool
}

// A subject is an address within its root.
type subject struct {
	root    string
	address graph.Address
}

// counts are the findings about one asset.
type counts struct {
	fails, opens int
	outside      bool // where it is, who runs it or who made it is outside
	open         bool
}

// A node is one of the map, with what only the making needs.
type node struct {
	diagram.Node
	system  string
	bearing bool // it holds or moves data
	linked  bool // an edge leads to it or from it
	part    bool // of another node, which is played elsewhere
}

// Make makes the map of a result that was made with everything in it.
func Make(r *finding.Result, o Options) *diagram.Map {
	c := &chart{o: o, r: r, lanes: map[string]*diagram.Lane{}, nodes: map[string]*node{}, assets: map[subject]struct{}{}, systems: map[string]bool{}}
	c.m = &diagram.Map{Title: r.Perimeter.Name, Day: r.At, Verdict: string(r.Verdict), By: o.By}
	c.count()
	c.things()
	c.flows()
	c.arrivals()
	c.choose()
	if !o.Full {
		c.fold()
	}
	c.finish()
	return c.m
}

// count adds up the findings of each asset.
func (c *chart) count() {
	c.kept = map[subject]counts{}
	for i := range c.r.Findings {
		f := &c.r.Findings[i]
		if f.Status != finding.Fail && f.Status != finding.Undecided {
			continue
		}
		k := subject{f.Root, f.Subject}
		n := c.kept[k]
		where := len(f.Places) > 0 || slices.ContainsFunc(f.About, func(a string) bool { return a == "operator" || a == "maker" || a == "support" })
		if f.Status == finding.Fail {
			n.fails++
			n.outside = n.outside || where
		} else {
			n.opens++
			n.open = n.open || where
		}
		c.kept[k] = n
	}
}

// things makes the nodes of the assets, and of what parts of them are elsewhere.
func (c *chart) things() {
	roots := map[string]bool{}
	for i := range c.r.Assets {
		if a := &c.r.Assets[i]; a.Type != flowType {
			roots[a.Root] = true
			c.assets[subject{a.Root, a.Subject}] = struct{}{}
		}
	}
	c.roots = len(roots)
	for i := range c.r.Assets {
		a := &c.r.Assets[i]
		if a.Type == flowType {
			continue
		}
		n := c.thing(a)
		n.Kind, n.Origin, n.Because, n.system, n.bearing = a.Kind, a.Origin, a.Because, a.System, a.Kind.Bearing() != graph.BearsNothing
		n.Lines = c.lines(a.Kind, a.Places, a.Classes)
		k := c.kept[subject{a.Root, a.Subject}]
		n.Fails, n.Opens = k.fails, k.opens
		switch {
		case k.outside:
			n.Standing = diagram.Outside
		case k.open && n.Standing != diagram.Outside:
			n.Standing = diagram.Open
		}
		c.elsewhere(n, a.Root, a.Places, a.Operator, a.Origin)
	}
}

// thing makes the node of an asset. What holds no data and has no place that is
// known, such as a file that says what is fetched, stands beside the systems.
func (c *chart) thing(a *finding.Asset) *node {
	id := c.id(a.Root, a.Subject)
	known := slices.ContainsFunc(a.Places, func(p graph.Place) bool { return len(p.Countries) > 0 })
	if a.Kind.Bearing() != graph.BearsNothing || known {
		return c.node(id, string(a.Subject), a.Places, a.Operator)
	}
	n := &node{Node: diagram.Node{ID: id, Lane: c.ours().ID, Name: string(a.Subject), Full: string(a.Subject), Standing: diagram.Neutral}}
	c.nodes[id] = n
	c.order = append(c.order, id)
	return n
}

// flowType is the type of the inventory's lines that stand for flows.
const flowType = "flow"

// id names a node. With one root an address is enough.
func (c *chart) id(root string, a graph.Address) string {
	if c.roots > 1 {
		return root + ": " + string(a)
	}
	return string(a)
}

// node makes a node, or returns the one that there is.
func (c *chart) node(id, full string, places []graph.Place, op *graph.Operator) *node {
	if n := c.nodes[id]; n != nil {
		return n
	}
	ln, group := c.laneOf(places, op)
	n := &node{Node: diagram.Node{ID: id, Lane: ln.ID, Group: group, Name: full, Full: full, Standing: ln.Standing}}
	c.nodes[id] = n
	c.order = append(c.order, id)
	return n
}

// elsewhere draws what an asset plays in another lane than its own (a replica, a
// backup, where a model computes) as nodes of their own, with an edge to each.
func (c *chart) elsewhere(n *node, root string, places []graph.Place, op *graph.Operator, origin graph.Origin) {
	if c.o.By == ByOperator {
		return // another place is not another operator
	}
	for i := range places {
		p := &places[i]
		if !apart[p.Purpose] || p.Unknown == "" && len(p.Countries) == 0 || p.Unknown != "" && p.Purpose == "address" {
			continue
		}
		ln, _ := c.laneOf(places[i:i+1], op)
		if ln.ID == n.Lane {
			continue
		}
		id := n.ID + " " + p.Purpose + " " + ln.ID
		if c.nodes[id] != nil {
			continue
		}
		part := c.node(id, n.Full+" ("+p.Purpose+")", places[i:i+1], op)
		part.Name, part.Kind, part.system, part.bearing, part.part = n.Full, n.Kind, n.system, true, true
		part.Lines = []string{strings.Join(words("its "+p.Purpose, p.Region), " · ")}
		part.Because, part.Origin = p.Because, or(p.Origin, origin)
		c.edge(n, part, diagram.Edge{State: graph.Planned, Purpose: p.Purpose, Origin: part.Origin})
	}
}

// apart are the purposes of places at which data of the asset is, or goes. An
// address that tells nothing shows nothing.
var apart = map[string]bool{"replica": true, "backup": true, "inference": true, "failover": true, "edge": true, "address": true}

// edge adds an edge whose standing is that of the lane that it leads to.
func (c *chart) edge(from, to *node, e diagram.Edge) {
	if from == to {
		return
	}
	e.From, e.To, e.Count = from.ID, to.ID, max(e.Count, 1)
	if e.Standing == "" {
		e.Standing = c.lanes[to.Lane].Standing
	}
	from.linked, to.linked = true, true
	c.m.Edges = append(c.m.Edges, e)
}

// lines say below the name what a thing is and what it holds.
func (c *chart) lines(k graph.Kind, places []graph.Place, classes []graph.ClassID) []string {
	region := ""
	for i := range places {
		if places[i].Purpose == "" && places[i].Region != "" {
			region = places[i].Region
			break
		}
	}
	what := strings.ReplaceAll(string(k), "-", " ")
	if k == graph.Upstream {
		what = "fetches from elsewhere"
	}
	out := words(what, region)
	lines := []string{strings.Join(out, " · ")}
	if len(classes) > 0 && !slices.Equal(classes, []graph.ClassID{limits.Unclassified}) {
		lines = append(lines, graph.Listed(classes))
	}
	return lines
}

// words leaves out empty ones.
func words(ws ...string) []string {
	return slices.DeleteFunc(ws, func(s string) bool { return s == "" })
}

func or[T comparable](a, b T) T { return cmp.Or(a, b) }

// finish writes lanes, nodes and sentences into the map.
func (c *chart) finish() {
	used := map[string]bool{}
	for _, id := range c.order {
		if n := c.nodes[id]; n != nil {
			c.m.Nodes = append(c.m.Nodes, n.Node)
			used[n.Lane] = true
		}
	}
	rank := map[diagram.Standing]int{diagram.Neutral: 0, diagram.Inside: 1, diagram.Outside: 2, diagram.Open: 3}
	for _, ln := range c.lanes {
		if used[ln.ID] {
			c.m.Lanes = append(c.m.Lanes, *ln)
		}
	}
	slices.SortFunc(c.m.Lanes, func(a, b diagram.Lane) int {
		return cmp.Or(cmp.Compare(rank[a.Standing], rank[b.Standing]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	slices.SortStableFunc(c.m.Edges, func(a, b diagram.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.State, b.State), cmp.Compare(a.Purpose, b.Purpose))
	})
	flows, outside, open := 0, 0, 0
	for i := range c.m.Edges {
		e := &c.m.Edges[i]
		flows += e.Count
		switch e.Standing {
		case diagram.Outside:
			outside += e.Count
		case diagram.Open:
			open += e.Count
		}
	}
	c.m.Summary = append(c.m.Summary, many(things(c.m), "thing"), many(flows, "flow"))
	if outside > 0 {
		c.m.Summary = append(c.m.Summary, fmt.Sprintf("%d leave the perimeter", outside))
	}
	if open > 0 {
		c.m.Summary = append(c.m.Summary, fmt.Sprintf("%d not established", open))
	}
	if slices.ContainsFunc(c.m.Nodes, func(n diagram.Node) bool { return len(n.Members) > 0 }) {
		c.m.Notes = append(c.m.Notes, "Similar things are drawn as one; --full draws each.")
	}
	if c.left > 0 {
		c.m.Notes = append(c.m.Notes, many(c.left, "thing")+" that neither hold nor move data are left out.")
	}
	if n := len(c.r.Problems); n > 0 {
		c.m.Notes = append(c.m.Notes, many(n, "thing")+" could not be read, and may be missing here: bailiwick check names them.")
	}
}

func things(m *diagram.Map) (n int) {
	for i := range m.Nodes {
		n += max(len(m.Nodes[i].Members), 1)
	}
	return n
}

func many(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
