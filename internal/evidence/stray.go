package evidence

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Stray is an asset of which nobody knows who runs it, or a flow of which nobody knows
// where it leads. Whoever it is gets the data, and no [Recipient] stands for it.
type Stray struct {
	Subject  graph.Address // of a flow, who sends
	Kinds    []graph.Kind  // of an asset: its kind
	Purposes []string      // of a flow
	Classes  []graph.ClassID
	Why      string // nobody knows, as the program or the file has it
	Source   Source
}

// Strays are those of a system, assets first, in the order of their addresses. What only
// fetches is not among them: the classes of who fetches do not go where it leads.
func (c *Case) Strays(system string) []*Stray {
	var out []*Stray
	for _, a := range c.Assets(system) {
		if a.Type == resolve.FlowType || a.Operator != nil && a.Operator.Entity != "" {
			continue
		}
		why := ""
		if a.Operator != nil {
			why = a.Operator.Unknown
		}
		out = append(out, &Stray{Subject: a.Subject, Kinds: []graph.Kind{a.Kind}, Classes: a.Classes, Why: why, Source: At(a.Origin)})
	}
	for _, e := range c.Flows(system) {
		if e.To != "" || e.Operator != nil && e.Operator.Entity != "" || kb.OnlyFetches(e.Purposes) {
			continue
		}
		out = append(out, &Stray{Subject: e.From + resolve.FlowArrow + "?", Purposes: e.Purposes, Classes: e.Classes, Why: e.Unknown, Source: At(e.Origin)})
	}
	return out
}

// StrayTable is the table of some strays of a system, with the question who is behind
// them. Of none there is no table.
func (b *Builder) StrayTable(system string, strays []*Stray) {
	if len(strays) == 0 {
		return
	}
	about := []Sentence{b.Fixed("part.stray_about")}
	if system != Unbound {
		about = append(about, b.Ask("unattributed", system))
	}
	b.Paragraph(about...)
	var rows [][]Cell
	for _, g := range b.strayGroups(strays) {
		why := b.Value(b.Word("unknown"), g.at...)
		if g.Why != "" {
			why = b.Quote(g.Why, g.at...)
		}
		rows = append(rows, []Cell{
			{b.Few(g.names, g.at...)},
			{b.Value(strings.Join(g.does, ", "), g.at...)},
			{b.Value(graph.Listed(g.Classes), g.at...)},
			{why},
		})
	}
	b.Table("part.strays", []string{"part.asset", "part.does", "part.data", "part.stray_why"}, []int{5, 3, 3, 6}, rows)
}

// A strayGroup are strays of which the same is known.
type strayGroup struct {
	*Stray
	names []graph.Address
	does  []string
	at    []Source
}

func (b *Builder) strayGroups(strays []*Stray) []*strayGroup {
	var out []*strayGroup
	index := map[string]*strayGroup{}
	for _, s := range strays {
		key := s.Why + "\x00" + graph.Listed(s.Classes)
		g := index[key]
		if g == nil {
			g = &strayGroup{Stray: s}
			index[key] = g
			out = append(out, g)
		}
		g.names, g.does = append(g.names, s.Subject), union(g.does, append(wordsOf(b, "kind", s.Kinds), wordsOf(b, "purpose", s.Purposes)...))
		if len(g.at) < fewest {
			g.at = append(g.at, s.Source)
		}
	}
	return out
}

func wordsOf[T ~string](b *Builder, list string, values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = WordOf(b, list, v)
	}
	return out
}
