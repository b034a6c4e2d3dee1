package report

import (
	"fmt"
	"math/rand/v2"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// nasty are texts that some format has to escape.
var nasty = []string{
	"aws_s3_bucket.corpus", `module.a["x|y"].aws_s3_bucket.b`, "<script>alert(1)</script>", "a\nb", "::error::x", "100%, a:b", "`code` *bold* [l](http://h)",
	"\x1b[31mred\x1b[0m", "ümlaut \U0001F512", "tab\there", `back\slash|pipe`, "]]>&amp;\"'", "bell\a nul\x00", "right \u202eto left", "",
}

// generate makes a result with findings of every status, problems, waivers,
// a baseline, unknown types and loosened records. Same seed, same result.
func generate(seed uint64, n int) *finding.Result {
	r := rand.New(rand.NewPCG(seed, 1))
	text := func() string { return nasty[r.IntN(len(nasty))] }
	origin := func() graph.Origin {
		return graph.Origin{File: fmt.Sprintf("dir %d/a,b:%%c.tf", r.IntN(3)), Line: r.IntN(4)}
	}
	countries := []graph.Country{"US", "GB", "BR", "RS", "CN", graph.Anywhere, "IN", "ZA", "JP"}
	out := &finding.Result{
		Schema: finding.Schema, Perimeter: finding.Named{Name: text() + "p", Digest: "sha256:0"}, KB: finding.Named{Digest: "sha256:1"}, At: "2026-11-25",
		Verdict: finding.VerdictViolation, Findings: []finding.Finding{}, Rules: []finding.RuleCount{},
	}
	baseline := r.IntN(2) == 0
	if baseline {
		out.NewVerdict = finding.VerdictUndecided
	}
	counts := map[graph.RuleID]*finding.RuleCount{}
	ids := []graph.RuleID{"LOC-001", "KEY-002", "OPR-002", "EGR-012"}
	for i, id := range ids {
		counts[id] = &finding.RuleCount{ID: id, Title: text() + "t", Severity: finding.Severities()[i]}
	}
	for i := range n {
		c := counts[ids[r.IntN(len(ids))]]
		f := finding.Finding{
			Rule: c.ID, Title: c.Title, Severity: c.Severity, Subject: graph.Address(fmt.Sprintf("%s[%d]", text(), i)), Root: "root",
			Origin: origin(), Message: text() + "m", Basis: finding.OnPerimeter, Requirements: []graph.RequirementID{"GDPR_ART_44"}, Remedy: text() + "r",
			Because: []string{text() + "b", "x"}, Fingerprint: fmt.Sprintf("%016x", uint64(i)+seed<<20), Old: baseline && r.IntN(2) == 0,
		}
		if r.IntN(2) == 0 {
			f.Basis = finding.OnRequirement
		}
		f.Places = []graph.Place{{Role: graph.Storage, Countries: []graph.Country{countries[r.IntN(len(countries))]}, Confidence: graph.Documented}}
		switch f.Status = finding.Statuses()[r.IntN(5)]; f.Status {
		case finding.Fail:
			f.Violates = true
			c.Fail++
		case finding.Undecided:
			f.Blocks = r.IntN(2) == 0
			c.Undecided++
		case finding.Waived:
			f.Waiver = &finding.Waiver{Reason: text() + "w", ApprovedBy: "dpo@clinic.example", Expires: "2027-03-01", Origin: origin(), Was: finding.Fail}
			c.Waived++
		case finding.Pass:
			c.Pass++
		case finding.NotInForce:
			c.NotInForce++
		}
		out.Findings = append(out.Findings, f)
	}
	for _, id := range ids {
		c, s := counts[id], &out.Summary
		s.Pass, s.Fail, s.Undecided, s.Waived, s.NotInForce = s.Pass+c.Pass, s.Fail+c.Fail, s.Undecided+c.Undecided, s.Waived+c.Waived, s.NotInForce+c.NotInForce
		out.Rules = append(out.Rules, *c)
	}
	for i := range min(n/10, 40) {
		out.Problems = append(out.Problems, graph.Problem{Origin: origin(), Message: text() + "p"})
		out.Traffic = append(out.Traffic, finding.TrafficRow{Countries: []graph.Country{"US", "FR"}[:1+i%2], Operator: "aws", Flows: i + 1, Count: int64(i) << 10, Sent: int64(i) << (8 * (i % 6)), Incomplete: i % 2})
		out.Unknown = append(out.Unknown, finding.TypeCount{Type: fmt.Sprintf("acme_%d", i), Count: i + 1, First: origin()})
		out.Waivers = append(out.Waivers, finding.WaiverUse{Rule: "LOC-001", Subject: text() + "s", State: []string{"applied", "expired", "refused", "unused"}[i%4], Why: text(), Expires: "2027-03-01", Origin: origin()})
		out.Unmatched = append(out.Unmatched, text()+"b")
		said := finding.Said{Tool: text() + "t", Rule: text() + "r", Title: text(), Subject: graph.Address(text()), Origin: origin()}
		if i%3 > 0 {
			said.Root = "root"
		}
		if i%3 > 1 {
			said.Answer, said.Met = text()+"a", i%2 == 0
		}
		out.Others = append(out.Others, said)
		out.Loosened = append(out.Loosened, finding.Loosened{Record: text() + "r", Reason: text(), Origin: origin()})
	}
	if out.Summary.Fail == 0 {
		out.Verdict = finding.VerdictUndecided
	}
	if len(out.Problems) > 0 {
		out.Problems = append(out.Problems, graph.Problem{Message: "without a place"})
		out.Why = []string{"2 things could not be read", "<b>"}
	}
	return out
}
