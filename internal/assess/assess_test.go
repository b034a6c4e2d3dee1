package assess_test

import (
	"bytes"
	compare "cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

var (
	knowledge = sync.OnceValues(kb.Open)
	ours      = sync.OnceValues(func() (*policy.Set, error) { return policy.Load(rules.FS, "rules") })
)

// A change alters the options of a run.
type change func(*assess.Options)

func at(day string) change {
	return func(o *assess.Options) {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		o.At = d
	}
}

func everything(o *assess.Options) { o.All = true }

// read reads an archive, or one text as main.tf, below a folder of the test.
func read(t testing.TB, dir, text string) *graph.Facts {
	t.Helper()
	if !strings.HasPrefix(text, "-- ") {
		text = "-- main.tf --\n" + text
	}
	for _, f := range txtar.Parse([]byte(text)).Files {
		p := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := all.Read([]string{dir}, all.Options{Terraform: terraform.Options{}})
	return &f
}

func options(t testing.TB, spec string, changes ...change) assess.Options {
	t.Helper()
	k, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	set, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte("apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: test}\nspec:\n"+spec))
	if err != nil {
		t.Fatal(err)
	}
	o := assess.Options{KB: k, Perimeter: p, Rules: set}
	at("2026-11-25")(&o)
	for _, c := range changes {
		c(&o)
	}
	return o
}

func run(t testing.TB, f *graph.Facts, o assess.Options) *finding.Result {
	t.Helper()
	res, err := assess.Run(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	adds(t, res)
	return res
}

// adds checks that the counts of a result are those of its parts.
func adds(t testing.TB, r *finding.Result) {
	t.Helper()
	var sum finding.Summary
	byRule := map[graph.RuleID]*finding.RuleCount{}
	for i := range r.Rules {
		c := &r.Rules[i]
		sum.Pass, sum.Fail, sum.Undecided, sum.Waived, sum.NotInForce = sum.Pass+c.Pass, sum.Fail+c.Fail, sum.Undecided+c.Undecided, sum.Waived+c.Waived, sum.NotInForce+c.NotInForce
		byRule[c.ID] = &finding.RuleCount{ID: c.ID, Title: c.Title, Severity: c.Severity, Pass: c.Pass, NotInForce: c.NotInForce}
	}
	for i := range r.Findings {
		c := byRule[r.Findings[i].Rule]
		if c == nil {
			t.Fatalf("%s has findings and no count", r.Findings[i].Rule)
		}
		switch r.Findings[i].Status {
		case finding.Fail:
			c.Fail++
		case finding.Undecided:
			c.Undecided++
		case finding.Waived:
			c.Waived++
		}
	}
	for i := range r.Rules {
		if d := cmp.Diff(*byRule[r.Rules[i].ID], r.Rules[i]); d != "" {
			t.Errorf("the counts of %s are not those of its findings:\n%s", r.Rules[i].ID, d)
		}
	}
	s := r.Summary
	if got := (finding.Summary{Pass: s.Pass, Fail: s.Fail, Undecided: s.Undecided, Waived: s.Waived, NotInForce: s.NotInForce}); got != sum {
		t.Errorf("the summary counts %+v, the rules %+v", got, sum)
	}
}

// said are the findings as lines: rule, status, subject.
func said(r *finding.Result) []string {
	out := []string{}
	for i := range r.Findings {
		f := &r.Findings[i]
		out = append(out, fmt.Sprintf("%s %s %s", f.Rule, f.Status, f.Subject))
	}
	return out
}

const eu = "  jurisdictions: {allow: [EU]}\n"

// tree has a bucket inside, one outside, one nowhere, and an inert policy.
const tree = `provider "aws" { region = "eu-central-1" }
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
variable "where" {}
provider "aws" {
  alias  = "open"
  region = var.where
}
resource "aws_s3_bucket" "inside" {}
resource "aws_s3_bucket" "outside" { provider = aws.us }
resource "aws_s3_bucket" "nowhere" { provider = aws.open }
resource "aws_iam_policy" "inert" {}
resource "aws_never_heard_of" "strange" {}
`

func TestEndToEnd(t *testing.T) {
	res := run(t, read(t, t.TempDir(), tree), options(t, eu))
	got := said(res)
	for _, want := range []string{"LOC-001 fail aws_s3_bucket.outside", "LOC-002 undecided aws_s3_bucket.nowhere", "LOC-002 undecided aws_never_heard_of.strange", "OPR-002 fail aws_s3_bucket.inside"} {
		if !slices.Contains(got, want) {
			t.Errorf("there is no finding %q in %q", want, got)
		}
	}
	for _, not := range []string{"LOC-001 fail aws_s3_bucket.inside", "LOC-001 fail aws_s3_bucket.nowhere"} {
		if slices.Contains(got, not) {
			t.Errorf("there is a finding %q", not)
		}
	}
	if s := res.Summary; res.Verdict != finding.VerdictViolation || s.Assets != 4 || s.Inert != 1 || s.Unknown != 1 || s.Files != 1 || s.Blocks != 5 {
		t.Errorf("verdict %s, summary %+v", res.Verdict, s)
	}
	if len(res.Unknown) != 1 || res.Unknown[0].Type != "aws_never_heard_of" || res.Unknown[0].First.Line != 15 {
		t.Errorf("unknown types %+v", res.Unknown)
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		switch {
		case f.Origin.Line == 0, f.Message == "", f.Title == "", len(f.Fingerprint) != 16, f.Remedy == "", len(f.Because) == 0, len(f.Classes) == 0:
			t.Errorf("a finding lacks something: %+v", *f)
		case strings.Contains(f.Message, "{why}"):
			t.Errorf("%s of %s does not say why: %s", f.Rule, f.Subject, f.Message)
		}
	}
	if !slices.IsSortedFunc(res.Findings, func(a, b finding.Finding) int {
		return compare.Or(compare.Compare(a.Origin.File, b.Origin.File), compare.Compare(a.Origin.Line, b.Origin.Line))
	}) {
		t.Error("findings are not in the order of files and lines")
	}
}

// Looking at nothing is never green.
func TestNothing(t *testing.T) {
	for name, c := range map[string]struct{ text, why string }{
		"no file":    {"-- readme.txt --\nhello\n", "no file was read"},
		"no asset":   {"locals { a = 1 }\n", "no asset or flow was judged"},
		"only inert": {"resource \"aws_iam_role\" \"r\" {}\n", "no asset or flow was judged"},
		"count is 0": {"provider \"aws\" { region = \"eu-central-1\" }\nresource \"aws_s3_bucket\" \"b\" { count = 0 }\n", "no asset or flow was judged"},
		"unreadable": {"resource \"aws_s3_bucket\" {\n", "could not be read"},
	} {
		res := run(t, read(t, t.TempDir(), c.text), options(t, eu))
		if res.Verdict != finding.VerdictUndecided || !strings.Contains(strings.Join(res.Why, "; "), c.why) {
			t.Errorf("%s: %s because %q", name, res.Verdict, res.Why)
		}
	}
}

// The AI Act asks nothing of a high-risk system before its day, and of what
// annex I covers not before a later one.
func TestInForce(t *testing.T) {
	const logs = `provider "aws" { region = "eu-central-1" }
resource "aws_cloudwatch_log_group" "l" { retention_in_days = 30 }
`
	spec := func(aiAct string) string {
		return eu + "  frameworks: [AIA]\n  systems: {triage: {ai_act: " + aiAct + "}}\n  bindings: [{match: \"*\", system: triage}]\n"
	}
	for _, c := range []struct {
		day, aiAct string
		want       finding.Status
	}{
		{"2026-11-25", "high-risk", finding.NotInForce},
		{"2027-12-01", "high-risk", finding.NotInForce},
		{"2027-12-02", "high-risk", finding.Fail},
		{"2027-12-02", "annex-i", finding.NotInForce},
		{"2028-08-01", "annex-i", finding.NotInForce},
		{"2028-08-02", "annex-i", finding.Fail},
	} {
		res := run(t, read(t, t.TempDir(), logs), options(t, spec(c.aiAct), at(c.day), everything))
		if want := fmt.Sprintf("LOG-006 %s aws_cloudwatch_log_group.l", c.want); !slices.Contains(said(res), want) {
			t.Errorf("%s on %s: want %q in %q", c.aiAct, c.day, want, said(res))
		}
		if res.At != c.day {
			t.Errorf("the result is of %s, not %s", res.At, c.day)
		}
	}
}

// frameworks: decides which requirements a finding cites, and whether one
// that rests on requirements alone is in force.
func TestFrameworks(t *testing.T) {
	const public = `provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_acl" "b" {
  bucket = aws_s3_bucket.b.id
  acl    = "public-read"
}
`
	status := func(spec string) (finding.Status, []graph.RequirementID) {
		res := run(t, read(t, t.TempDir(), public), options(t, spec, everything))
		for i := range res.Findings {
			if f := &res.Findings[i]; f.Rule == "EGR-012" && f.Subject == "aws_s3_bucket.b" {
				return f.Status, f.Requirements
			}
		}
		t.Fatalf("EGR-012 says nothing: %q", said(res))
		return "", nil
	}
	if s, qs := status(eu + "  frameworks: [GDPR]\n"); s != finding.Fail || len(qs) == 0 || !strings.HasPrefix(string(qs[0]), "GDPR_") {
		t.Errorf("with GDPR: %s %v", s, qs)
	}
	if s, _ := status(eu + "  frameworks: [AIA]\n"); s != finding.NotInForce {
		t.Errorf("with the AI Act only: %s", s)
	}
	if s, _ := status(eu); s != finding.Fail {
		t.Errorf("by default, in the EU: %s", s)
	}
	res := run(t, read(t, t.TempDir(), tree), options(t, eu+"  frameworks: [AIA]\n"))
	for i := range res.Findings {
		for _, q := range res.Findings[i].Requirements {
			if !strings.HasPrefix(string(q), "AIA_") {
				t.Errorf("%s cites %s", res.Findings[i].Rule, q)
			}
		}
	}
	// What rests on the perimeter stands, whatever the frameworks are.
	if !slices.Contains(said(res), "LOC-001 fail aws_s3_bucket.outside") {
		t.Errorf("without GDPR the perimeter does not count: %q", said(res))
	}
	o := options(t, eu+"  frameworks: [GPDR]\n")
	if _, err := assess.Run(context.Background(), &graph.Facts{}, o); err == nil || !strings.Contains(err.Error(), `perimeter.yaml`) || !strings.Contains(err.Error(), "GDPR") {
		t.Errorf("an unknown framework: %v", err)
	}
}

// A rule that cites a clause that nobody wrote down would never be in force:
// it is an error, not a silence.
func TestUnknownRequirement(t *testing.T) {
	const rule = `# METADATA
# title: x
# custom:
#   id: TST-001
#   severity: high
#   basis: requirement
#   requirements: [GDPR_ART_4711]
#   kinds: [object-store]
#   remedy: x
package test.one

results contains {"status": "fail", "message": "m"}
`
	o := options(t, eu)
	var err error
	if o.Rules, err = policy.Load(fstest.MapFS{"r.rego": {Data: []byte(rule)}}, "own"); err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Run(context.Background(), read(t, t.TempDir(), tree), o); err == nil || !strings.Contains(err.Error(), "own/r.rego: TST-001 cites the requirement GDPR_ART_4711") {
		t.Errorf("a rule that cites nothing known: %v", err)
	}
}

// Extra findings and loosened records are in the result and count.
func TestExtraAndLoosened(t *testing.T) {
	extra := finding.Finding{Rule: "PER-001", Title: "Perimeter", Status: finding.Fail, Severity: finding.High, Subject: "perimeter.yaml",
		Message: "asks less", Origin: graph.Origin{File: "perimeter.yaml", Line: 3}, Basis: finding.OnPerimeter, Fingerprint: strings.Repeat("0", 16)}
	loosened := []finding.Loosened{{Record: "region aws/x", Reason: "we know better", Origin: graph.Origin{File: "kb/x.yaml", Line: 1}}}
	inside := "resource \"scaleway_secret\" \"b\" {\n  name = \"b\"\n  region = \"fr-par\"\n}\n"
	spec := eu + "  operators: {allow: [EU, scaleway]}\n"
	plain := run(t, read(t, t.TempDir(), inside), options(t, spec))
	if plain.Verdict == finding.VerdictViolation {
		t.Fatalf("the tree of the test fails: %q", said(plain))
	}
	res := run(t, read(t, t.TempDir(), inside), options(t, spec, func(o *assess.Options) { o.Extra, o.Loosened = []finding.Finding{extra}, loosened }))
	if res.Verdict != finding.VerdictViolation || res.Summary.Fail != plain.Summary.Fail+1 || !slices.Contains(said(res), "PER-001 fail perimeter.yaml") {
		t.Errorf("verdict %s, %d fail, %q", res.Verdict, res.Summary.Fail, said(res))
	}
	if i := slices.IndexFunc(res.Rules, func(c finding.RuleCount) bool { return c.ID == "PER-001" }); i < 0 || res.Rules[i].Fail != 1 || res.Rules[i].Title != "Perimeter" {
		t.Errorf("PER-001 is not counted: %+v", res.Rules)
	}
	if d := cmp.Diff(loosened, res.Loosened); d != "" {
		t.Errorf("loosened records are not shown:\n%s", d)
	}
}

// Waivers of the base branch replace those of the perimeter and the remarks;
// a remark that is no waiver keeps the verdict from being a pass.
func TestWaivers(t *testing.T) {
	const remark = `provider "aws" { region = "us-east-1" }
# bailiwick: waive LOC-001 until 2027-03-01 approved-by dpo@x.example reason "public site"
resource "aws_s3_bucket" "b" { count = 2 }
`
	waived := func(r *finding.Result) (n int) {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Rule == "LOC-001" && f.Status == finding.Waived {
				n++
			}
		}
		return n
	}
	if res := run(t, read(t, t.TempDir(), remark), options(t, eu)); waived(res) != 2 || len(res.Waivers) != 1 || res.Waivers[0].Used != 2 {
		t.Errorf("%d waived, uses %+v", waived(res), res.Waivers)
	}
	if res := run(t, read(t, t.TempDir(), remark), options(t, eu, at("2027-03-02"))); waived(res) != 0 || res.Waivers[0].State != "expired" {
		t.Errorf("the day after: %d waived, uses %+v", waived(res), res.Waivers)
	}
	if res := run(t, read(t, t.TempDir(), remark), options(t, eu, func(o *assess.Options) { o.Waivers = []gate.Waiver{} })); waived(res) != 0 || len(res.Waivers) != 0 {
		t.Errorf("with the waivers of a base that has none: %d waived, uses %+v", waived(res), res.Waivers)
	}
	broken := strings.Replace(remark, " reason \"public site\"", "", 1)
	if res := run(t, read(t, t.TempDir(), broken), options(t, eu)); waived(res) != 0 || len(res.Problems) != 1 || res.Problems[0].Origin.Line != 2 {
		t.Errorf("a remark without reason: %d waived, problems %+v", waived(res), res.Problems)
	}
}

// All adds passes, findings not in force and the inventory, and changes no
// count and no verdict.
func TestAll(t *testing.T) {
	f := read(t, t.TempDir(), tree)
	short, long := run(t, f, options(t, eu)), run(t, f, options(t, eu, everything))
	if short.Verdict != long.Verdict || short.Summary != long.Summary || !cmp.Equal(short.Rules, long.Rules) || !cmp.Equal(short.Why, long.Why) {
		t.Errorf("with All: %s %+v; without: %s %+v", long.Verdict, long.Summary, short.Verdict, short.Summary)
	}
	var rest []finding.Finding
	passes := 0
	for _, f := range long.Findings {
		if f.Status == finding.Pass || f.Status == finding.NotInForce {
			passes++
			continue
		}
		rest = append(rest, f)
	}
	if passes != short.Summary.Pass+short.Summary.NotInForce || passes == 0 {
		t.Errorf("%d passes are listed, %d are counted", passes, short.Summary.Pass+short.Summary.NotInForce)
	}
	if d := cmp.Diff(short.Findings, rest); d != "" {
		t.Errorf("All changes other findings:\n%s", d)
	}
	if len(long.Assets) != long.Summary.Assets || len(short.Assets) != 0 {
		t.Errorf("the inventory has %d lines with All and %d without, for %d assets", len(long.Assets), len(short.Assets), long.Summary.Assets)
	}
}

// The order of the facts changes nothing.
func TestOrderOfAssets(t *testing.T) {
	f := read(t, t.TempDir(), tree+`
resource "aws_never_heard_of" "second" {}
resource "aws_s3_bucket" "many" {
  for_each = toset(["a", "b", "c"])
  provider = aws.us
}
resource "aws_db_instance" "d" { backup_retention_period = 7 }
resource "aws_s3_bucket_acl" "a" {
  bucket = aws_s3_bucket.inside.id
  acl    = "public-read"
}
`)
	encode := func(f *graph.Facts) string {
		res := run(t, f, options(t, eu, everything))
		slices.SortFunc(res.Assets, func(a, b finding.Asset) int { return strings.Compare(string(a.Subject), string(b.Subject)) })
		var b bytes.Buffer
		if err := res.Encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := encode(f)
	for seed := range uint64(5) {
		shuffled := *f
		shuffled.Assets = slices.Clone(f.Assets)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled.Assets), func(i, j int) {
			shuffled.Assets[i], shuffled.Assets[j] = shuffled.Assets[j], shuffled.Assets[i]
		})
		if d := cmp.Diff(first, encode(&shuffled)); d != "" {
			t.Fatalf("order %d gives another document:\n%s", seed, d)
		}
	}
}

