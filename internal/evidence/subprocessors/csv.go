package subprocessors

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// head are the columns of the list for machines. Values are the words of the result
// document, countries those of ISO 3166-1, several in a cell divided by "; ".
var head = []string{
	"system", "recipient", "legal_entity", "lei", "seat", "controlled_by", "controlled_from", "laws",
	"classes", "personal_data", "kinds", "purposes", "hosts", "countries", "places_unknown", "third_countries",
	"tool", "tool_until", "known_as", "first_seen", "only_fetched", "contract", "sub_processors", "sources",
	"claimed_countries", "entity_claimed", "tool_holds", "unknown",
}

// writeCSV writes a row for every recipient of every system, and of what belongs to none.
func writeCSV(w io.Writer, c *evidence.Case, _ string) error {
	var rows [][]string
	for _, system := range append(c.Systems(), evidence.Unbound) {
		crossings, err := c.Crossings(system)
		if err != nil {
			return err
		}
		for _, r := range c.Recipients(system) {
			var x *evidence.Crossing
			if i := slices.IndexFunc(crossings, func(x *evidence.Crossing) bool { return x.ID() == r.ID() }); i >= 0 {
				x = crossings[i]
			}
			rows = append(rows, row(c, r, x))
		}
		for _, s := range c.Strays(system) {
			rows = append(rows, strayed(c, system, s))
		}
	}
	return evidence.CSV(w, head, rows)
}

func row(c *evidence.Case, r *evidence.Recipient, x *evidence.Crossing) []string {
	out := []string{r.System, r.Name}
	out = append(out, who(c, r)...)
	out = append(out, joined(r.Classes), yes(slices.ContainsFunc(r.Classes, c.Personal) && !r.Fetched()),
		joined(r.Kinds), joined(r.Purposes), joined(r.Hosts), joined(r.Countries), yes(r.Open || len(r.Countries) == 0))
	out = append(out, beyond(c, x)...)
	first := ""
	if !r.First.IsZero() {
		first = r.First.UTC().Format(time.DateOnly)
	}
	var sources []string
	for _, s := range r.Sources {
		sources = append(sources, s.At)
	}
	out = append(out, joined(r.States), first, yes(r.Fetched()), answer(c, r.ID()+"/processing-contract"), answer(c, r.ID()+"/sub-processors"), joined(sources))
	return append(out, joined(r.Claimed), claimed(c, r), holds(c, x), "")
}

// claimed is whether only a claim says who a recipient is; "" where nothing does.
func claimed(c *evidence.Case, r *evidence.Recipient) string {
	if r.Operator == nil {
		return ""
	}
	rec, _ := c.KB.Operator(r.Operator.Entity)
	return yes(r.Alleged || rec.Standing(c.At) == graph.Claimed)
}

// holds is whether a transfer rests on something that holds on the day; "" of none.
func holds(c *evidence.Case, x *evidence.Crossing) string {
	if x == nil {
		return ""
	}
	tool, decided := c.Basis(x)
	return yes(decided || tool != nil && tool.Holds())
}

// strayed is the row of what has no recipient that is known: its name is that of the
// asset or flow, and the last column says why.
func strayed(c *evidence.Case, system string, s *evidence.Stray) []string {
	cells := map[string]string{
		"system": system, "recipient": string(s.Subject), "classes": joined(s.Classes), "personal_data": yes(slices.ContainsFunc(s.Classes, c.Personal)),
		"kinds": joined(s.Kinds), "purposes": joined(s.Purposes), "places_unknown": "yes", "only_fetched": "no", "sources": s.Source.At, "unknown": cmp.Or(s.Why, "unknown"),
	}
	out := make([]string, len(head))
	for i, name := range head {
		out[i] = cells[name]
	}
	return out
}

// who is a recipient in law: entity, LEI, seat, who controls it and from where, and
// the access laws that reach it.
func who(c *evidence.Case, r *evidence.Recipient) []string {
	o := r.Operator
	if o == nil {
		return make([]string, 6)
	}
	rec, _ := c.KB.Operator(o.Entity)
	out := []string{rec.LegalEntity, rec.LEI, string(o.Seat), "", "", joined(o.Laws)}
	if n := len(o.Control); n > 0 {
		out[3], out[4] = o.Control[n-1].Name, string(o.Control[n-1].Country)
	}
	return out
}

// beyond are third countries, with the tool that is recorded and its last day.
func beyond(c *evidence.Case, x *evidence.Crossing) []string {
	if x == nil {
		return make([]string, 3)
	}
	out := []string{joined(x.Countries), "", ""}
	tool, decided := c.Basis(x)
	switch {
	case decided:
		var names []string
		for _, d := range c.Decisions(x) {
			names = append(names, d.Decision)
			if d.Until != "" && (out[2] == "" || d.Until < out[2]) {
				out[2] = d.Until
			}
		}
		out[1] = joined(names)
	case tool != nil:
		out[1], out[2] = tool.Tool, tool.Expires
	}
	return out
}

func answer(c *evidence.Case, id string) string {
	if a, holds := c.Answer(id); a != nil && holds {
		return a.Text
	}
	return ""
}

func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, "; ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
