package evidence

import (
	"fmt"
	"regexp"
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
	Outside []graph.Country // where no adequacy decision is in force, of the tool adequacy alone
}

// Holds reports whether the tool is one for all that goes there on the day.
func (s *Safeguard) Holds() bool { return !s.Ended && len(s.Without) == 0 && len(s.Outside) == 0 }

// Assessed reports whether the tool is one of article 46, which needs an assessment of
// the law of the third country: a decision has made it, and a derogation does without.
func (s *Safeguard) Assessed() bool { return s.Tool != "adequacy" && s.Tool != "derogation" }

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
		if t.Tool == "adequacy" {
			s.Outside = c.undecided(x.Countries)
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *Safeguard) int { return harm(a) - harm(b) })
	return out
}

// undecided are those of some countries for which no adequacy decision is in force, not
// even one for some recipients.
func (c *Case) undecided(countries []graph.Country) []graph.Country {
	return slices.DeleteFunc(slices.Clone(countries), func(k graph.Country) bool {
		_, ok := c.KB.Adequate(k, c.At)
		return ok
	})
}

// Basis is on what a crossing rests: a recorded tool that holds; else a decision that
// covers everybody; else the tool that comes nearest, nil where none is recorded.
func (c *Case) Basis(x *Crossing) (tool *Safeguard, decided bool) {
	all := c.Safeguards(x)
	switch {
	case len(all) > 0 && all[0].Holds():
		return all[0], false
	case x.Covered():
		return nil, true
	case len(all) > 0:
		return all[0], false
	}
	return nil, false
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

// Safeguard is on what a crossing rests. Nothing is a question, since a transfer
// without a basis is not lawful.
func (b *Builder) Safeguard(x *Crossing) Sentence {
	s, decided := b.Case.Basis(x)
	switch {
	case decided:
		var names []string
		var at []Source
		for _, d := range b.Case.Decisions(x) {
			names, at = append(names, b.DecisionName(d)), append(at, Decision(d))
		}
		return b.Say("part.adequate", Values{"decision": b.And(names)}, at...)
	case s == nil:
		return b.Ask("transfer-tool", x.ID())
	}
	key, v := "part.tool", Values{"tool": WordOf(b, "tool", s.Transfer.Tool)}
	switch {
	case s.Ended:
		key, v["day"] = "part.tool_ended", b.Day(s.Expires)
	case len(s.Outside) > 0:
		key, v["countries"] = "part.tool_outside", b.Countries(s.Outside)
	case len(s.Without) > 0:
		key, v["classes"] = "part.tool_without", graph.Listed(s.Without)
	case s.Expires != "":
		key, v["day"] = "part.tool_until", b.Day(s.Expires)
	}
	return b.Say(key, v, s.Source)
}

// Covered reports whether adequacy decisions cover everybody in all countries of the
// crossing. A decision for where it is only said to be covers nobody.
func (x *Crossing) Covered() bool {
	return len(x.Adequate) == len(x.Countries) && len(intersection(x.Countries, x.Claimed)) == 0
}

// Decisions are the adequacy decisions that cover everybody in a country of the crossing.
func (c *Case) Decisions(x *Crossing) []kb.Adequacy {
	var out []kb.Adequacy
	for _, k := range x.Adequate {
		if d, ok := c.KB.Adequate(k, c.At); ok {
			out = append(out, d)
		}
	}
	return out
}

// Decision is the source of an adequacy decision.
func Decision(d kb.Adequacy) Source { return Source{Kind: Record, At: "adequacy " + string(d.Country)} }

// DecisionName names an adequacy decision as the document's language does; the
// knowledge base has it in English. German and French tell the kinds of decisions
// apart: those of the Communities, of the Union, and since 2012 its implementing ones.
func (b *Builder) DecisionName(d kb.Adequacy) string {
	kind := "decision.name"
	switch year := numbered.FindStringSubmatch(d.Decision); {
	case strings.Contains(d.Decision, "/EC"):
		kind = "decision.community"
	case strings.Contains(d.Decision, "(EU)"), year != nil && year[1] >= "2012":
		kind = "decision.implementing"
	}
	eu, ec := b.Word("decision.eu"), b.Word("decision.ec")
	return strings.NewReplacer("Decision ", b.Word(kind)+" ", "(EU)", "("+eu+")", "/EU", "/"+eu, "/EC", "/"+ec, "renewed by", b.Word("decision.renewed")).Replace(d.Decision)
}

// numbered is the number of a decision as it was until 2014: "2013/65/EU".
var numbered = regexp.MustCompile(`([0-9]{4})/[0-9]+/EU`)

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