// A fingerprint stays when lines move and other files come, and changes when
// what is wrong changes.
func TestFingerprints(t *testing.T) {
	dir := t.TempDir()
	prints := func(text string) map[string]string {
		out := map[string]string{}
		res := run(t, read(t, dir, text), options(t, eu))
		for i := range res.Findings {
			f := &res.Findings[i]
			key := fmt.Sprintf("%s %s", f.Rule, f.Subject)
			if old, ok := out[key]; ok && old == f.Fingerprint {
				t.Errorf("%s has two findings with one fingerprint", key)
			}
			out[key] = f.Fingerprint
		}
		return out
	}
	const text = "provider \"aws\" { region = \"us-east-1\" }\nresource \"aws_s3_bucket\" \"b\" {}\n"
	before := prints(text)
	moved := prints("-- main.tf --\n# a line\n\n\n" + text + "-- other.tf --\nlocals { x = 1 }\n")
	if d := cmp.Diff(before, moved); d != "" {
		t.Errorf("moved lines give other fingerprints:\n%s", d)
	}
	const key = "LOC-001 aws_s3_bucket.b"
	if before[key] == "" {
		t.Fatalf("there is no finding %s in %v", key, before)
	}
	for name, other := range map[string]string{"us-west-2": "another region of the country", "ap-southeast-2": "another country"} {
		if after := prints(strings.Replace(text, "us-east-1", name, 1)); after[key] == before[key] || after[key] == "" {
			t.Errorf("%s: the fingerprint is %q, and was %q", other, after[key], before[key])
		}
	}
	if renamed := prints(strings.Replace(text, `"b"`, `"c"`, 1)); renamed["LOC-001 aws_s3_bucket.c"] == before[key] {
		t.Error("another subject has the same fingerprint")
	}
}

