package finding_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The parts of a fingerprint are kept apart: text cannot wander from one into
// the next.
func TestPrint(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{16}$`)
	seen := map[string][4]string{}
	for _, p := range [][4]string{
		{"LOC-001", "r", "a.b", "d"}, {"LOC-001", "r", "a.b", ""}, {"LOC-001", "ra", ".b", "d"}, {"LOC-001r", "", "a.b", "d"},
		{"LOC-001", "", "ra.b", "d"}, {"LOC-001", "r", "a.bd", ""}, {"LOC-002", "r", "a.b", "d"}, {"LOC-001", "r", "a.c", "d"},
	} {
		got := finding.Print(graph.RuleID(p[0]), p[1], graph.Address(p[2]), p[3])
		if !form.MatchString(got) {
			t.Errorf("%v: %q is not 16 digits", p, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%v and %v have one fingerprint", p, other)
		}
		seen[got] = p
	}
	// Baselines in the field hold this one.
	if got := finding.Print("LOC-001", "infra", "aws_s3_bucket.a", "storage::us-east-1:[US]"); got != golden {
		t.Errorf("the fingerprint is %s and was %s: every baseline in the field breaks", got, golden)
	}
}

const golden = "5d0b5cffda936891"

func TestSeverity(t *testing.T) {
	for i, s := range finding.Severities() {
		if s.Rank() != len(finding.Severities())-i {
			t.Errorf("%s has the rank %d", s, s.Rank())
		}
	}
	if finding.Severity("").Rank() != 0 || finding.Severity("grave").Rank() != 0 {
		t.Error("a severity that is not one of the list has a rank")
	}
}

func TestSort(t *testing.T) {
	at := func(file string, line int, subject graph.Address, rule graph.RuleID) finding.Finding {
		return finding.Finding{Origin: graph.Origin{File: file, Line: line}, Subject: subject, Rule: rule}
	}
	want := []finding.Finding{
		at("a.tf", 2, "b", "LOC-002"), at("a.tf", 10, "a", "LOC-001"), at("a.tf", 10, "a", "LOC-002"), at("a.tf", 10, "b", "LOC-001"), at("b.tf", 1, "a", "LOC-001"),
	}
	for seed := range uint64(20) {
		got := slices.Clone(want)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		finding.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
}

func TestDecode(t *testing.T) {
	r := &finding.Result{Schema: finding.Schema, At: "2026-11-25", Verdict: finding.VerdictPass, Rules: []finding.RuleCount{}, Findings: []finding.Finding{}}
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string][]byte{"as written": b.Bytes(), "with a byte order mark": append([]byte("\xef\xbb\xbf"), b.Bytes()...)} {
		got, err := finding.Decode(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(r, got); d != "" {
			t.Errorf("%s: read back differently:\n%s", name, d)
		}
	}
	for name, src := range map[string]string{"no JSON": "LOC-001 fail", "cut off": b.String()[:b.Len()/2], "another document": `{"version": "2.1.0"}`, "another version": `{"schema": "bailiwick/result/v2"}`, "empty": ""} {
		if _, err := finding.Decode([]byte(src)); err == nil || !strings.Contains(err.Error(), "this is not a result of bailiwick check --format json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Words that no check writes are refused, with the finding that has them.
func TestDecodeRefuses(t *testing.T) {
	const good = `{"schema": "bailiwick/result/v1", "at": "2026-11-25", "verdict": "violation", "rules": [{"id": "LOC-001", "severity": "high"}], "findings": [
		{"rule": "LOC-001", "subject": "a.b", "status": "fail", "severity": "high", "violates": true, "fingerprint": "1"},
		{"rule": "LOC-001", "subject": "a.c", "status": "waived", "severity": "high", "waiver": {"was": "fail"}, "fingerprint": "2"}]}`
	if _, err := finding.Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"at": "2026-11-25"`, `"at": "tomorrow"`, `its at is "tomorrow", which is no day`},
		{`"verdict": "violation"`, `"verdict": "fine"`, `its verdict is "fine"`},
		{`"verdict": "violation"`, `"verdict": "pass"`, `its verdict is pass, but that a finding violates is true`},
		{`"violates": true, `, ``, `its verdict is violation, but that a finding violates is false`},
		{`"verdict": "violation"`, `"verdict": "violation", "new_verdict": "?"`, `its new_verdict is "?"`},
		{`"id": "LOC-001", "severity": "high"`, `"id": "LOC-001"`, `the severity of the rule LOC-001 is ""`},
		{`"status": "fail"`, `"status": "Fail"`, `finding 1 (LOC-001 a.b): its status is "Fail"`},
		{`"status": "waived"`, `"status": "fail"`, `finding 2 (LOC-001 a.c): its status is fail, but that it has a waiver is true`},
		{`"waiver": {"was": "fail"}, `, ``, `finding 2 (LOC-001 a.c): its status is waived, but that it has a waiver is false`},
		{`"was": "fail"`, `"was": "pass"`, `its waiver says that it was "pass"`},
		{`"severity": "high", "violates"`, `"severity": "grave", "violates"`, `its severity is "grave"`},
		{`, "fingerprint": "1"`, ``, `it has no fingerprint`},
		{`"waived", "severity": "high"`, `"waived", "severity": "high", "violates": true`, `it violates, but its status is waived`},
	} {
		if strings.Count(good, c.old) != 1 {
			t.Fatalf("%s is there %d times", c.old, strings.Count(good, c.old))
		}
		_, err := finding.Decode([]byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "this is not a result of bailiwick check --format json") {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestCompare(t *testing.T) {
	f := func(print string, s finding.Status, blocks bool) finding.Finding {
		return finding.Finding{Fingerprint: print, Status: s, Severity: finding.Low, Blocks: blocks, Violates: s == finding.Fail}
	}
	below := f("1", finding.Fail, false)
	below.Violates = false
	for _, c := range []struct {
		name      string
		old, cur  []finding.Finding
		new, gone []string
		same      int
		verdict   finding.Verdict
	}{
		{"nothing", nil, nil, nil, nil, 0, finding.VerdictPass},
		{"the same", []finding.Finding{f("1", finding.Fail, false)}, []finding.Finding{f("1", finding.Fail, false)}, nil, nil, 1, finding.VerdictPass},
		{"a new one", nil, []finding.Finding{f("1", finding.Fail, false)}, []string{"1"}, nil, 0, finding.VerdictViolation},
		{"a new undecided one", nil, []finding.Finding{f("1", finding.Undecided, true)}, []string{"1"}, nil, 0, finding.VerdictUndecided},
		{"a new one that does not block", nil, []finding.Finding{f("1", finding.Undecided, false)}, []string{"1"}, nil, 0, finding.VerdictPass},
		{"mended", []finding.Finding{f("1", finding.Fail, false)}, []finding.Finding{f("1", finding.Pass, false)}, nil, []string{"1"}, 0, finding.VerdictPass},
		{"gone", []finding.Finding{f("1", finding.Fail, false)}, nil, nil, []string{"1"}, 0, finding.VerdictPass},
		{"waived before, fails now", []finding.Finding{f("1", finding.Waived, false)}, []finding.Finding{f("1", finding.Fail, false)}, []string{"1"}, nil, 0, finding.VerdictViolation},
		{"fails before, waived now", []finding.Finding{f("1", finding.Fail, false)}, []finding.Finding{f("1", finding.Waived, false)}, nil, []string{"1"}, 0, finding.VerdictPass},
		{"undecided before, fails now", []finding.Finding{f("1", finding.Undecided, true)}, []finding.Finding{f("1", finding.Fail, false)}, []string{"1"}, nil, 0, finding.VerdictViolation},
		{"undecided before, blocks now", []finding.Finding{f("1", finding.Undecided, false)}, []finding.Finding{f("1", finding.Undecided, true)}, []string{"1"}, nil, 0, finding.VerdictUndecided},
		{"fails before, undecided now", []finding.Finding{f("1", finding.Fail, false)}, []finding.Finding{f("1", finding.Undecided, true)}, nil, nil, 1, finding.VerdictPass},
		{"a new one below fail_on", nil, []finding.Finding{below}, []string{"1"}, nil, 0, finding.VerdictPass},
		{"an undecided and a fail", nil, []finding.Finding{f("1", finding.Undecided, true), f("2", finding.Fail, false)}, []string{"1", "2"}, nil, 0, finding.VerdictViolation},
	} {
		d := finding.Compare(&finding.Result{Findings: c.old}, &finding.Result{Findings: c.cur})
		prints := func(fs []finding.Finding) (out []string) {
			for _, f := range fs {
				out = append(out, f.Fingerprint)
			}
			return out
		}
		if !slices.Equal(prints(d.New), c.new) || !slices.Equal(prints(d.Gone), c.gone) || d.Same != c.same || d.Verdict() != c.verdict {
			t.Errorf("%s: new %v, gone %v, same %d, %s", c.name, prints(d.New), prints(d.Gone), d.Same, d.Verdict())
		}
	}
}
