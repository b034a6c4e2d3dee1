package policy

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// why words the reason behind a decision, for {why} in its message.
func (q *Question) why(d *Decision, rs *reasons) string {
	ps, target := q.Places, ""
	if d.Target >= 0 && d.Target < len(q.Targets) {
		t := &q.Targets[d.Target]
		if t.Unknown != "" {
			return t.Unknown
		}
		ps, target = t.Places, rs.targets[d.Target]
	}
	for _, i := range d.Places {
		if i < len(ps) && ps[i].Unknown != "" {
			return ps[i].Unknown
		}
	}
	if d.Status != finding.Fail { // what fails does so whether its place is claimed or certain
		if s := doubt(ps, d.Places); s != "" {
			return s
		}
	}
	if target != "" {
		return target
	}
	for _, about := range d.About {
		if s := q.reason(about, rs); s != "" {
			return s
		}
	}
	if q.Partial != "" {
		return q.Partial
	}
	return "no reason is recorded"
}

// doubt is why a place that is known is not certain.
func doubt(ps []graph.Place, at []int) string {
	for _, i := range at {
		if i < len(ps) && !ps[i].Confidence.Firm() {
			return "that it is in " + graph.Listed(ps[i].Countries) + " is only claimed, no source is cited"
		}
	}
	for _, i := range at {
		if i < len(ps) && len(ps[i].Perhaps) > 0 {
			return "depending on what is chosen there, it may also be in " + graph.Listed(ps[i].Perhaps)
		}
	}
	return ""
}

func (q *Question) reason(about string, rs *reasons) string {
	name, isSetting := strings.CutPrefix(about, "setting:")
	switch {
	case isSetting:
		return q.Settings[name].Unknown
	case about == "operator":
		return rs.operator
	case about == "custody":
		return rs.custody
	case about == "cleartext":
		return rs.clear
	case about == "maker":
		return rs.maker
	case about == "support":
		return rs.support
	case about == "partial":
		return q.Partial
	}
	return ""
}
