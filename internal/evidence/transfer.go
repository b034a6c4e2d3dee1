package evidence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// area are the countries of the European Economic Area on the day.
func (c *Case) area() ([]graph.Country, error) { return c.KB.Expand("EEA", c.At) }

// A Safeguard is a tool of chapter V of the GDPR that the perimeter records for a crossing.
type Safeguard struct {
	*perimeter.Transfer
	Source  Source
	Ended   bool
	Without []graph.ClassID // of personal data that goes there, and that the tool is not for
}

// Holds reports whether the tool is one for all that goes there on the day.
func (s *Safeguard) Holds() bool { return !s.Ended && len(s.Without) == 0 }

// Safeguards are the tools that are recorded for a crossing, those that hold first.
func (c *Case) Safeguards(x *Crossing) []*Safeguard {
	var out []*Safeguard
	for i := range c.Perimeter.Spec.Transfers {
		t := &c.Perimeter.Spec.Transfers[i]
		from := func(sender string) bool { return perimeter.Match(t.From, sender) }
		if !x.Named(t.To) || t.From != x.System && !slices.ContainsFunc(x.Senders, from) {
			continue
		}
		s := &Safeguard{Transfer: t, Source: c.Key(fmt.Sprintf("spec.transfers[%d]", i)), Ended: t.Expires != "" && t.Expires < c.Result.At}
		for _, k := range x.Classes {
			if len(t.Data) > 0 && c.Personal(k) && !slices.Contains(t.Data, k) {
				s.Without = append(s.Without, k)
			}
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *Safeguard) int { return harm(a) - harm(b) })
	return out
}

// harm orders tools by what is missing of them.
func harm(s *Safeguard) int {
	switch {
	case s.Holds():
		return 0
	case !s.Ended:
		return 1
	}
	return 2
}

// Safeguard is the tool of chapter V for a crossing: what the perimeter records, or a
// decision that covers everybody in each of the countries. None is a question,
// since a transfer without one is not lawful.
func (b *Builder) Safeguard(x *Crossing) Sentence {
	if all := b.Case.Safeguards(x); len(all) > 0 {
		s := all[0]
		v := Values{"tool": WordOf(b, "tool", s.Transfer.Tool)}
		if s.Expires != "" {
			v["day"] = b.Day(s.Expires)
		}
		switch {
		case s.Ended:
			return b.Say("part.tool_ended", v, s.Source)
		case len(s.Without) > 0:
			delete(v, "day")
			v["classes"] = graph.Listed(s.Without)
			return b.Say("part.tool_without", v, s.Source)
		case s.Expires != "":
			return b.Say("part.tool_until", v, s.Source)
		}
		return b.Say("part.tool", v, s.Source)
	}
	if x.Covered() {
		d, _ := b.Case.KB.Adequate(x.Adequate[0], b.Case.At)
		return b.Say("part.adequate", Values{"decision": b.DecisionName(d)}, Decision(d))
	}
	return b.Ask("transfer-tool", x.ID())
}

// Covered reports whether adequacy decisions cover everybody in all countries of the crossing.
func (x *Crossing) Covered() bool { return len(x.Adequate) == len(x.Countries) }

// Decision is the source of an adequacy decision.
func Decision(d kb.Adequacy) Source { return Source{Kind: Record, At: "adequacy " + string(d.Country)} }

// DecisionName names an adequacy decision as the document's language does; the
// knowledge base has it in English.
func (b *Builder) DecisionName(d kb.Adequacy) string {
	eu, ec := b.Word("decision.eu"), b.Word("decision.ec")
	return strings.NewReplacer("Decision ", b.Word("decision.name")+" ", "(EU)", "("+eu+")", "/EU", "/"+eu, "/EC", "/"+ec, "renewed by", b.Word("decision.renewed")).Replace(d.Decision)
}

// ForeignLaws are the access laws from outside of the European Economic Area that
// reach an operator through its seat or through who controls it, by id.
func (c *Case) ForeignLaws(o *graph.Operator) ([]kb.Law, error) {
	area, err := c.area()
	if err != nil || o == nil {
		return nil, err
	}
	var out []kb.Law
	for _, l := range c.KB.Laws() {
		if slices.Contains(o.Laws, l.ID) && !slices.Contains(area, l.Country) {
			out = append(out, l)
		}
	}
	return out, nil
}
