package intel

import (
	"cmp"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Intel's words that are more than an order.
const (
	statusBest          = "UpToDate"
	statusConfigure     = "ConfigurationNeeded"
	statusConfigureSoft = "ConfigurationAndSWHardeningNeeded"
	statusOld           = "OutOfDate"
	statusOldConfigure  = "OutOfDateConfigurationNeeded"
)

// judgeStatus merges what the statements say to one status, as Intel's own
// verifier does, and holds it against the policy.
func judgeStatus(x *attest.Exam, all []found) {
	tcb := &x.Claims.TCB
	tcb.Status = statusBest
	var date time.Time
	for _, f := range all {
		tcb.Status = worse(tcb.Status, f.status)
		tcb.Advisories = append(tcb.Advisories, f.advisories...)
		if !f.date.IsZero() && (date.IsZero() || f.date.Before(date)) {
			date = f.date
		}
	}
	slices.Sort(tcb.Advisories)
	tcb.Advisories = slices.Compact(tcb.Advisories)
	tcb.Date = date.Format(time.DateOnly)

	allowed := x.Policy.TCB.Status
	if len(allowed) == 0 {
		allowed = []string{statusBest}
	}
	switch since := x.Policy.TCB.Since; {
	case !slices.Contains(allowed, tcb.Status):
		x.Refuse(attest.CheckTCB, "", "the level of %s is %s, and the policy takes %q; advisories: %q: update firmware and microcode, or allow the status", tcb.Date, tcb.Status, allowed, tcb.Advisories)
	case since != "" && tcb.Date < since:
		x.Refuse(attest.CheckTCB, "", "the level is of %s, the policy asks for one since %s: update firmware and microcode", tcb.Date, since)
	default:
		x.Pass(attest.CheckTCB, "the level of %s is %s", tcb.Date, tcb.Status)
	}
}

// worse is the worse of two statuses. An old part of a machine that needs
// configuration too is worse than either.
func worse(a, b string) string {
	rank := func(s string) int {
		if i := slices.Index(attest.Statuses(), s); i >= 0 {
			return i
		}
		return len(attest.Statuses()) // a word that is not known is worse than all
	}
	pair := []string{a, b}
	slices.SortFunc(pair, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	if pair[1] == statusOld && (pair[0] == statusConfigure || pair[0] == statusConfigureSoft) {
		return statusOldConfigure
	}
	return pair[1]
}
