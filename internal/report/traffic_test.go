package report

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The table says where traffic went, in sizes that a person reads, and what is
// not known.
func TestTrafficTable(t *testing.T) {
	r := generate(1, 1)
	r.Traffic = []finding.TrafficRow{
		{Countries: []graph.Country{"US"}, Operator: "aws", Flows: 2, Count: 3, Sent: 3 << 20, Received: 12, Blocked: 1, Unmeasured: 1, Incomplete: 2},
		{Countries: []graph.Country{"*"}, Operator: "open|ai", Flows: 1, Count: 1, Unmeasured: 1},
		{Countries: []graph.Country{"AT", "BE", "DE", "FR", "IT"}, Flows: 1, Count: 1, Sent: 5 << 30},
		{Flows: 1, Count: 1, Sent: 1 << 41},
		{Aside: "inside", Flows: 1, Count: 7, Sent: 2048},
		{Aside: "inbound", Flows: 1, Count: 7},
	}
	text := write(t, "text", r, Options{})
	for _, want := range []string{
		"2 flows, 3×, 1 blocked (1 without bytes, 2 incomplete), 3.0 MiB out, 12 B in", "anywhere in the world", "1 flow, 1×, ? out, ? in",
		"one of 5 countries", "5.0 GiB", "not known", "2.0 TiB", "stays inside", "2.0 KiB", "comes in",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text has no %q:\n%s", want, text)
		}
	}
	if md := write(t, "markdown", r, Options{}); !strings.Contains(md, "| US | aws | 2 flows, 3×, 1 blocked (1 without bytes, 2 incomplete) | 3.0 MiB | 12 B |") || !strings.Contains(md, `open\|ai`) {
		t.Errorf("the table is\n%s", md)
	}
}
