package report

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const trafficShown = 8

// traffic writes the table of what was seen, by country and operator.
func (t *text) traffic() {
	if len(t.r.Traffic) == 0 {
		return
	}
	t.line("%s", t.bold("Traffic that was seen"))
	for i := range t.r.Traffic {
		if t.cut(i, trafficShown, len(t.r.Traffic), "row") {
			break
		}
		row := &t.r.Traffic[i]
		t.line("  %-28s %-16s %s", clip(trafficPlace(row), 28), clip(string(row.Operator), 16), t.dim(trafficCounts(row)))
	}
	t.line("")
}

// markdownTraffic is the same as a table.
func (t *text) markdownTraffic() {
	if len(t.r.Traffic) == 0 {
		return
	}
	t.line("")
	t.line("### Traffic that was seen")
	t.line("")
	t.line("| where | operator | seen | sent | received |")
	t.line("|---|---|---|---:|---:|")
	for i := range t.r.Traffic {
		if !t.o.All && i == markdownRows {
			t.line("")
			t.line("… %s not shown; --all shows everything", more(len(t.r.Traffic)-i, "row"))
			break
		}
		row := &t.r.Traffic[i]
		t.line("| %s | %s | %s | %s | %s |", t.cell(trafficPlace(row)), t.cell(string(row.Operator)), seen(row), measured(row, row.Sent), measured(row, row.Received))
	}
}

func trafficPlace(row *finding.TrafficRow) string {
	switch row.Aside {
	case graph.StaysInside:
		return "stays inside"
	case graph.ComesIn:
		return "comes in"
	}
	switch n := len(row.Countries); {
	case n == 0:
		return "not known"
	case row.Countries[0] == graph.Anywhere:
		return "anywhere in the world"
	case n > 4:
		return fmt.Sprintf("one of %d countries", n)
	}
	return graph.Listed(row.Countries)
}

func trafficCounts(row *finding.TrafficRow) string {
	return fmt.Sprintf("%s, %s out, %s in", seen(row), measured(row, row.Sent), measured(row, row.Received))
}

// seen counts flows, the requests or connections in them, and those refused.
func seen(row *finding.TrafficRow) string {
	out := fmt.Sprintf("%s, %d×", count(row.Flows, "flow"), row.Count)
	if row.Blocked > 0 {
		out += fmt.Sprintf(", %d blocked", row.Blocked)
	}
	return out + missing(row)
}

// missing says of how many flows not all is known.
func missing(row *finding.TrafficRow) string {
	var out []string
	if n := row.Unmeasured; n > 0 && n < row.Flows {
		out = append(out, fmt.Sprintf("%d without bytes", n))
	}
	if row.Incomplete > 0 {
		out = append(out, fmt.Sprintf("%d incomplete", row.Incomplete))
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// measured writes bytes; a question mark where none are known.
func measured(row *finding.TrafficRow, n int64) string {
	if row.Unmeasured == row.Flows {
		return "?"
	}
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 40, "TiB"}, {1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(u.size), u.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}
