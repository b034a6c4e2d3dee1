package chart_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func options() chart.Options {
	return chart.Options{By: chart.ByCountry,
		Allows:  func(c graph.Country) bool { return c == "DE" || c == "FR" },
		Runs:    func(*graph.Operator) diagram.Standing { return diagram.Outside },
		Country: func(c graph.Country) string { return "land " + string(c) },
		Bloc: func(cs []graph.Country) string {
			if slices.Contains(cs, "US") {
				return ""
			}
			return "EU"
		}}
}

func places(role graph.Role, purpose string, cs ...graph.Country) []graph.Place {
	return []graph.Place{{Role: role, Purpose: purpose, Countries: cs, Confidence: graph.Documented}}
}

func asset(name graph.Address, kind graph.Kind, ps ...graph.Place) finding.Asset {
	return finding.Asset{Subject: name, Root: "r", Type: "t", Kind: kind, Places: ps, Operator: &graph.Operator{Entity: "op", Name: "Op"}, System: "triage", Origin: graph.Origin{File: "f", Line: 1}}
}

func result() *finding.Result {
	bucket := asset("bucket", graph.ObjectStore, append(places(graph.Storage, "", "DE"), places(graph.Storage, "replica", "US")...)...)
	r := &finding.Result{At: "2026-11-25", Verdict: finding.VerdictViolation}
	r.Perimeter.Name = "p"
	r.Assets = []finding.Asset{bucket, asset("job", graph.Function, places(graph.Processing, "", "FR")...), asset("role", graph.Guard), asset("lost", graph.Database, graph.Place{Role: graph.Storage, Unknown: "var.region has no value", Confidence: graph.NotKnown})}
	r.Assets[3].System = ""
	r.Flows = []finding.Edge{
		{From: "job", To: "bucket", Root: "r", State: graph.Planned, Purposes: []string{"data"}, Within: true, System: "triage"},
		{From: "job", To: "api.vendor.example", Root: "r", State: graph.Observed, Purposes: []string{"model"}, Places: places(graph.Processing, "", "US"), Traffic: &graph.Traffic{Count: 12, Sent: 2_100_000_000, HasBytes: true}, System: "triage"},
		{From: "app/main.py", To: "api.vendor.example", Root: "app", State: graph.Planned, Purposes: []string{"telemetry"}, Places: places(graph.Processing, "", "US")},
		{From: "app/main.py", Root: "app", State: graph.Planned, Purposes: []string{"data"}, Unknown: "os.environ[\"HOST\"] is not known"},
	}
	r.Findings = []finding.Finding{{Rule: "LOC-001", Status: finding.Fail, Subject: "bucket", Root: "r", Places: places(graph.Storage, "replica", "US")},
		{Rule: "KEY-001", Status: finding.Fail, Subject: "job", Root: "r", About: []string{"custody"}}}
	return r
}

func node(t *testing.T, m *diagram.Map, id string) *diagram.Node {
	t.Helper()
	for i := range m.Nodes {
		if m.Nodes[i].ID == id {
			return &m.Nodes[i]
		}
	}
	t.Fatalf("there is no node %q", id)
	return nil
}

func edges(m *diagram.Map) []string {
	var out []string
	for _, e := range m.Edges {
		out = append(out, strings.Join([]string{e.From, e.To, string(e.State), e.Purpose, string(e.Standing)}, "|"))
	}
	return out
}

