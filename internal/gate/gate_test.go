package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fail(rule graph.RuleID, root string, subject graph.Address, requirements ...graph.RequirementID) finding.Finding {
	return finding.Finding{Rule: rule, Root: root, Subject: subject, Status: finding.Fail, Severity: finding.High, Requirements: requirements,
		Fingerprint: finding.Print(rule, root, subject, "")}
}

func waiver(rule graph.RuleID, subject, expires string) gate.Waiver {
	return gate.Waiver{Waiver: perimeter.Waiver{Rule: rule, Subject: subject, Reason: "why", ApprovedBy: "x@y.example", Expires: expires,
		Origin: graph.Origin{File: "perimeter.yaml", Line: 9}}}
}

func beside(rule graph.RuleID, root, subject string) gate.Waiver {
	w := waiver(rule, subject, "2027-01-01")
	w.Inline, w.Root = true, root
	return w
}

func TestWaive(t *testing.T) {
	const today = "2026-11-25"
	for _, c := range []struct {
		name   string
		w      gate.Waiver
		f      finding.Finding
		status finding.Status
		state  string
	}{
		{"address", waiver("LOC-001", "a.b", today), fail("LOC-001", ".", "a.b"), finding.Waived, "applied"},
		{"pattern", waiver("LOC-001", "module.x.*", today), fail("LOC-001", ".", `module.x.a.b["k"]`), finding.Waived, "applied"},
		{"address is whole", waiver("LOC-001", "a.b", today), fail("LOC-001", ".", "a.bc"), finding.Fail, "unused"},
		{"address does not cover instances", waiver("LOC-001", "a.b", today), fail("LOC-001", ".", "a.b[0]"), finding.Fail, "unused"},
		{"another rule", waiver("LOC-002", "a.b", today), fail("LOC-001", ".", "a.b"), finding.Fail, "unused"},
		{"last day", waiver("LOC-001", "a.b", "2026-11-25"), fail("LOC-001", ".", "a.b"), finding.Waived, "applied"},
		{"day after", waiver("LOC-001", "a.b", "2026-11-24"), fail("LOC-001", ".", "a.b"), finding.Fail, "expired"},
		{"unwaivable", waiver("LOC-001", "a.b", today), fail("LOC-001", ".", "a.b", "GDPR_ART_44"), finding.Fail, "refused"},
		{"another requirement", waiver("LOC-001", "a.b", today), fail("LOC-001", ".", "a.b", "GDPR_ART_32"), finding.Waived, "applied"},
		{"beside its block", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "infra", "a.b"), finding.Waived, "applied"},
		{"beside a counted block", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "infra", "a.b[17]"), finding.Waived, "applied"},
		{"beside a keyed block", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "infra", `a.b["x[0].y"]`), finding.Waived, "applied"},
		{"beside a block with a quote in its key", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "infra", `a.b["x\"]y"]`), finding.Waived, "applied"},
		{"beside a block of a keyed module", beside("LOC-001", "infra", "module.m.a.b"), fail("LOC-001", "infra", `module.m["eu"].a.b[*]`), finding.Waived, "applied"},
		{"beside a block of another root", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "other", "a.b"), finding.Fail, "unused"},
		{"beside a block whose name goes on", beside("LOC-001", "infra", "a.b"), fail("LOC-001", "infra", "a.b_two"), finding.Fail, "unused"},
		{"a remark is no pattern", beside("LOC-001", "infra", "a.*"), fail("LOC-001", "infra", "a.b"), finding.Fail, "unused"},
	} {
		g := gate.Gate{At: day(t, today), Unwaivable: []graph.RequirementID{"GDPR_ART_44"}}
		fs := []finding.Finding{c.f}
		uses := g.Waive(fs, []gate.Waiver{c.w})
		if fs[0].Status != c.status || len(uses) != 1 || uses[0].State != c.state {
			t.Errorf("%s: finding %s, waiver %+v; want %s and %s", c.name, fs[0].Status, uses, c.status, c.state)
			continue
		}
		if u := uses[0]; (u.Used > 0) != (c.state == "applied") || (u.Why == "") != (c.state == "applied") {
			t.Errorf("%s: used %d times, because %q", c.name, u.Used, u.Why)
		}
		if c.status == finding.Waived {
			if w := fs[0].Waiver; w == nil || w.Was != finding.Fail || w.Reason != "why" || w.ApprovedBy != "x@y.example" || w.Origin.Line != 9 {
				t.Errorf("%s: the finding carries %+v", c.name, w)
			}
		}
	}
}

