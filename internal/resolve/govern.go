package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// govern finds for each asset what governs it, and what it belongs to.
func (g *index) govern() {
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.typ != nil && n.typ.Under != "" {
			n.climb()
		}
	}
	for _, ri := range g.roots {
		for _, by := range ri.nodes {
			if by.typ == nil || by.typ.Governs == nil {
				continue
			}
			if at := by.typ.Governs.Of; at != "" {
				for _, rd := range by.fact.Attrs.Read(at) {
					for _, n := range by.follow(rd, at) {
						if n = n.main(); n != by {
							n.governed = append(n.governed, setter{node: by, governs: true})
						}
					}
				}
				continue
			}
			for _, n := range ri.nodes {
				if n == by || n.provider != by.provider || n.typ == nil || n.host != nil || !covers(by.typ.Governs, n) {
					continue
				}
				if ok, unknown := by.reaches(n); ok {
					n.governed = append(n.governed, setter{by, true, unknown})
				}
			}
		}
		for _, n := range ri.nodes {
			slices.SortStableFunc(n.governed, func(a, b setter) int { return cmp.Compare(a.fact.Address, b.fact.Address) })
		}
	}
}

// receive tells every asset for what others name it as a target.
func (g *index) receive() {
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.host != nil || n.kind == graph.Inert || n.typ == nil {
			continue
		}
		for _, t := range n.targets() {
			if t.Asset == "" {
				continue
			}
			if m := g.roots[n.fact.Root].byAddress[t.Asset]; m != nil && m != n && !slices.Contains(m.receives, t.Purpose) {
				m.receives = append(m.receives, t.Purpose)
				slices.Sort(m.receives)
			}
		}
	}
}

// climb follows under from asset to asset.
func (n *node) climb() {
	for at := n; len(n.above) < deepest; {
		up, unknown, written := at.parent()
		if up == nil {
			if written {
				n.beyond = unknown
			}
			return
		}
		if slices.Contains(n.above, up) || up == n {
			return
		}
		n.above = append(n.above, up)
		if at = up; at.typ == nil || at.typ.Under == "" {
			return
		}
	}
}

func (n *node) parent() (up *node, unknown string, written bool) {
	for attr := range strings.SplitSeq(n.typ.Under, "|") {
		for _, rd := range n.fact.Attrs.Read(attr) {
			if rd.Null || rd.Value == "" {
				continue
			}
			written = true
			for _, m := range n.follow(rd, attr) {
				if m.kind != graph.Inert || m.typ != nil {
					return m.main(), "", true
				}
			}
			unknown = fmt.Sprintf("%s is under what %s names, which is not in this tree", n.fact.Address, attr)
		}
	}
	return nil, unknown, written
}

// covers reports whether the asset is of the kinds or types that are governed.
func covers(g *kb.Governs, n *node) bool {
	if slices.Contains(g.Kinds, n.kind) {
		return true
	}
	return slices.ContainsFunc(g.Types, func(t string) bool {
		prefix, wild := strings.CutSuffix(t, "*")
		return wild && strings.HasPrefix(n.fact.Type, prefix) || t == n.fact.Type
	})
}

// reaches reports whether what n sets counts for m: whether both are of one
// provider configuration and what must be the same is the same.
func (n *node) reaches(m *node) (ok bool, unknown string) {
	g := n.typ.Governs
	if g.Scope != "root" && n.fact.Provider != m.fact.Provider && n.configuration() != m.configuration() {
		return false, ""
	}
	if len(g.Same) == 0 {
		return true, ""
	}
	mine, _ := n.values(g.Same)
	theirs, _ := m.values(g.Same)
	switch {
	case len(mine) == 0 && len(theirs) == 0:
		return true, ""
	case len(mine) == 0 || len(theirs) == 0:
		return true, fmt.Sprintf("%s may not reach it: only one of both says %s", n.fact.Address, or(g.Same[0].Attr, g.Same[0].Provider))
	}
	a, b := &mine[0], &theirs[0]
	switch {
	case a.node != nil && a.node == b.node:
		return true, ""
	case a.unknown != "" && a.unknown == b.unknown && n.module() == m.module():
		return true, "" // the same variable of the same module
	case a.unknown != "":
		return true, a.unknown
	case b.unknown != "":
		return true, b.unknown
	}
	return a.text == b.text, ""
}

// configuration names the provider configuration of the asset within its root.
func (n *node) configuration() string {
	if n.fact.Provider == nil {
		return ""
	}
	return n.fact.Provider.Source + " " + n.fact.Provider.Alias
}

// module is the path of the module that the asset is in.
func (n *node) module() string {
	at := string(n.fact.Address)
	if i := strings.LastIndex(at, "."+n.fact.Type+"."); i >= 0 {
		return at[:i]
	}
	return ""
}

// A setter is an asset whose settings count for another one.
type setter struct {
	*node
	governs bool   // it is there to set them: what it sets by default counts as written
	unknown string // why it is not sure that they count
}

// setters calls f for all whose settings count for the node: itself, what is
// attached to it, what governs it, and the same of all above it.
func (n *node) setters(f func(setter)) {
	for _, at := range append([]*node{n}, n.above...) {
		at.sides(func(s *node) { f(setter{node: s}) })
		for _, s := range at.governed {
			f(s)
		}
	}
}
