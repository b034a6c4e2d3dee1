package finding

import (
	"maps"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestOutcomes(t *testing.T) {
	asks := func(ids ...graph.RequirementID) []graph.RequirementID { return ids }
	r := &Result{Findings: []Finding{
		{Root: "infra", Subject: `module.net[0].aws_s3_bucket.b["a.b"]`, Status: Fail, Requirements: asks("GDPR_ART_32")},
		{Root: "infra", Subject: "module.net[0].aws_s3_bucket.b[1]", Status: Pass, Requirements: asks("GDPR_ART_32", "GDPR_ART_44")},
		{Root: "infra", Subject: "app → api.openai.com", Status: Fail, Requirements: asks("GDPR_ART_44"), Flow: &Flow{From: "app"}},
		{Root: "infra", Subject: "app", Status: Undecided, Requirements: asks("GDPR_ART_5_1_F")},
		{Root: "other", Subject: "app", Status: Fail, Requirements: asks("GDPR_ART_5_1_F")},
	}}
	of := r.Outcomes()
	for _, c := range []struct {
		clause  graph.RequirementID
		subject graph.Address
		want    map[Status]int
	}{
		{"GDPR_ART_32", "module.net.aws_s3_bucket.b", map[Status]int{Fail: 1, Pass: 1}},
		{"GDPR_ART_32", `module.net[0].aws_s3_bucket.b["a.b"]`, map[Status]int{Fail: 1}},
		{"GDPR_ART_44", "app", map[Status]int{Fail: 1}},                // of what it sends
		{"GDPR_ART_5", "app", map[Status]int{Undecided: 1}},            // of a part of the clause
		{"GDPR_ART_3", "module.net.aws_s3_bucket.b", map[Status]int{}}, // of which 32 is none
	} {
		if got := of(&Implemented{Clause: c.clause, Root: "infra", Subject: c.subject}); !maps.Equal(got, c.want) {
			t.Errorf("%s at %s: %v, want %v", c.clause, c.subject, got, c.want)
		}
	}
}
