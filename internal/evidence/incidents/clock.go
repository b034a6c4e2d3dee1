package incidents

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A duty is something that is due to an authority, or to people, once somebody is aware.
type duty struct {
	key    string              // of its messages: "clause.KEY", and what is due: "due.KEY"
	clause graph.RequirementID // the record that says so
	whom   func(*record) bool  // whether it may concern the crossing; nil: always
	due    func(aware time.Time) time.Time
	days   bool // it ends with a day and not with an hour
}

func hours(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(time.Duration(n) * time.Hour) }
}

func days(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, 0, n) }
}

// after counts a month from the last moment of what comes before.
func after(before func(time.Time) time.Time) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return month(before(t)) }
}

// duties are in the order of the instruments, and of their clauses. What is due so long
// after another notification is counted from the last moment at which that is due. Without
// a time something is due without undue delay.
var duties = []duty{
	{key: "gdpr_33", clause: "GDPR_ART_33", whom: (*record).personal, due: hours(72)},
	{key: "gdpr_34", clause: "GDPR_ART_34", whom: (*record).personal},
	{key: "nis2_warning", clause: "NIS2_ART_23_4_A", due: hours(24)},
	{key: "nis2_notification", clause: "NIS2_ART_23_4_B", due: hours(72)},
	{key: "nis2_report", clause: "NIS2_ART_23_4_D", due: after(hours(72)), days: true},
	{key: "dora_initial", clause: "DORA_ART_19_4_A", due: hours(24)},
	{key: "dora_intermediate", clause: "DORA_ART_19_4_B", due: hours(24 + 72)},
	{key: "dora_final", clause: "DORA_ART_19_4_C", due: after(hours(24 + 72)), days: true},
	{key: "aia_2", clause: "AIA_ART_73_2", whom: (*record).highRisk, due: days(15), days: true},
	{key: "aia_3", clause: "AIA_ART_73_3", whom: (*record).highRisk, due: days(2), days: true},
	{key: "aia_4", clause: "AIA_ART_73_4", whom: (*record).highRisk, due: days(10), days: true},
}

