package assess_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func observed(to string, t graph.Traffic) graph.Flow {
	return graph.Flow{From: "triage/agent", To: graph.Address(to), State: graph.Observed, Purpose: "data", Traffic: &t, Root: ".", Origin: graph.Origin{File: "a.log", Line: 1}}
}

// What was seen is added up by country and operator; of what was only tried, the
// rules for what is built say nothing.
func TestTraffic(t *testing.T) {
	facts := &graph.Facts{Files: []string{"a.log"}, Flows: []graph.Flow{
		observed("s3.us-east-1.amazonaws.com", graph.Traffic{Count: 3, Sent: 100, Received: 7, HasBytes: true, Incomplete: "a cut file"}),
		observed("sqs.us-east-1.amazonaws.com:443", graph.Traffic{Count: 1}),
		observed("s3.fr-par.scw.cloud", graph.Traffic{Count: 2, Sent: 500, HasBytes: true}),
		observed("s3.ap-northeast-1.amazonaws.com", graph.Traffic{Count: 4, Blocked: 4}),
		observed("rag/qdrant", graph.Traffic{Count: 9}),
	}, Asides: []graph.Aside{{What: graph.ComesIn, Traffic: graph.Traffic{Count: 8, Received: 5, HasBytes: true}, Origin: graph.Origin{File: "a.log", Line: 1}}}}
	r := run(t, facts, options(t, eu))
	want := []finding.TrafficRow{
		{Countries: []graph.Country{"FR"}, Operator: "scaleway", Flows: 1, Count: 2, Sent: 500},
		{Countries: []graph.Country{"US"}, Operator: "aws", Flows: 2, Count: 4, Sent: 100, Received: 7, Unmeasured: 1, Incomplete: 1},
		{Countries: []graph.Country{"JP"}, Operator: "aws", Flows: 1, Count: 4, Blocked: 4, Unmeasured: 1},
		{Aside: "inbound", Flows: 1, Count: 8, Received: 5},
		{Aside: "inside", Flows: 1, Count: 9, Unmeasured: 1},
	}
	if len(r.Traffic) != len(want) {
		t.Fatalf("%+v", r.Traffic)
	}
	for i, w := range want {
		got := r.Traffic[i]
		if strings.Join(words(got.Countries), ",") != strings.Join(words(w.Countries), ",") {
			t.Errorf("row %d leads to %v, want %v", i, got.Countries, w.Countries)
		}
		if got.Countries, w.Countries = nil, nil; got.Operator != w.Operator || got.Aside != w.Aside || got.Flows != w.Flows || got.Count != w.Count || got.Sent != w.Sent ||
			got.Received != w.Received || got.Blocked != w.Blocked || got.Unmeasured != w.Unmeasured || got.Incomplete != w.Incomplete {
			t.Errorf("row %d is %+v, want %+v", i, got, w)
		}
	}
	failed := 0
	for _, f := range r.Findings {
		if strings.Contains(string(f.Subject), "ap-northeast-1") {
			t.Errorf("%s %s: %s %s, and nothing went there", f.Status, f.Rule, f.Subject, f.Message)
		}
		if f.Rule == "EGR-004" && f.Status == finding.Fail {
			failed++
		}
	}
	if failed != 2 { // two destinations in the United States
		t.Errorf("EGR-004 fails %d times", failed)
	}
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}