// A baseline marks what was there; the new verdict speaks of the rest.
func TestBaseline(t *testing.T) {
	dir := t.TempDir()
	old := run(t, read(t, dir, tree), options(t, eu))
	res := run(t, read(t, dir, tree), options(t, eu, func(o *assess.Options) { o.Baseline = old }))
	if res.Verdict != old.Verdict || res.NewVerdict != finding.VerdictPass {
		t.Errorf("verdict %s, new verdict %s", res.Verdict, res.NewVerdict)
	}
	more := run(t, read(t, dir, tree+"resource \"aws_s3_bucket\" \"second\" { provider = aws.us }\n"), options(t, eu, func(o *assess.Options) { o.Baseline = old }))
	if more.NewVerdict != finding.VerdictViolation {
		t.Errorf("with a bucket more the new verdict is %s", more.NewVerdict)
	}
	for i := range more.Findings {
		if f := &more.Findings[i]; f.Old == strings.HasSuffix(string(f.Subject), ".second") {
			t.Errorf("%s of %s is old: %v", f.Rule, f.Subject, f.Old)
		}
	}
}

// unknown: report keeps an undecided finding from blocking.
func TestUnknownReports(t *testing.T) {
	const nowhere = "variable \"r\" {}\nresource \"scaleway_object_bucket\" \"b\" {\n  name = \"b\"\n  region = var.r\n}\n"
	spec := eu + "  operators: {allow: [EU, scaleway]}\n  data: {a: {unknown: %s}}\n"
	for word, want := range map[string]finding.Verdict{"block": finding.VerdictUndecided, "report": finding.VerdictPass} {
		o := options(t, fmt.Sprintf(spec, word))
		var err error
		if o.Rules, err = o.Rules.Only([]string{"LOC-001", "LOC-002"}); err != nil {
			t.Fatal(err)
		}
		res := run(t, read(t, t.TempDir(), nowhere), o)
		if res.Verdict != want || res.Summary.Undecided == 0 {
			t.Errorf("unknown: %s gives %s with %d undecided", word, res.Verdict, res.Summary.Undecided)
		}
	}
}
