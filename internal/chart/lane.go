package chart

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// laneOf is the lane that something at these places stands in, and the group
// within it.
func (c *chart) laneOf(places []graph.Place, op *graph.Operator) (ln *diagram.Lane, group string) {
	at := c.country(places)
	by := c.operator(op)
	if c.o.By == ByOperator {
		return c.lane(by), at.Name
	}
	if by.Form == diagram.NotKnown {
		return c.lane(at), ""
	}
	return c.lane(at), by.Name
}

// lane keeps one of each.
func (c *chart) lane(ln diagram.Lane) *diagram.Lane {
	if old := c.lanes[ln.ID]; old != nil {
		return old
	}
	c.lanes[ln.ID] = &ln
	return &ln
}

// country is the lane of the first place that is known: of the own ones, else
// of any.
func (c *chart) country(places []graph.Place) diagram.Lane {
	for _, own := range []bool{true, false} {
		for i := range places {
			p := &places[i]
			if len(p.Countries) == 0 || own != (p.Purpose == "") || !own && !apart[p.Purpose] {
				continue
			}
			return c.countries(p.Countries)
		}
		if own && slices.ContainsFunc(places, func(p graph.Place) bool { return p.Purpose == "" }) {
			break // its own place is asked for and not known
		}
	}
	return diagram.Lane{ID: "?", Name: c.say("place_unknown", nil), Form: diagram.NotKnown, Standing: diagram.Open}
}

func (c *chart) countries(cs []graph.Country) diagram.Lane {
	if slices.Contains(cs, graph.Anywhere) {
		return diagram.Lane{ID: "*", Name: c.say("anywhere", nil), Full: c.say("anywhere_full", nil), Form: diagram.Anywhere, Standing: diagram.Outside}
	}
	standing := diagram.Inside
	names := make([]string, len(cs))
	for i, k := range cs {
		names[i] = c.o.Country(k)
		if !c.o.Allows(k) {
			standing = diagram.Outside
		}
	}
	ln := diagram.Lane{ID: joined(cs), Name: names[0], Full: strings.Join(names, ", "), Form: diagram.Country, Standing: standing}
	switch {
	case len(cs) == 1:
	case len(cs) <= 2:
		ln.Name = c.say("either", diagram.Values{"a": names[0], "b": names[1]})
	default:
		if bloc := c.bloc(cs, ln.ID); bloc != "" {
			ln.ID, ln.Name = bloc+" "+string(standing), c.say("in_bloc", diagram.Values{"bloc": bloc})
		} else {
			ln.Name = c.many("one_of", len(cs))
		}
	}
	return ln
}

// bloc is the smallest bloc of countries, looked up once for each list of them.
func (c *chart) bloc(cs []graph.Country, list string) string {
	b, ok := c.blocs[list]
	if !ok {
		b = c.o.Bloc(cs)
		if c.blocs == nil {
			c.blocs = map[string]string{}
		}
		c.blocs[list] = b
	}
	return b
}

func joined(cs []graph.Country) string {
	out := make([]string, len(cs))
	for i, k := range cs {
		out[i] = string(k)
	}
	return strings.Join(out, ",")
}

func (c *chart) operator(op *graph.Operator) diagram.Lane {
	if op == nil || op.Entity == "" {
		return diagram.Lane{ID: "operator ?", Name: c.say("operator_unknown", nil), Form: diagram.NotKnown, Standing: diagram.Open}
	}
	ln := diagram.Lane{ID: "operator " + string(op.Entity), Name: or(op.Name, string(op.Entity)), Form: diagram.Country, Standing: c.o.Runs(op)}
	var reach []graph.Country
	for _, k := range append([]graph.Controller{{Country: op.Seat}}, op.Control...) {
		if k.Country != "" && !slices.Contains(reach, k.Country) {
			reach = append(reach, k.Country)
		}
	}
	ln.Full = ln.Name
	if len(reach) == 0 {
		return ln
	}
	names := make([]string, len(reach))
	for i, k := range reach {
		names[i] = c.o.Country(k)
	}
	ln.Full = c.say("law_of", diagram.Values{"operator": ln.Name, "countries": strings.Join(names, ", ")})
	if c.o.By == ByOperator {
		ln.Name += " (" + strings.ReplaceAll(joined(reach), ",", ", ") + ")" // a box has no room for their names
	}
	return ln
}

// ours is the lane of what has no place of its own: systems, and code and
// processes that send, wherever they will run.
func (c *chart) ours() *diagram.Lane {
	return c.lane(diagram.Lane{ID: "ours", Name: c.say("ours", nil), Full: c.say("ours_full", nil), Form: diagram.People, Standing: diagram.Neutral})
}
