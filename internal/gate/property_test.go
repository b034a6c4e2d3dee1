package gate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// harm orders verdicts.
var harm = map[finding.Verdict]int{finding.VerdictPass: 0, finding.VerdictUndecided: 1, finding.VerdictViolation: 2}

func random(r *rand.Rand, n int) []finding.Finding {
	out := make([]finding.Finding, n)
	for i := range out {
		rule := graph.RuleID(fmt.Sprintf("LOC-%03d", 1+r.IntN(4)))
		subject := graph.Address(fmt.Sprintf("a.s%d[%d]", r.IntN(3), r.IntN(3)))
		f := &out[i]
		*f = fail(rule, []string{"one", "two"}[r.IntN(2)], subject)
		f.Severity = finding.Severities()[r.IntN(4)]
		f.Status = []finding.Status{finding.Fail, finding.Undecided, finding.Pass, finding.NotInForce}[r.IntN(4)]
		f.Blocks = f.Status == finding.Undecided && r.IntN(2) == 0
		if r.IntN(3) == 0 {
			f.Requirements = []graph.RequirementID{"GDPR_ART_44"}
		}
		f.Fingerprint = fmt.Sprintf("%016d", i)
	}
	return out
}

func scope(r *rand.Rand) gate.Scope {
	return gate.Scope{Files: r.IntN(3), Judged: r.IntN(3), Problems: make([]graph.Problem, max(0, r.IntN(4)-2))}
}

func randomGate(t *testing.T, r *rand.Rand) gate.Gate {
	g := gate.Gate{FailOn: append(finding.Severities(), "")[r.IntN(5)], At: day(t, "2026-11-25")}
	if r.IntN(2) == 0 {
		g.Unwaivable = []graph.RequirementID{"GDPR_ART_44"}
	}
	return g
}

// TestAddingAFinding: one more finding never improves the verdict.
func TestAddingAFinding(t *testing.T) {
	seen := map[finding.Verdict]int{}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		fs, s, g := random(r, 6), scope(r), randomGate(t, r)
		worst := finding.VerdictPass
		for n := range len(fs) + 1 {
			v, _ := g.Verdict(fs[:n], s, false)
			seen[v]++
			if harm[v] < harm[worst] {
				t.Fatalf("seed %d: the verdict was %s and is %s with one finding more: %+v", seed, worst, v, fs[n-1])
			}
			worst = v
		}
		r.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
		if v, _ := g.Verdict(fs, s, false); v != worst {
			t.Fatalf("seed %d: the order of the findings makes %s of %s", seed, v, worst)
		}
	}
	if len(seen) != 3 {
		t.Fatalf("the generator shows the verdicts %v only", seen)
	}
}

// TestOneWaiver: a waiver for one address changes the status of findings of
// that rule and address, and nothing else; it never makes the verdict worse.
func TestOneWaiver(t *testing.T) {
	applied := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		fs, s, g := random(r, 8), scope(r), randomGate(t, r)
		target := fs[r.IntN(len(fs))]
		after := slices.Clone(fs)
		uses := g.Waive(after, []gate.Waiver{waiver(target.Rule, string(target.Subject), "2026-12-01")})
		changed := 0
		for i := range fs {
			if cmp.Equal(fs[i], after[i]) {
				continue
			}
			changed++
			want := fs[i]
			want.Status, want.Waiver = finding.Waived, after[i].Waiver
			if d := cmp.Diff(want, after[i]); d != "" {
				t.Fatalf("seed %d: more than the status changed:\n%s", seed, d)
			}
			if fs[i].Rule != target.Rule || fs[i].Subject != target.Subject || after[i].Waiver.Was != fs[i].Status {
				t.Fatalf("seed %d: a waiver for %s of %s changed %+v", seed, target.Rule, target.Subject, after[i])
			}
			if len(g.Unwaivable) > 0 && len(fs[i].Requirements) > 0 {
				t.Fatalf("seed %d: %v was waived", seed, fs[i].Requirements)
			}
		}
		if uses[0].Used != changed {
			t.Fatalf("seed %d: the waiver says that it was used %d times, and %d findings changed", seed, uses[0].Used, changed)
		}
		applied += changed
		before, _ := g.Verdict(fs, s, false)
		if now, _ := g.Verdict(after, s, false); harm[now] > harm[before] {
			t.Fatalf("seed %d: a waiver made %s of %s", seed, now, before)
		}
	}
	if applied < 50 {
		t.Fatalf("only %d findings were waived in all runs", applied)
	}
}

// TestBaselineKeepsTheVerdict: a baseline marks, it never decides; what is
// new is never worse than what there is.
func TestBaselineKeepsTheVerdict(t *testing.T) {
	marked := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 3))
		fs, s, g := random(r, 6), scope(r), randomGate(t, r)
		old := &finding.Result{}
		for _, f := range random(r, 6) {
			if r.IntN(2) == 0 {
				old.Findings = append(old.Findings, f)
			}
		}
		before, _ := g.Verdict(fs, s, false)
		statuses := func() (out []finding.Status) {
			for i := range fs {
				out = append(out, fs[i].Status)
			}
			return out
		}
		was := statuses()
		gate.Baseline(fs, old)
		if d := cmp.Diff(was, statuses()); d != "" {
			t.Fatalf("seed %d: the baseline changed statuses:\n%s", seed, d)
		}
		after, _ := g.Verdict(fs, s, false)
		fresh, _ := g.Verdict(fs, s, true)
		if after != before || harm[fresh] > harm[after] {
			t.Fatalf("seed %d: verdict %s, with a baseline %s, of what is new %s", seed, before, after, fresh)
		}
		for i := range fs {
			if fs[i].Old {
				marked++
			}
		}
	}
	if marked < 50 {
		t.Fatalf("only %d findings were marked in all runs", marked)
	}
}