func TestMake(t *testing.T) {
	m := chart.Make(result(), options())
	want := []string{
		"bucket|bucket replica US|planned|replica|outside",
		"job|bucket|planned|data|inside",
		"job|host api.vendor.example|observed|model|outside",
		"ours app/main.py|? os.environ[\"HOST\"] is not known|planned|data|open",
		"ours app/main.py|host api.vendor.example|planned|telemetry|outside",
	}
	if got := edges(m); !slices.Equal(got, want) {
		t.Errorf("edges:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for id, lane := range map[string]string{"bucket": "DE", "bucket replica US": "US", "job": "FR", "lost": "?", "host api.vendor.example": "US", "ours app/main.py": "ours"} {
		if got := node(t, m, id).Lane; got != lane {
			t.Errorf("%s stands in %s, not in %s", id, got, lane)
		}
	}
	for id, standing := range map[string]diagram.Standing{"bucket": diagram.Outside, "job": diagram.Inside, "lost": diagram.Open} {
		if got := node(t, m, id).Standing; got != standing {
			t.Errorf("%s stands %s, not %s", id, got, standing)
		}
	}
	if n := node(t, m, "job"); n.Fails != 1 {
		t.Errorf("a finding about a key is counted: %d", n.Fails)
	}
	if n := node(t, m, "host api.vendor.example"); n.Lines[len(n.Lines)-1] != "← model, telemetry · 12×, 2.1 GB sent, 0 B received" {
		t.Errorf("what arrives is %q", n.Lines)
	}
	if !slices.Contains(m.Notes, "1 thing that neither hold nor move data are left out.") || slices.ContainsFunc(m.Nodes, func(n diagram.Node) bool { return n.ID == "role" }) {
		t.Errorf("notes %q", m.Notes)
	}
	if m.Summary[0] != "7 things" || m.Summary[1] != "5 flows" || m.Summary[2] != "3 leave the perimeter" || m.Summary[3] != "1 not established" {
		t.Errorf("summary %q", m.Summary)
	}
}

func TestNarrow(t *testing.T) {
	o := options()
	o.System = "triage"
	m := chart.Make(result(), o)
	if got := edges(m); len(got) != 3 {
		t.Errorf("of one system: %q", got)
	}
	if slices.ContainsFunc(m.Nodes, func(n diagram.Node) bool { return n.ID == "lost" || n.ID == "ours app/main.py" }) {
		t.Error("what does not belong to the system is drawn")
	}
	o = options()
	o.Only = []diagram.Standing{diagram.Open}
	if got := edges(chart.Make(result(), o)); len(got) != 1 || !strings.HasPrefix(got[0], "ours app/main.py|?") {
		t.Errorf("only what is open: %q", got)
	}
	o = options()
	o.By = chart.ByOperator
	if n := node(t, chart.Make(result(), o), "bucket"); n.Lane != "operator op" || n.Group != "land DE" {
		t.Errorf("by operator: %s %s", n.Lane, n.Group)
	}
}

// Folding keeps every thing and every flow, and is the same whatever the number.
// TestSharedSender: a file that two systems share sends in the picture of each.
func TestSharedSender(t *testing.T) {
	r := result()
	r.Flows = append(r.Flows,
		finding.Edge{From: "lib/send.py", To: "a.vendor.example", Root: "r", State: graph.Planned, Places: places(graph.Processing, "", "US"), System: "other"},
		finding.Edge{From: "lib/send.py", To: "b.vendor.example", Root: "r", State: graph.Planned, Places: places(graph.Processing, "", "US"), System: "triage"})
	o := options()
	for system, want := range map[string][]string{"triage": {"host b.vendor.example", "host a.vendor.example"}, "other": {"host a.vendor.example", "host b.vendor.example"}} {
		o.System = system
		m := chart.Make(r, o)
		node(t, m, want[0])
		if slices.ContainsFunc(m.Nodes, func(n diagram.Node) bool { return n.ID == want[1] }) {
			t.Errorf("%s stands in the picture of %s", want[1], system)
		}
	}
}

func TestFold(t *testing.T) {
	r := result()
	for i := range 200 {
		name := graph.Address("store" + string(rune('a'+i%26)) + strings.Repeat("x", i/26))
		r.Assets = append(r.Assets, asset(name, graph.ObjectStore, places(graph.Storage, "", "DE")...))
		r.Flows = append(r.Flows, finding.Edge{From: name, To: "job", Root: "r", State: graph.Planned, Purposes: []string{"logs"}, Within: true})
	}
	m := chart.Make(r, options())
	if len(m.Nodes) > chart.Many {
		t.Errorf("%d nodes", len(m.Nodes))
	}
	things, flows := 0, 0
	for i := range m.Nodes {
		things += max(1, len(m.Nodes[i].Members))
	}
	for i := range m.Edges {
		flows += m.Edges[i].Count
	}
	if things != 207 || flows != 205 {
		t.Errorf("%d things and %d flows", things, flows)
	}
	o := options()
	o.Full = true
	if m := chart.Make(r, o); len(m.Nodes) != 207 {
		t.Errorf("%d nodes in full", len(m.Nodes))
	}
	node(t, m, "bucket replica US") // what leaves the perimeter is folded last
}

func TestLanes(t *testing.T) {
	r := &finding.Result{}
	for i, cs := range [][]graph.Country{{"*"}, {"DE", "FR"}, {"DE", "FR", "SE"}, {"CA", "DE", "US"}} {
		r.Assets = append(r.Assets, asset(graph.Address(rune('a'+i)), graph.Database, places(graph.Storage, "", cs...)...))
	}
	m := chart.Make(r, options())
	var got []string
	for _, ln := range m.Lanes {
		got = append(got, ln.Name+"/"+string(ln.Standing))
	}
	want := []string{"land DE or land FR/inside", "anywhere/outside", "one of 3 countries/outside", "somewhere in the EU/outside"}
	if !slices.Equal(got, want) {
		t.Errorf("lanes %q, want %q", got, want)
	}
}

// TestDraft: a map is folded as far as it must be and no further; what is put
// together is counted, whatever steps led there, and what was made before stays.
func TestDraft(t *testing.T) {
	r := &finding.Result{At: "2026-11-25"}
	codes := strings.Fields("AT BE CZ DK EE FI GR HR HU IE IT LT LU LV MT NL PL PT RO SE")
	for i, code := range codes {
		for _, kind := range []graph.Kind{graph.Database, graph.Function} {
			name := graph.Address(code + string(kind))
			r.Assets = append(r.Assets, asset(name, kind, places(graph.Storage, "", graph.Country(code))...))
			for range i {
				r.Flows = append(r.Flows, finding.Edge{From: name, To: "api.vendor.example", Root: "r", State: graph.Planned, Purposes: []string{"logs"}, Places: places(graph.Processing, "", "US")})
			}
		}
	}
	d := chart.NewDraft(r, options())
	first := d.Fold(38)
	if n := len(first.Nodes); n < 36 || n > 38 {
		t.Errorf("%d nodes of at most 38", n)
	}
	lanes := len(first.Lanes)
	for _, most := range []int{26, 20, 12, 6} {
		m := d.Fold(most)
		if len(m.Nodes) > most {
			t.Errorf("%d nodes of at most %d", len(m.Nodes), most)
		}
		things, flows, countries := 0, 0, 0
		for i := range m.Nodes {
			things += max(1, len(m.Nodes[i].Members))
		}
		for i := range m.Edges {
			flows += m.Edges[i].Count
		}
		for i := range m.Lanes {
			if countries++; strings.HasPrefix(m.Lanes[i].ID, "further ") {
				n := len(strings.Split(m.Lanes[i].Full, ", "))
				countries += n - 1
				if note := m.Lanes[i].Name + ": " + m.Lanes[i].Full + "."; !slices.Contains(m.Notes, note) {
					t.Errorf("%q is not told: %q", note, m.Notes)
				}
				if want := strconv.Itoa(n) + " further countries"; m.Lanes[i].Name != want {
					t.Errorf("a lane of %d is called %q", n, m.Lanes[i].Name)
				}
			}
		}
		if things != 41 || flows != 380 || countries != 21 {
			t.Errorf("at most %d: %d things, %d flows, %d countries", most, things, flows, countries)
		}
	}
	if len(first.Lanes) != lanes || len(first.Nodes) < 36 {
		t.Error("a map that was made changed")
	}
}
