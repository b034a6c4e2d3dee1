package dpia

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// granted are the exceptions of the perimeter: risks that somebody has accepted, by
// name and until a day, also those that no longer count.
func granted(b *evidence.Builder) {
	if len(b.Case.Result.Waivers) == 0 {
		return
	}
	b.Head(1, "granted", nil)
	var rows [][]evidence.Cell
	for _, u := range b.Case.Result.Waivers {
		at := evidence.At(u.Origin)
		reason, by := approved(b.Case, &u)
		rows = append(rows, []evidence.Cell{
			{b.Say("granted.what", evidence.Values{"rule": string(u.Rule), "subject": u.Subject}, at)},
			{b.Quote(cmp.Or(reason, b.Word("unknown")), at)},
			{b.Value(cmp.Or(by, b.Word("unknown")), at)},
			{b.Say("waiver."+u.State, evidence.Values{"day": b.Day(u.Expires)}, at)},
		})
	}
	b.Table("granted.table", []string{"granted.exception", "granted.reason", "granted.by", "granted.state"}, []int{4, 4, 3, 3}, rows)
}

// approved is why a waiver was given, and by whom: it stands in the perimeter, or as a
// remark beside what it is about.
func approved(c *evidence.Case, u *finding.WaiverUse) (reason, by string) {
	for _, w := range c.Perimeter.Spec.Waivers {
		if w.Origin == u.Origin {
			return w.Reason, w.ApprovedBy
		}
	}
	for i := range c.Result.Findings {
		if w := c.Result.Findings[i].Waiver; w != nil && w.Origin == u.Origin {
			return w.Reason, w.ApprovedBy
		}
	}
	return "", ""
}
