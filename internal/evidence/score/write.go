package score

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/score"
)

// A writer writes the part of one framework.
type writer struct {
	*evidence.Builder
	p        *score.FrameworkPart
	language string
}

// whole is the source of what counts all findings.
var whole = evidence.In("findings")

func (w *writer) framework() {
	w.Head(1, "framework", evidence.Values{"title": w.p.Title.In(w.language)})
	first := w.p.Groups[0].Criteria[0].Requirement
	w.Paragraph(w.Say("value", evidence.Values{"value": w.p.About.In(w.language)}, w.clause(first)))
	if w.p.Reading != nil {
		w.Paragraph(w.Say("value", evidence.Values{"value": w.p.Reading.In(w.language)}, w.clause(first)))
	}
	tally := &w.p.Tally
	if w.p.Would != nil {
		tally = w.p.Would
		w.Paragraph(w.Say("standing."+string(w.p.Standing), nil, w.clause(first)))
	}
	w.Paragraph(w.sum(tally)...)
	w.groups()
	for i := range w.p.Groups {
		w.group(&w.p.Groups[i])
	}
}

// clause is the source of what a requirement says.
func (w *writer) clause(id graph.RequirementID) evidence.Source {
	q, ok := w.Case.KB.Requirement(id)
	if !ok {
		return evidence.Source{} // the builder refuses it
	}
	return evidence.Clause(&q)
}

// sum says what the whole comes to.
func (w *writer) sum(t *score.Tally) []evidence.Sentence {
	var out []evidence.Sentence
	if t.Points != nil {
		r := t.Points.Rounded()
		out = append(out, w.Say("points", evidence.Values{"evidenced": w.tenth(r.Evidenced), "claimed": w.tenth(r.Claimed), "unknown": w.tenth(r.Unknown), "against": w.tenth(r.Against)}, whole))
	}
	if t.Level != nil {
		out = append(out, w.Say("level", evidence.Values{"shown": w.rung(t.Level.Shown), "claimed": w.rung(t.Level.Claimed), "possible": w.rung(t.Level.Possible)}, whole))
	}
	if t.NotInForce > 0 {
		out = append(out, w.Say("later", evidence.Values{"n": t.NotInForce}, whole))
	}
	return append(out, w.Say("counts", evidence.Values{"evidenced": t.Evidenced, "criteria": t.Criteria, "claimed": t.Claimed, "unknown": t.Unknown, "lacking": t.Lacking, "breached": t.Breached}, whole))
}

// rung names a level: "SEAL-2 (…)".
func (w *writer) rung(n int) string {
	return fmt.Sprintf("%s-%d (%s)", w.p.Ladder.Name, n, w.p.Ladder.Names[n].In(w.language))
}

