package review

import (
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// summary is the verdict, what keeps it from being a pass, and the counts.
func (r *review) summary() error {
	res := r.Case.Result
	s := &res.Summary
	r.Paragraph(
		r.Say("verdict", evidence.Values{"perimeter": or(res.Perimeter.Name, r.Word("nameless")), "verdict": evidence.WordOf(r.Builder, "verdict", res.Verdict)}, evidence.In("verdict")),
		r.Say("counts", evidence.Values{"files": s.Files, "assets": s.Assets, "flows": s.Flows}, evidence.In("summary")),
	)
	var why []evidence.Item
	for _, w := range res.Why {
		why = append(why, evidence.One(r.Quote(w, evidence.In("why"))))
	}
	r.List(why...)
	var rows [][]evidence.Cell
	for _, name := range r.of() {
		n := map[finding.Status]int{}
		for _, f := range r.Case.Findings(name) {
			n[f.Status]++
		}
		at := evidence.In("findings of the system " + or(name, "(none)"))
		rows = append(rows, []evidence.Cell{
			{r.Name(or(name, r.Word("unbound")), at)},
			{r.Say("number", evidence.Values{"n": len(r.assetsOf(name))}, at)},
			{r.Say("number", evidence.Values{"n": len(r.Case.Flows(name))}, at)},
			{r.Say("failing", evidence.Values{"fail": n[finding.Fail], "waived": n[finding.Waived]}, at)},
			{r.Say("number", evidence.Values{"n": n[finding.Undecided]}, at)},
		})
	}
	r.Table("summary.table", []string{"head.system", "head.assets", "head.flows", "head.fails", "head.undecided"}, []int{4, 2, 2, 4, 2}, rows)
	return nil
}

// reviewed is who looked at it last, and how long ago that was.
func (r *review) reviewed() error {
	r.Paragraph(r.Ask("reviewed", ""))
	at := evidence.In("at")
	today := []evidence.Sentence{r.SayToday("law", evidence.Values{"day": r.Day(r.Case.Result.At)}, at)}
	a, _ := r.Case.Answer("reviewed")
	if a == nil {
		r.Paragraph(today...)
		return nil
	}
	key := evidence.At(a.Origin)
	on, err := time.Parse(time.DateOnly, a.On)
	days := int(r.Case.At.Sub(on) / (24 * time.Hour))
	if err != nil || days < 0 {
		r.Paragraph(append(today, r.SayToday("ago.later", evidence.Values{"day": r.Day(a.On)}, key, at))...)
		return nil
	}
	today = append(today, r.SayToday("ago", evidence.Values{"n": days}, key, at))
	if h := r.Case.History; h != nil {
		if h.Unknown != "" {
			today = append(today, r.SayToday("commits.unknown", evidence.Values{"why": r.Word("why." + h.Unknown)}, key))
		} else {
			today = append(today, r.SayToday("commits", evidence.Values{"n": h.Commits, "commit": h.Commit}, key))
		}
	}
	r.Paragraph(today...)
	return nil
}

// systems are what the perimeter says of each.
func (r *review) systems() error {
	if len(r.Case.Systems()) == 0 {
		r.Paragraph(r.Ask("systems", ""))
	}
	for _, name := range r.Case.Systems() {
		s := r.Case.Perimeter.Spec.Systems[name]
		r.system(name)
		given := func(topic, text string) evidence.Sentence {
			return r.Given("value", topic, name, text, evidence.Values{"value": text})
		}
		var clauses []string
		for _, id := range s.Basis {
			clauses = append(clauses, r.cited(id))
		}
		kind := ""
		if s.AIAct != "" {
			kind = evidence.WordOf(r.Builder, "ai_act", s.AIAct)
		}
		r.Table("systems.table", []string{"head.what", "head.said"}, []int{3, 9}, [][]evidence.Cell{
			{{r.Fixed("systems.purpose")}, {given("purpose", s.Purpose)}},
			{{r.Fixed("systems.controller")}, {given("controller", s.Controller)}},
			{{r.Fixed("systems.dpo")}, {given("dpo", s.DPO)}},
			{{r.Fixed("systems.basis")}, {given("basis", r.And(clauses))}},
			{{r.Fixed("systems.subjects")}, {given("subjects", r.And(s.Subjects))}},
			{{r.Fixed("systems.ai_act")}, {given("ai-act", kind)}},
		})
	}
	return nil
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
