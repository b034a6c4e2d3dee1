package report

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func reports(t *testing.T, r *finding.Result) []openReport {
	t.Helper()
	var list openList
	if err := json.Unmarshal([]byte(write(t, "openreports", r, Options{})), &list); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// Every finding, problem and reason is a result of one of the reports; the summaries
// add up to them and to what passes; none is larger than a cluster stores.
func TestOpenReports(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	known := map[string]bool{"pass": true, "fail": true, "warn": true, "error": true, "skip": true}
	results(t, func(t *testing.T, r *finding.Result) {
		for len(r.Findings) > 0 && len(r.Findings) < mostResults { // so that one report does not hold them
			r.Findings = append(r.Findings, r.Findings...)
		}
		var sum openSummary
		n, passed, names := 0, 0, map[string]bool{}
		for _, rep := range reports(t, r) {
			if len(rep.Results) > mostResults || !name.MatchString(rep.Metadata.Name) || names[rep.Metadata.Name] {
				t.Errorf("%d results in %q", len(rep.Results), rep.Metadata.Name)
			}
			names[rep.Metadata.Name] = true
			s := rep.Summary
			sum = openSummary{sum.Pass + s.Pass, sum.Fail + s.Fail, sum.Warn + s.Warn, sum.Error + s.Error, sum.Skipped + s.Skipped}
			for _, res := range rep.Results {
				if !known[res.Result] || res.Policy == "" || res.Timestamp.Seconds == 0 {
					t.Errorf("%+v", res)
				}
				if res.Result == "pass" {
					passed++
				}
			}
			n += len(rep.Results)
		}
		if want := len(r.Findings) + len(r.Problems) + len(r.Why); n != want {
			t.Errorf("%d results, want %d", n, want)
		}
		pass := 0
		for _, c := range r.Rules {
			pass += c.Pass
		}
		if sum.Pass != pass || sum.Fail+sum.Warn+sum.Error+sum.Skipped != n-passed {
			t.Errorf("%+v of %d results and %d passes", sum, n, pass)
		}
	})
}

// What is an object of a cluster is named as one; what only looks like it is not.
func TestOpenReportsObject(t *testing.T) {
	for _, c := range []struct {
		typ, subject string
		want         openResource
	}{
		{"Deployment.apps", "deployment/triage/web", openResource{Kind: "Deployment", Namespace: "triage", Name: "web"}},
		{"Namespace", "namespace/triage", openResource{Kind: "Namespace", Name: "triage"}},
		{"Service.serving.knative.dev", "service.serving.knative.dev/triage/web", openResource{Kind: "Service", Namespace: "triage", Name: "web"}},
		{"aws_s3_bucket", "aws_s3_bucket/a/b", openResource{}},
		{"AWS::S3::Bucket", "Corpus", openResource{}},
		{"Deployment.apps", "apps/web.yaml/x", openResource{}},
		{"flow", "deployment/triage/web → api.example", openResource{}},
		{"", "deployment/triage/web", openResource{}},
	} {
		got, ok := object(&finding.Finding{Type: c.typ, Subject: graph.Address(c.subject)})
		if d := cmp.Diff(c.want, got); d != "" || ok != (c.want != openResource{}) {
			t.Errorf("%s %s: %v %s", c.typ, c.subject, ok, d)
		}
	}
}

// What the gate lets pass is no failure, and what could not be judged no pass.
func TestOpenReportsWords(t *testing.T) {
	for want, f := range map[string]finding.Finding{
		"pass":  {Status: finding.Pass},
		"fail":  {Status: finding.Fail, Violates: true},
		"error": {Status: finding.Undecided, Blocks: true},
		"skip":  {Status: finding.Waived},
	} {
		if got := finds(&f).Result; got != want {
			t.Errorf("%+v: %s", f, got)
		}
	}
	for _, f := range []finding.Finding{{Status: finding.Fail}, {Status: finding.Undecided}} {
		if got := finds(&f).Result; got != "warn" {
			t.Errorf("%+v: %s", f, got)
		}
	}
}

// A breach of what the team decided is none of the clauses that say why it may matter, and
// a warning is not scored.
func TestOpenReportsPolicy(t *testing.T) {
	f := finding.Finding{Rule: "LOC-001", Status: finding.Fail, Basis: finding.OnPerimeter, Requirements: []graph.RequirementID{"GDPR_ART_44"}}
	r := &finding.Result{At: "2026-11-29", Findings: []finding.Finding{f}}
	f.Basis, f.Violates = finding.OnRequirement, true
	r.Findings = append(r.Findings, f)
	res := reports(t, r)[0].Results
	if res[0].Policy != "perimeter" || res[0].Properties["requirements"] != "GDPR_ART_44" || res[0].Result != "warn" || res[0].Scored {
		t.Errorf("%+v", res[0])
	}
	if res[1].Policy != "GDPR_ART_44" || res[1].Result != "fail" || !res[1].Scored {
		t.Errorf("%+v", res[1])
	}
}