// Only what fails or is undecided can be waived, and each finding takes one.
func TestWaiveWhat(t *testing.T) {
	g := gate.Gate{At: day(t, "2026-11-25")}
	for _, s := range []finding.Status{finding.Fail, finding.Undecided, finding.Pass, finding.NotInForce} {
		f := fail("LOC-001", ".", "a.b")
		f.Status = s
		fs := []finding.Finding{f}
		uses := g.Waive(fs, []gate.Waiver{waiver("LOC-001", "a.b", "2027-01-01"), waiver("LOC-001", "*", "2027-01-01")})
		waivable := s == finding.Fail || s == finding.Undecided
		if (fs[0].Status == finding.Waived) != waivable || waivable && fs[0].Waiver.Was != s {
			t.Errorf("%s became %s", s, fs[0].Status)
		}
		if used := uses[0].Used + uses[1].Used; (used == 1) != waivable || used > 1 {
			t.Errorf("%s: waivers were used %d times", s, used)
		}
	}
}

// A waiver that is refused for one finding and applied to another says both,
// in whatever order they come.
func TestWaivePartly(t *testing.T) {
	g := gate.Gate{At: day(t, "2026-11-25"), Unwaivable: []graph.RequirementID{"GDPR_ART_44"}}
	free, bound := fail("LOC-001", ".", "a.b"), fail("LOC-001", ".", "a.c", "GDPR_ART_44")
	for name, fs := range map[string][]finding.Finding{"free first": {free, bound}, "bound first": {bound, free}} {
		uses := g.Waive(fs, []gate.Waiver{waiver("LOC-001", "a.*", "2027-01-01")})
		if u := uses[0]; u.State != "applied" || u.Used != 1 || !strings.Contains(u.Why, "GDPR_ART_44") {
			t.Errorf("%s: %+v", name, u)
		}
		for _, f := range fs {
			if (f.Status == finding.Waived) != (f.Subject == "a.b") {
				t.Errorf("%s: %s is %s", name, f.Subject, f.Status)
			}
		}
	}
}

func TestVerdict(t *testing.T) {
	good := gate.Scope{Files: 1, Judged: 1}
	at := func(s finding.Severity, status finding.Status, blocks bool) finding.Finding {
		return finding.Finding{Severity: s, Status: status, Blocks: blocks}
	}
	for _, c := range []struct {
		name   string
		failOn finding.Severity
		scope  gate.Scope
		fs     []finding.Finding
		want   finding.Verdict
		why    string
	}{
		{"nothing found", "", good, nil, finding.VerdictPass, ""},
		{"low counts by default", "", good, []finding.Finding{at(finding.Low, finding.Fail, false)}, finding.VerdictViolation, ""},
		{"below fail_on", finding.High, good, []finding.Finding{at(finding.Medium, finding.Fail, false)}, finding.VerdictPass, ""},
		{"at fail_on", finding.High, good, []finding.Finding{at(finding.High, finding.Fail, false)}, finding.VerdictViolation, ""},
		{"undecided that blocks", "", good, []finding.Finding{at(finding.Low, finding.Undecided, true)}, finding.VerdictUndecided, ""},
		{"undecided that blocks, below fail_on", finding.Critical, good, []finding.Finding{at(finding.Low, finding.Undecided, true)}, finding.VerdictUndecided, ""},
		{"undecided that does not block", "", good, []finding.Finding{at(finding.Critical, finding.Undecided, false)}, finding.VerdictPass, ""},
		{"fail beside undecided", "", good, []finding.Finding{at(finding.Low, finding.Undecided, true), at(finding.Low, finding.Fail, false)}, finding.VerdictViolation, ""},
		{"waived, not in force, pass", "", good, []finding.Finding{at(finding.Critical, finding.Waived, true), at(finding.Critical, finding.NotInForce, false), at(finding.Critical, finding.Pass, false)}, finding.VerdictPass, ""},
		{"a problem", "", gate.Scope{Files: 1, Judged: 1, Problems: []graph.Problem{{Message: "x"}}}, nil, finding.VerdictUndecided, "1 thing could not be read"},
		{"two problems", "", gate.Scope{Files: 1, Judged: 1, Problems: make([]graph.Problem, 2)}, nil, finding.VerdictUndecided, "2 things could not be read"},
		{"a problem beside a fail", "", gate.Scope{Files: 1, Judged: 1, Problems: make([]graph.Problem, 1)}, []finding.Finding{at(finding.Low, finding.Fail, false)}, finding.VerdictViolation, "could not be read"},
		{"nothing read", "", gate.Scope{}, nil, finding.VerdictUndecided, "no file was read"},
		{"nothing judged", "", gate.Scope{Files: 3}, nil, finding.VerdictUndecided, "no asset or flow was judged"},
	} {
		g := gate.Gate{FailOn: c.failOn, At: day(t, "2026-11-25")}
		got, why := g.Verdict(c.fs, c.scope, false)
		if got != c.want || !strings.Contains(strings.Join(why, "; "), c.why) || c.why == "" && len(why) > 0 {
			t.Errorf("%s: %s %q, want %s %q", c.name, got, why, c.want, c.why)
		}
	}
}

