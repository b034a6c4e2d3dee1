// Package chart makes the map of a result: which lanes there are, what stands
// in them, what flows between them and how that stands to the perimeter. Package
// diagram draws it.
package chart

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// Options say how the map is made.
type Options struct {
	By     string             // "country" or "operator"
	System string             // only what belongs to it, and what that speaks with; "" for everything
	Only   []diagram.Standing // only flows and things that stand so; none for all
	Flows  bool               // Only is asked of flows and of lanes, not of what a thing is found to be
	Full   bool               // similar nodes are not folded, however many there are

	// Words and Bytes write words and sizes in another language than English.
	Words diagram.Words
	Bytes func(int64) string

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

// named is how many countries or operators a note names of those put together.
const named = 24

// Many is from how many nodes on similar ones are folded.
const Many = 40

// A chart is a map in the making.
type chart struct {
	o       Options
	r       *finding.Result
	m       *diagram.Map
	lanes   map[string]*diagram.Lane
	nodes   map[string]*node
	order   []string           // of nodes
	kept    map[subject]counts // by asset
	scope   *scope
	assets  map[subject]struct{} // that are in the tree
	roots   int                  // more than one makes addresses ambiguous
	left    int                  // things left out, which hold and move nothing
	systems map[string]bool
	blocs   map[string]string   // by list of countries
	further map[string][]string // by lane: the names of those that were put together in it
	gradual bool                // no more is folded than must be, and at last whatever there is
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
	c := begin(r, o)
	if !o.Full {
		c.fold(Many)
	}
	c.finish(c.m)
	return c.m
}

// A Draft is a map that is folded step by step, until it fits where it is drawn.
type Draft struct{ c *chart }

// NewDraft begins one.
func NewDraft(r *finding.Result, o Options) *Draft {
	c := begin(r, o)
	c.gradual = true
	return &Draft{c}
}

// Fold folds until there are at most so many nodes, and is the map then. What it was
// folded to before stays.
func (d *Draft) Fold(most int) *diagram.Map {
	d.c.fold(most)
	m := *d.c.m
	m.Edges = slices.Clone(m.Edges)
	d.c.finish(&m)
	return &m
}

// begin makes all nodes and edges.
func begin(r *finding.Result, o Options) *chart {
	c := &chart{o: o, r: r, lanes: map[string]*diagram.Lane{}, nodes: map[string]*node{}, assets: map[subject]struct{}{}, systems: map[string]bool{}, further: map[string][]string{}, scope: scopeOf(r, o.System)}
	c.m = &diagram.Map{Title: r.Perimeter.Name, Day: r.At, Verdict: string(r.Verdict), By: o.By, Words: o.Words}
	c.count()
	c.things()
	c.flows()
	c.arrivals()
	c.choose()
	return c
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
		if a := &c.r.Assets[i]; a.Type != resolve.FlowType {
			roots[a.Root] = true
			c.assets[subject{a.Root, a.Subject}] = struct{}{}
		}
	}
	c.roots = len(roots)
	for i := range c.r.Assets {
		a := &c.r.Assets[i]
		if a.Type == resolve.FlowType || !c.scope.asset(a) {
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
		part := c.node(id, n.Full+" ("+c.say("purpose."+p.Purpose, nil)+")", places[i:i+1], op)
		part.Name, part.Kind, part.system, part.bearing, part.part = n.Full, n.Kind, n.system, true, true
		part.Lines = []string{strings.Join(words(c.say("its", diagram.Values{"part": c.say("purpose."+p.Purpose, nil)}), p.Region), " · ")}
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
	out := words(c.say("kind."+string(k), diagram.Values{"n": 1}), region)
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
func (c *chart) finish(m *diagram.Map) {
	used := map[string]bool{}
	for _, id := range c.order {
		if n := c.nodes[id]; n != nil {
			m.Nodes = append(m.Nodes, n.Node)
			used[n.Lane] = true
		}
	}
	rank := map[diagram.Standing]int{diagram.Neutral: 0, diagram.Inside: 1, diagram.Outside: 2, diagram.Open: 3}
	for _, ln := range c.lanes {
		if used[ln.ID] {
			m.Lanes = append(m.Lanes, *ln)
		}
	}
	slices.SortFunc(m.Lanes, func(a, b diagram.Lane) int {
		return cmp.Or(cmp.Compare(rank[a.Standing], rank[b.Standing]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	slices.SortStableFunc(m.Edges, func(a, b diagram.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.State, b.State), cmp.Compare(a.Purpose, b.Purpose))
	})
	flows, outside, open := 0, 0, 0
	for i := range m.Edges {
		e := &m.Edges[i]
		flows += e.Count
		switch e.Standing {
		case diagram.Outside:
			outside += e.Count
		case diagram.Open:
			open += e.Count
		}
	}
	m.Summary = append(m.Summary, c.many("things", things(m)), c.many("flows", flows))
	if outside > 0 {
		m.Summary = append(m.Summary, c.many("leave", outside))
	}
	if open > 0 {
		m.Summary = append(m.Summary, c.many("open", open))
	}
	if slices.ContainsFunc(m.Nodes, func(n diagram.Node) bool { return len(n.Members) > 0 }) {
		m.Notes = append(m.Notes, c.say("note.similar", nil))
	}
	for i := range m.Lanes {
		if names := c.further[m.Lanes[i].ID]; names != nil {
			if len(names) > named {
				names = append(slices.Clone(names[:named]), c.many("more", len(names)-named))
			}
			m.Notes = append(m.Notes, c.say("note.further", diagram.Values{"lane": m.Lanes[i].Name, "names": strings.Join(names, ", ")}))
		}
	}
	if c.o.By == ByOperator && slices.ContainsFunc(m.Lanes, func(ln diagram.Lane) bool { return ln.Full != ln.Name && ln.Full != "" }) {
		m.Notes = append(m.Notes, c.say("note.law", nil))
	}
	if c.left > 0 {
		m.Notes = append(m.Notes, c.many("note.left", c.left))
	}
	if n := len(c.r.Problems); n > 0 {
		m.Notes = append(m.Notes, c.many("note.problems", n))
	}
}

func things(m *diagram.Map) (n int) {
	for i := range m.Nodes {
		n += max(len(m.Nodes[i].Members), 1)
	}
	return n
}

// say is a word in the language of the map, many one that counts.
func (c *chart) say(key string, v diagram.Values) string {
	if c.o.Words == nil {
		return diagram.English(key, v)
	}
	return c.o.Words(key, v)
}

func (c *chart) many(key string, n int) string { return c.say(key, diagram.Values{"n": n}) }
