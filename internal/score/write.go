package score

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// WriteJSON writes the stable document.
func WriteJSON(w io.Writer, s *Score) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// WriteText writes scores for a terminal.
func WriteText(w io.Writer, s *Score) error {
	b := bufio.NewWriter(w)
	t := &text{b}
	for i := range s.Frameworks {
		if i > 0 {
			t.line(0, "")
		}
		t.framework(&s.Frameworks[i])
	}
	return b.Flush()
}

type text struct{ w *bufio.Writer }

// line writes a line; what files say cannot speak to the terminal.
func (t *text) line(indent int, format string, args ...any) {
	s := finding.Tame(fmt.Sprintf(format, args...))
	if s != "" {
		s = strings.Repeat(" ", indent) + s
	}
	fmt.Fprintln(t.w, s)
}

func (t *text) framework(p *FrameworkPart) {
	t.line(0, "%s (%s)", p.Title.EN, p.ID)
	tally := &p.Tally
	if p.Would != nil {
		tally = p.Would
		t.line(2, "%s: nothing of it counts; what follows is what it would come to if it were in force", map[Standing]string{Proposed: "proposed", Later: "not in force on this day"}[p.Standing])
	}
	if x := tally.Points; x != nil {
		r := x.Rounded()
		t.line(2, "score %s of 100 evidenced · %s claimed · %s not known · %s facts speak against", tenth(r.Evidenced), tenth(r.Claimed), tenth(r.Unknown), tenth(r.Against))
	}
	if l := tally.Level; l != nil {
		t.line(2, "%s", l.text(p.Ladder))
	}
	t.line(2, "%s", tally.text())
	if p.Reading != nil {
		t.line(2, "levels and shares are a reading of ours, and an assessor decides on it: docs/guide/score.md, or the document (-o score.pdf)")
	}
	for i := range p.Groups {
		t.group(p, &p.Groups[i])
	}
}

func tenth(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// text says where a level stands.
func (l *Level) text(ladder *Ladder) string {
	return fmt.Sprintf("%s-%d shown · %s-%d with what is claimed · %s-%d at most, by what facts speak against", ladder.Name, l.Shown, ladder.Name, l.Claimed, ladder.Name, l.Possible)
}

func (t *Tally) text() string {
	out := fmt.Sprintf("%d of %d criteria evidenced · %d claimed · %d not known · %d lacking", t.Evidenced, t.Criteria, t.Claimed, t.Unknown, t.Lacking)
	if t.Breached > 0 {
		out += fmt.Sprintf(" · %d breached", t.Breached)
	}
	if t.NotInForce > 0 {
		out += fmt.Sprintf(" · %d not in force", t.NotInForce)
	}
	return out
}

func (t *text) group(p *FrameworkPart, g *GroupPart) {
	head := g.Name("en")
	tally := &g.Tally
	if g.Would != nil {
		tally = g.Would
	}
	if x := tally.Points; x != nil {
		head += fmt.Sprintf("  %s of %d", tenth(x.Rounded().Evidenced), g.Weight)
	}
	if l := tally.Level; l != nil {
		head += fmt.Sprintf("  %s-%d (at most %d)", p.Ladder.Name, l.Shown, l.Possible)
	}
	t.line(0, "")
	t.line(2, "%s", head)
	for i := range g.Criteria {
		t.criterion(p, &g.Criteria[i])
	}
}

// words are statuses as a terminal shows them.
var words = map[Status]string{Evidenced: "evidenced", Claimed: "claimed", Unknown: "not known", Lacking: "LACKING", Breached: "BREACHED", NotInForce: "not in force"}

func (t *text) criterion(p *FrameworkPart, c *CriterionPart) {
	level := ""
	if c.Level > 0 {
		level = fmt.Sprintf(" [%s-%d]", p.Ladder.Name, c.Level)
	}
	status := c.Status
	if p.Would != nil {
		status = c.Facts()
	}
	t.line(4, "%-12s %-10s %s%s", words[status], c.ID, c.Title.EN, level)
	for i := range c.Rules {
		r := &c.Rules[i]
		t.line(17, "%s: %s", r.ID, r.text())
		if f := r.Findings[0]; f.Status != Evidenced { // worst first: one is enough for a terminal
			t.line(19, "%s  %s: %s", f.Origin.At(), f.Subject, f.text())
		}
	}
	for _, x := range c.Papers {
		t.line(17, "%s  %s (%s)", x.Origin.At(), x.Says, x.By)
	}
	if len(c.Dormant) > 0 {
		t.line(17, "found something that does not count, since what it rests on is not in force on this day or not named by the perimeter: %s", graph.Listed(c.Dormant))
	}
	id := AnswerID(p.ID, c.ID)
	switch open := c.Facts() == Unknown; {
	case len(c.Rules) == 0 && len(c.Silent) > 0 && len(c.Dormant) == 0:
		t.line(17, "no rule looked at anything: %s", graph.Listed(c.Silent))
	case open && c.Asked && len(c.Rules) == 0:
		t.line(17, "no rule can show it: an answer to %s may claim it", id)
	case open && c.Asked:
		t.line(17, "rules see a part of it: an answer to %s may claim the rest", id)
	}
}

// text is what is found. What passed has no words of its own.
func (f *Why) text() string {
	switch {
	case f.Message != "":
		return f.Message
	case f.Status == Claimed:
		return "passes by what somebody recorded or claimed, not by facts"
	}
	return "passes the rule, and is outside of what the framework asks for"
}

// text counts what a rule says.
func (r *RulePart) text() string {
	var out []string
	for _, n := range []struct {
		n    int
		what string
	}{{r.Fail, "against it"}, {r.Unknown, "not known"}, {r.Claimed, "claimed"}, {r.Pass, "for it"}} {
		if n.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	if r.Waived > 0 {
		out = append(out, fmt.Sprintf("%d of them under an exception, which shows nothing", r.Waived))
	}
	return strings.Join(out, ", ")
}
