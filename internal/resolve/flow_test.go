package resolve_test

import (
	"slices"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

const flowing = plain + `  data: {care: {}, site: {}}
  systems: {triage: {}, other: {}}
  bindings:
    - {match: "app/triage/*", data: [care], system: triage}
    - {match: "ml/triage", data: [care], system: triage}
    - {match: "app/other/*", data: [site], system: other}
  flows:
    - {from: triage, to: "*.big.example", data: [care]}
`

func flow(from, to, state, purpose string) graph.Flow {
	return graph.Flow{From: graph.Address(from), To: graph.Address(to), State: graph.FlowState(state), Purpose: purpose, Root: "r", Origin: graph.Origin{File: "f", Line: 7}}
}

func find(t *testing.T, as []resolve.Asset, subject string) *resolve.Asset {
	t.Helper()
	i := slices.IndexFunc(as, func(a resolve.Asset) bool { return string(a.Address) == subject })
	if i < 0 {
		t.Fatalf("there is no flow %q", subject)
	}
	return &as[i]
}

// A flow that a source found is judged by where it leads, with the classes of
// who sends.
func TestFoundFlows(t *testing.T) {
	seen := flow("ml/triage", "logs.big.example:443", "observed", "data")
	seen.Traffic = &graph.Traffic{Count: 3, Sent: 100, HasBytes: true, First: time.Unix(20, 0), Last: time.Unix(30, 0)}
	again := seen
	again.Traffic = &graph.Traffic{Count: 2, Sent: 11, HasBytes: true, Blocked: 2, First: time.Unix(10, 0), Last: time.Unix(25, 0), Incomplete: "lost events"}
	facts := &graph.Facts{Flows: []graph.Flow{
		flow("app/triage/a.py", "https://logs.big.example/v1", "planned", "data"),
		seen, again,
		flow("app/other/b.py", "logs.big.example", "planned", "data"),
		flow("nobody/c", "logs.big.example", "observed", "data"),
		flow("app/other/b.py", "nobody.example", "planned", "registry"),
		flow("app/other/b.py", "redis", "planned", "data"),
		flow("app/other/b.py", "127.0.0.1:11434", "planned", "model"),
		{From: "app/other/b.py", State: graph.Planned, Purpose: "model", Unknown: "BASE_URL has no value", Root: "r", Origin: graph.Origin{File: "f", Line: 9}},
	}}
	got := newResolver(t, flowing).Flows(facts, nil)
	for _, w := range []struct {
		subject           string
		kind              graph.Kind
		system            string
		declared, planned graph.Relation
		classes           []graph.ClassID
	}{
		{"app/triage/a.py → logs.big.example", graph.Exporter, "triage", graph.Related, graph.Related, []graph.ClassID{"care"}},
		{"ml/triage → logs.big.example", graph.Exporter, "triage", graph.Related, graph.Related, []graph.ClassID{"care"}},
		{"app/other/b.py → logs.big.example", graph.Exporter, "other", graph.NotRelated, graph.Related, []graph.ClassID{"site"}},
		{"nobody/c → logs.big.example", graph.Exporter, "", graph.PerhapsSo, graph.PerhapsSo, []graph.ClassID{"care", "site"}},
		{"app/other/b.py → nobody.example", graph.Upstream, "other", graph.NotRelated, graph.Related, []graph.ClassID{"site"}},
		{"app/other/b.py → redis", graph.Inert, "other", graph.NotRelated, graph.Related, []graph.ClassID{"site"}},
		{"app/other/b.py → 127.0.0.1", graph.Inert, "other", graph.NotRelated, graph.Related, []graph.ClassID{"site"}},
		{"app/other/b.py → ?", graph.ModelEndpoint, "other", graph.PerhapsSo, graph.Related, []graph.ClassID{"site"}},
	} {
		a := find(t, got, w.subject)
		if a.Kind != w.kind || a.System != w.system || a.Edge.Declared != w.declared || a.Edge.Planned != w.planned || !slices.Equal(a.Classes, w.classes) {
			t.Errorf("%s is %s of %q, declared %s, planned %s, classes %v", w.subject, a.Kind, a.System, a.Edge.Declared, a.Edge.Planned, a.Classes)
		}
	}
	sum := find(t, got, "ml/triage → logs.big.example").Edge.Traffic
	if sum.Count != 5 || sum.Sent != 111 || sum.Blocked != 2 || !sum.First.Equal(time.Unix(10, 0)) || !sum.Last.Equal(time.Unix(30, 0)) || sum.Incomplete == "" {
		t.Errorf("the traffic adds up to %+v", sum)
	}
	if seen.Traffic.Count != 3 {
		t.Error("adding up changed what a source said")
	}
	open := find(t, got, "app/other/b.py → ?")
	if open.Places[0].Unknown != "BASE_URL has no value" || open.Operator.Entity != "" {
		t.Errorf("where it leads is not known, and yet %+v %+v", open.Places, open.Operator)
	}
	if ts := find(t, got, "app/other/b.py → nobody.example").Targets; len(ts) != 1 || ts[0].Purpose != "registry" {
		t.Errorf("what is fetched from is no target: %+v", ts)
	}
}

// An address that was called by a name: the service is where the name says, the
// machine where the address is.
func TestNamedAddress(t *testing.T) {
	f := flow("ml/triage", "203.0.113.9:443", "observed", "data")
	f.Traffic = &graph.Traffic{Count: 1, Name: "logs.big.example"}
	got := newResolver(t, flowing).Flows(&graph.Facts{Flows: []graph.Flow{f}}, nil)
	a := find(t, got, "ml/triage → 203.0.113.9")
	if len(a.Places) != 2 || a.Places[0].Purpose != "" || a.Places[1].Purpose != "address" || a.Operator.Entity != "big" || a.Edge.Declared != graph.Related {
		t.Errorf("%+v %+v %s", a.Places, a.Operator, a.Edge.Declared)
	}
}

// A flow to an asset of the tree stays within, and one from an asset has its
// classes.
func TestFlowsOfAssets(t *testing.T) {
	asset := func(address string, classes ...graph.ClassID) resolve.Asset {
		return resolve.Asset{Resolved: graph.Resolved{Asset: &graph.Asset{Address: graph.Address(address)}}, Classes: classes, Bound: true, System: "other"}
	}
	assets := []resolve.Asset{asset("service/ml/db", "care"), asset("deployment/ml/web", "site")}
	got := newResolver(t, flowing).Flows(&graph.Facts{Flows: []graph.Flow{
		flow("deployment/ml/web", "service/ml/db", "planned", "data"),
		flow("deployment/ml/web", "logs.big.example", "planned", "data"),
		flow("ml/web", "logs.big.example", "observed", "data"),
		flow("ml/web", "rag/qdrant", "observed", "data"),
		flow("deployment/ml/web", "*.mirror.example", "planned", "data"),
		flow("ml/web", "eu.mirror.example", "observed", "data"),
		flow("ml/web", "mirror.example", "observed", "data"),
	}}, assets)
	for to, want := range map[string]graph.Relation{"eu.mirror.example": graph.Related, "mirror.example": graph.NotRelated} {
		if a := find(t, got, "ml/web → "+to); a.Edge.Planned != want {
			t.Errorf("what is planned to all below a name is planned to %s: %s", to, a.Edge.Planned)
		}
	}
	if a := find(t, got, "ml/web → rag/qdrant"); !a.Edge.Within {
		t.Error("a workload of the own cluster is somebody else")
	}
	if a := find(t, got, "deployment/ml/web → service/ml/db"); !a.Edge.Within {
		t.Error("a flow to an asset of the tree leaves it")
	}
	if a := find(t, got, "deployment/ml/web → logs.big.example"); a.System != "other" || !slices.Equal(a.Classes, []graph.ClassID{"site"}) {
		t.Errorf("its sender has another system and classes than %q %v", a.System, a.Classes)
	}
	if a := find(t, got, "ml/web → logs.big.example"); a.System != "other" || a.Edge.Planned != graph.Related {
		t.Errorf("the workload that traffic names is the one that is planned: %q, %s", a.System, a.Edge.Planned)
	}
}
