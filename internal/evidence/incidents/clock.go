package incidents

import (
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// A duty is something that is due to an authority at a time that is counted.
type duty struct {
	key        string // of its messages: "clause.KEY", and what is due: "due.KEY"
	instrument string // of the perimeter's frameworks
	personal   bool   // only where personal data may be concerned
	due        func(aware time.Time) time.Time
}

func hours(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(time.Duration(n) * time.Hour) }
}

// duties are GDPR art. 33(1), and art. 23(4)(a), (b) and (d) of the NIS 2 Directive. The
// last is counted from the notification, here from the last moment at which that is due.
var duties = []duty{
	{"gdpr", "GDPR", true, hours(72)},
	{"nis2_warning", "NIS2", false, hours(24)},
	{"nis2_notification", "NIS2", false, hours(72)},
	{"nis2_report", "NIS2", false, func(t time.Time) time.Time { return month(hours(72)(t)) }},
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

// clocks counts what would be due if the crossing is a breach or a significant incident: from
// the first moment that the records show, before which nobody could know of it, and from the
// moment at which somebody became aware, from which the law counts.
func (r *record) clocks() {
	personal := len(r.x.classes) == 0 || slices.ContainsFunc(r.x.classes, r.Case.Personal)
	frameworks := r.Case.Perimeter.Spec.Frameworks
	aware, at, answered := r.awareness()
	r.Paragraph(r.Ask("awareness", r.x.id))
	var rows [][]evidence.Cell
	for _, d := range duties {
		if d.personal && !personal || len(frameworks) > 0 && !slices.Contains(frameworks, d.instrument) {
			continue
		}
		row := []evidence.Cell{{r.Fixed("clause." + d.key)}, {r.Fixed("due." + d.key)}, {r.untimed()}, {r.unaware(answered, at)}}
		if !r.x.first.IsZero() {
			row[2] = evidence.Cell{r.due(d, r.x.first, r.x.firstAt)}
		}
		if !aware.IsZero() {
			row[3] = evidence.Cell{r.due(d, aware, at)}
		}
		rows = append(rows, row)
	}
	if !personal {
		r.Paragraph(r.Say("impersonal", nil, r.x.sources...))
	}
	if len(rows) == 0 {
		r.Paragraph(r.Say("dutiless", nil, r.Case.Key("spec.frameworks")))
		return
	}
	r.Table("c.table", []string{"c.clause", "c.what", "c.first", "c.aware"}, []int{3, 4, 3, 3}, rows)
}

func (r *record) untimed() evidence.Sentence { return r.Say("r.untimed", nil, r.x.sources...) }

func (r *record) unaware(answered bool, at evidence.Source) evidence.Sentence {
	if answered {
		return r.Say("aware.unread", nil, at)
	}
	return r.Fixed("aware.open")
}

// due is a moment, and says where its day is over already.
func (r *record) due(d duty, from time.Time, at evidence.Source) evidence.Sentence {
	t := d.due(from)
	key := "moment.to_come"
	if t.Format(time.DateOnly) < r.Case.Result.At {
		key = "moment.past"
	}
	return r.Say(key, evidence.Values{"moment": r.moment(t)}, at)
}

// moment writes a time, to the minute and in UTC.
func (r *record) moment(t time.Time) string {
	return fmt.Sprintf("%s, %s UTC", r.Day(t.Format(time.DateOnly)), t.Format("15:04"))
}

// awareness is the moment that a person named, zero where what he wrote is none.
func (r *record) awareness() (time.Time, evidence.Source, bool) {
	for _, a := range r.Case.Perimeter.Spec.Answers {
		if a.Question != r.x.id+"/awareness" || a.Expires != "" && r.Case.Result.At > a.Expires {
			continue
		}
		at := evidence.At(a.Origin)
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", time.DateOnly} {
			if t, err := time.Parse(layout, a.Text); err == nil {
				return t.UTC(), at, true
			}
		}
		return time.Time{}, at, true
	}
	return time.Time{}, evidence.Source{}, false
}