// tenth writes a number as the language does.
func (w *writer) tenth(f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	if w.language != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// groups are all of them in one table.
func (w *writer) groups() {
	head, widths := []string{"group", "met", "open"}, []int{6, 3, 8}
	weighs, laddered := w.p.Groups[0].Weight > 0, w.p.Ladder != nil
	if weighs {
		head, widths = slices.Insert(head, 1, "points.head"), slices.Insert(widths, 1, 3)
	}
	if laddered {
		head, widths = slices.Insert(head, 1, "level.head"), slices.Insert(widths, 1, 4)
	}
	var rows [][]evidence.Cell
	for i := range w.p.Groups {
		g := &w.p.Groups[i]
		t := &g.Tally
		if g.Would != nil {
			t = g.Would
		}
		row := []evidence.Cell{{w.Name(g.Name(w.language), w.clause(g.Criteria[0].Requirement))}}
		if laddered {
			row = append(row, evidence.Cell{w.span(t.Level)})
		}
		if weighs {
			row = append(row, evidence.Cell{w.Say("points.of", evidence.Values{"points": w.tenth(t.Points.Rounded().Evidenced), "weight": g.Weight}, whole)})
		}
		rows = append(rows, append(row,
			evidence.Cell{w.Say("met.of", evidence.Values{"n": t.Evidenced, "criteria": t.Criteria}, whole)},
			evidence.Cell{w.Say("open.of", evidence.Values{"claimed": t.Claimed, "unknown": t.Unknown, "against": t.Lacking + t.Breached}, whole)}))
	}
	w.Table("groups.table", head, widths, rows)
}

// span is where a group stands, and how far it may be.
func (w *writer) span(l *score.Level) evidence.Sentence {
	switch {
	case l == nil:
		return w.Say("level.none", nil, whole)
	case l.Shown == l.Possible:
		return w.Say("level.is", evidence.Values{"shown": fmt.Sprintf("%s-%d", w.p.Ladder.Name, l.Shown)}, whole)
	}
	return w.Say("level.span", evidence.Values{"shown": fmt.Sprintf("%s-%d", w.p.Ladder.Name, l.Shown), "possible": l.Possible}, whole)
}

func (w *writer) group(g *score.GroupPart) {
	w.Head(2, "framework", evidence.Values{"title": g.Name(w.language)})
	var rows [][]evidence.Cell
	for i := range g.Criteria {
		c := &g.Criteria[i]
		rows = append(rows, []evidence.Cell{
			{w.Name(c.ID, w.clause(c.Requirement))},
			w.asks(c),
			{w.Say("is."+string(w.status(c)), nil, w.origins(c)...)},
			w.why(c),
		})
	}
	w.Table("criteria.table", []string{"criterion", "asks", "status", "why"}, []int{3, 7, 3, 8}, rows)
	if against := w.against(g); len(against) > 0 {
		w.Table("against.table", []string{"criterion", "rule_and", "message"}, []int{3, 6, 10}, against)
	}
}

// status is what is shown of a criterion: of a framework that is not in force, what
// facts say.
func (w *writer) status(c *score.CriterionPart) score.Status {
	if w.p.Would != nil {
		return c.Facts()
	}
	return c.Status
}

// asks is what a criterion asks, and from which level on.
func (w *writer) asks(c *score.CriterionPart) evidence.Cell {
	out := evidence.Cell{w.Name(c.Title.In(w.language), w.clause(c.Requirement))}
	if c.Level > 0 {
		out = append(out, w.Say("asked_from", evidence.Values{"level": fmt.Sprintf("%s-%d", w.p.Ladder.Name, c.Level)}, w.clause(c.Requirement)))
	}
	return out
}

// shownAt is how many origins a sentence names.
const shownAt = 3

// origins are where the findings behind a status were read: those that decide it first.
func (w *writer) origins(c *score.CriterionPart) []evidence.Source {
	out := w.read(c, c.Facts())
	for _, x := range c.Papers {
		out = append(out, evidence.At(x.Origin))
	}
	if len(out) == 0 {
		return []evidence.Source{evidence.In("rules")}
	}
	return out[:min(len(out), shownAt)]
}

// read are the origins of the findings of a criterion with a status.
func (w *writer) read(c *score.CriterionPart, s score.Status) []evidence.Source {
	var out []evidence.Source
	for i := range c.Rules {
		for j := range c.Rules[i].Findings {
			f := &c.Rules[i].Findings[j]
			if at := evidence.At(f.Origin); f.Status == s && !slices.Contains(out, at) {
				out = append(out, at)
			}
		}
	}
	return out[:min(len(out), shownAt)]
}

// why says which rules say what, which looked at nothing, and what claims it.
func (w *writer) why(c *score.CriterionPart) evidence.Cell {
	var out evidence.Cell
	for _, s := range []score.Status{score.Breached, score.Lacking, score.Unknown, score.Claimed, score.Evidenced} {
		var said []string
		for i := range c.Rules {
			if n := count(&c.Rules[i], s); n > 0 {
				said = append(said, fmt.Sprintf("%s (%d)", c.Rules[i].ID, n))
			}
		}
		if at := w.read(c, s); len(said) > 0 && len(at) > 0 {
			out = append(out, w.Say("why."+string(s), evidence.Values{"rules": strings.Join(said, ", ")}, at...))
		}
	}
	answered := false
	for _, x := range c.Papers {
		if answered = answered || x.Kind == score.Answer; x.Kind == score.Document {
			out = append(out, w.Say("why.document", evidence.Values{"says": x.Says, "by": x.By}, evidence.At(x.Origin)))
		}
	}
	if len(c.Dormant) > 0 {
		out = append(out, w.Say("why.dormant", evidence.Values{"rules": graph.Listed(c.Dormant)}, evidence.In("rules")))
	}
	switch {
	case len(c.Rules) == 0 && len(c.Dormant) == 0 && len(c.Silent) > 0:
		out = append(out, w.Say("why.silent", evidence.Values{"rules": graph.Listed(c.Silent)}, evidence.In("rules")))
	case len(c.Silent) > 0:
		out = append(out, w.Say("why.further", evidence.Values{"n": len(c.Silent)}, evidence.In("rules")))
	}
	open := c.Asked && c.Facts() == score.Unknown
	if open && len(c.Rules) > 0 {
		out = append(out, w.Fixed("why.part"))
	}
	if open || answered {
		out = append(out, w.Ask("shown", w.p.ID+"/"+c.ID))
	}
	return out
}

// count is how many findings of a rule have a status. A rule's fails against one
// criterion are of one kind.
func count(r *score.RulePart, s score.Status) int {
	switch s {
	case score.Evidenced:
		return r.Pass
	case score.Claimed:
		return r.Claimed
	case score.Unknown:
		return r.Unknown
	}
	return r.Fails(s)
}

// A counter is one finding that speaks against criteria.
type counter struct {
	rule    graph.RuleID
	why     *score.Why
	against []*score.CriterionPart
}

// against are the first findings of each rule that speak against criteria of a group,
// each once.
func (w *writer) against(g *score.GroupPart) [][]evidence.Cell {
	var found []*counter
	for i := range g.Criteria {
		c := &g.Criteria[i]
		for j := range c.Rules {
			r := &c.Rules[j]
			for k := range r.Findings {
				f := &r.Findings[k]
				if f.Status != score.Lacking && f.Status != score.Breached {
					continue
				}
				same := slices.IndexFunc(found, func(x *counter) bool { return x.rule == r.ID && x.why.Fingerprint == f.Fingerprint })
				if same < 0 {
					same = len(found)
					found = append(found, &counter{rule: r.ID, why: f})
				}
				found[same].against = append(found[same].against, c)
			}
		}
	}
	rows := make([][]evidence.Cell, 0, len(found))
	for _, x := range found {
		rows = append(rows, w.counted(x))
	}
	return rows
}

func (w *writer) counted(x *counter) []evidence.Cell {
	at := evidence.At(x.why.Origin)
	message := w.Say("inside.not", nil, at) // what passed has no words of its own
	if x.why.Message != "" {
		message = w.Quote(x.why.Message, at)
	}
	said := evidence.Cell{message}
	if x.why.Waived {
		said = append(said, w.Say("waived", nil, at))
	}
	var criteria evidence.Cell
	for _, c := range x.against {
		criteria = append(criteria, w.Name(c.ID, w.clause(c.Requirement)))
	}
	return []evidence.Cell{criteria, {w.Say("of_rule", evidence.Values{"rule": string(x.rule), "subject": string(x.why.Subject)}, at)}, said}
}