// month is the same day of the next month, or the last of that month where it has no
// such day (Regulation (EEC, Euratom) No 1182/71, art. 3(2)(c)).
func month(t time.Time) time.Time {
	next := t.AddDate(0, 1, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}

// personal reports whether personal data may be concerned: also where nobody knows.
func (r *record) personal() bool {
	return len(r.x.classes) == 0 || slices.ContainsFunc(r.x.classes, r.Case.Personal)
}

// highRisk reports whether the system is a high-risk AI system.
func (r *record) highRisk() bool {
	kind := r.aiAct()
	return kind == "high-risk" || kind == "annex-i"
}

func (r *record) aiAct() string { return r.Case.Perimeter.Spec.Systems[r.x.system].AIAct }

// clocks says what would be due if the crossing is a breach or a significant incident. The
// law counts from the moment at which somebody became aware, which only people know. Until
// they say it, the earliest possible times are those from the first moment that was seen.
func (r *record) clocks() {
	aware, at, answered := r.awareness()
	r.Paragraph(r.Ask("awareness", r.x.id))
	var rows [][]evidence.Cell
	var later []evidence.Sentence
	var told []graph.RequirementID
	for i := range duties {
		d := &duties[i]
		q, ok := counts(r.Case, d)
		if !ok || d.whom != nil && !d.whom(r) {
			continue
		}
		if !q.InForce(r.Case.Result.At, r.aiAct()) {
			whole := r.article(&q)
			if from := r.from(whole); from != "" && !slices.Contains(told, whole.ID) {
				told = append(told, whole.ID)
				later = append(later, r.Say("c.later", evidence.Values{"clause": r.Cite(whole), "day": r.Day(from)}, evidence.Clause(whole)))
			}
			continue
		}
		row := []evidence.Cell{{r.Say("clause."+d.key, nil, evidence.Clause(&q))}, {r.Say("due."+d.key, nil, evidence.Clause(&q))}, {r.earliest(d)}, {r.unaware(answered, at)}}
		if d.due == nil {
			row[3] = evidence.Cell{r.Fixed("c.undue")}
		} else if !aware.IsZero() {
			row[3] = evidence.Cell{r.due(d, aware, at)}
		}
		rows = append(rows, row)
	}
	if !r.personal() {
		r.Paragraph(r.Say("impersonal", nil, r.x.sources...))
	}
	if len(rows) == 0 {
		r.Paragraph(r.Say("dutiless", nil, r.Case.Key("spec.frameworks")))
	}
	if len(rows) > 0 {
		r.Table("c.table", []string{"c.clause", "c.what", "c.first", "c.aware"}, []int{3, 5, 3, 3}, rows)
	}
	if len(later) > 0 {
		r.Paragraph(later...)
	}
}

// counts is the record that a duty rests on, and whether the perimeter asks for its
// instrument. DORA holds for financial entities: who is one, nothing but a perimeter tells
// that names it.
func counts(c *evidence.Case, d *duty) (kb.Requirement, bool) {
	q, ok := c.KB.Requirement(d.clause)
	named := slices.Contains(c.Perimeter.Spec.Frameworks, q.Instrument)
	return q, ok && (named || len(c.Perimeter.Spec.Frameworks) == 0 && q.Instrument != "DORA")
}

// article is the record of the whole article of a clause, where there is one.
func (r *record) article(q *kb.Requirement) *kb.Requirement {
	for id := string(q.ID); ; {
		i := strings.LastIndexByte(id, '_')
		if i < 0 {
			return q
		}
		id = id[:i]
		if whole, ok := r.Case.KB.Requirement(graph.RequirementID(id)); ok {
			return &whole
		}
	}
}

// from is the day from which a clause applies to the system; "" where nobody knows.
func (r *record) from(q *kb.Requirement) string {
	if day, ok := q.Dates[r.aiAct()]; ok {
		return day
	}
	return q.From
}

func (r *record) untimed() evidence.Sentence { return r.Say("r.untimed", nil, r.x.sources...) }

func (r *record) unaware(answered bool, at evidence.Source) evidence.Sentence {
	if answered {
		return r.Say("aware.unread", nil, at)
	}
	return r.Fixed("aware.open")
}

// earliest is when something is due if somebody was aware from the first moment that was
// seen. It is never over: nobody knows yet that the law counts from there.
func (r *record) earliest(d *duty) evidence.Sentence {
	first, at := r.x.since()
	switch {
	case d.due == nil:
		return r.Fixed("c.undue")
	case first.IsZero():
		return r.untimed()
	}
	return r.Say("moment.to_come", evidence.Values{"moment": r.end(d, first)}, at)
}

// due is when something is due, and says where its day is over already.
func (r *record) due(d *duty, aware time.Time, at evidence.Source) evidence.Sentence {
	key := "moment.to_come"
	if d.due(aware).Format(time.DateOnly) < r.Case.Result.At {
		key = "moment.past"
	}
	return r.Say(key, evidence.Values{"moment": r.end(d, aware)}, at)
}

// end writes when a duty ends that is counted from a moment.
func (r *record) end(d *duty, from time.Time) string {
	t := d.due(from)
	if d.days {
		return r.Day(t.Format(time.DateOnly))
	}
	return r.moment(t)
}

// moment writes a time, to the minute and in UTC.
func (r *record) moment(t time.Time) string {
	return fmt.Sprintf("%s, %s\u00a0UTC", r.Day(t.Format(time.DateOnly)), t.Format("15:04"))
}

// awareness is the moment that a person named, zero where what he wrote is none.
func (r *record) awareness() (time.Time, evidence.Source, bool) {
	a, holds := r.Case.Answer(r.x.id + "/awareness")
	if a == nil || !holds {
		return time.Time{}, evidence.Source{}, false
	}
	at := evidence.At(a.Origin)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, strings.TrimSpace(a.Text)); err == nil {
			return t.UTC(), at, true
		}
	}
	return time.Time{}, at, true
}