// A waiver that another one leaves nothing to cover says so; one that covers
// something else besides is in use.
func TestWaiveTwice(t *testing.T) {
	g := gate.Gate{At: day(t, "2026-11-25")}
	first, second := waiver("LOC-001", "a.b", "2027-01-01"), waiver("LOC-001", "a.*", "2027-01-01")
	first.Origin.Line, second.Origin.Line = 3, 4
	uses := g.Waive([]finding.Finding{fail("LOC-001", ".", "a.b")}, []gate.Waiver{first, second})
	if u := uses[1]; u.State != "unused" || u.Why != "another waiver (perimeter.yaml:3) covers it already" {
		t.Errorf("shadowed: %+v", u)
	}
	uses = g.Waive([]finding.Finding{fail("LOC-001", ".", "a.b"), fail("LOC-001", ".", "a.c")}, []gate.Waiver{first, second})
	if u := uses[1]; u.State != "applied" || u.Used != 1 || u.Why != "" {
		t.Errorf("shadowed in part: %+v", u)
	}
}

// The verdict marks what violates, by fail_on.
func TestViolates(t *testing.T) {
	for _, s := range finding.Severities() {
		for _, status := range finding.Statuses() {
			fs := []finding.Finding{{Status: status, Severity: s, Violates: true}}
			g := gate.Gate{FailOn: finding.High}
			v, _ := g.Verdict(fs, gate.Scope{Files: 1, Judged: 1}, false)
			want := status == finding.Fail && (s == finding.High || s == finding.Critical)
			if fs[0].Violates != want || (v == finding.VerdictViolation) != want {
				t.Errorf("%s %s: violates %v, verdict %s", s, status, fs[0].Violates, v)
			}
		}
	}
}

// What was undecided and fails now is new, whatever its fingerprint.
func TestBaselineOfWorse(t *testing.T) {
	open := fail("LOC-001", ".", "a.b")
	open.Status = finding.Undecided
	now := []finding.Finding{fail("LOC-001", ".", "a.b")}
	gate.Baseline(now, &finding.Result{Findings: []finding.Finding{open}})
	g := gate.Gate{At: day(t, "2026-11-25")}
	if v, _ := g.Verdict(now, gate.Scope{Files: 1, Judged: 1}, true); now[0].Old || v != finding.VerdictViolation {
		t.Errorf("old %v, new verdict %s", now[0].Old, v)
	}
	now[0].Status = finding.Undecided
	gate.Baseline(now, &finding.Result{Findings: []finding.Finding{fail("LOC-001", ".", "a.b")}})
	if !now[0].Old {
		t.Error("what failed and is undecided now is taken for new")
	}
}

// With onlyNew the verdict speaks of what the baseline does not have.
func TestBaseline(t *testing.T) {
	known, fresh := fail("LOC-001", ".", "a.b"), fail("LOC-001", ".", "a.c")
	passed := fail("LOC-001", ".", "a.d")
	old := &finding.Result{Findings: []finding.Finding{known, passed}}
	old.Findings[1].Status = finding.Pass
	g := gate.Gate{At: day(t, "2026-11-25")}
	scope := gate.Scope{Files: 1, Judged: 1}
	for _, c := range []struct {
		name string
		fs   []finding.Finding
		olds []bool
		want finding.Verdict
	}{
		{"known only", []finding.Finding{known}, []bool{true}, finding.VerdictPass},
		{"known and new", []finding.Finding{known, fresh}, []bool{true, false}, finding.VerdictViolation},
		{"what passed before is new when it fails", []finding.Finding{passed}, []bool{false}, finding.VerdictViolation},
	} {
		gate.Baseline(c.fs, old)
		for i := range c.fs {
			if c.fs[i].Old != c.olds[i] {
				t.Errorf("%s: %s is old: %v", c.name, c.fs[i].Subject, c.fs[i].Old)
			}
		}
		if got, _ := g.Verdict(c.fs, scope, true); got != c.want {
			t.Errorf("%s: new verdict %s, want %s", c.name, got, c.want)
		}
		if got, _ := g.Verdict(c.fs, scope, false); got != finding.VerdictViolation {
			t.Errorf("%s: verdict %s", c.name, got)
		}
	}
	if got, _ := g.Verdict(nil, gate.Scope{}, true); got != finding.VerdictUndecided {
		t.Errorf("nothing looked at, but the new verdict is %s", got)
	}
}
