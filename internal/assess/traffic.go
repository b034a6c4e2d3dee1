package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// traffic adds up what was seen by the countries and operator where it went, the
// most that was sent first, and what is no flow at the end.
func (r *run) traffic(facts *graph.Facts, flows []resolve.Asset) []finding.TrafficRow {
	rows := map[string]*finding.TrafficRow{}
	add := func(row finding.TrafficRow, t *graph.Traffic) {
		key := row.Aside + "\x00" + string(row.Operator)
		for _, c := range row.Countries {
			key += "\x00" + string(c)
		}
		sum := rows[key]
		if sum == nil {
			sum = &row
			rows[key] = sum
		}
		sum.Flows++
		sum.Count, sum.Sent, sum.Received, sum.Blocked = sum.Count+t.Count, sum.Sent+t.Sent, sum.Received+t.Received, sum.Blocked+t.Blocked
		if !t.HasBytes {
			sum.Unmeasured++
		}
		if t.Incomplete != "" {
			sum.Incomplete++
		}
	}
	for i := range flows {
		switch a := &flows[i]; {
		case a.Edge == nil || a.Edge.Traffic == nil:
		case a.Edge.Within:
			add(finding.TrafficRow{Aside: graph.StaysInside}, a.Edge.Traffic)
		default:
			row := finding.TrafficRow{Countries: computes(a)}
			if a.Operator != nil {
				row.Operator = a.Operator.Entity
			}
			add(row, a.Edge.Traffic)
		}
	}
	for i := range facts.Asides {
		add(finding.TrafficRow{Aside: facts.Asides[i].What}, &facts.Asides[i].Traffic)
	}
	out := make([]finding.TrafficRow, 0, len(rows))
	for _, row := range rows {
		out = append(out, *row)
	}
	slices.SortFunc(out, func(a, b finding.TrafficRow) int {
		return cmp.Or(strings.Compare(a.Aside, b.Aside), -cmp.Compare(a.Sent, b.Sent), -cmp.Compare(a.Count, b.Count), slices.Compare(a.Countries, b.Countries), cmp.Compare(a.Operator, b.Operator))
	})
	return out
}

// computes are the countries where the other end computes, by its name.
func computes(a *resolve.Asset) []graph.Country {
	var out []graph.Country
	for i := range a.Places {
		if p := &a.Places[i]; p.Purpose == "" && p.Role == graph.Processing {
			out = append(out, p.Countries...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
