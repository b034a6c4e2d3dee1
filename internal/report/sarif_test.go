package report

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	gosarif "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// sarifModule carries the schema of OASIS (SARIF 2.1.0, errata 01) as a
// constant. It is read in place and never copied here.
const sarifModule = "github.com/owenrumney/go-sarif/v3"

// sarifSchema compiles the schema of the standard.
func sarifSchema(t *testing.T) *validator.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sarifModule).Output()
	if err != nil || len(bytes.TrimSpace(dir)) == 0 {
		t.Fatalf("where is %s? %v", sarifModule, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "pkg/report/v210/sarif/schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && len(lit.Value) > len(text) {
			text = lit.Value
		}
		return true
	})
	src, err := strconv.Unquote(text)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := validator.UnmarshalJSON(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// Every result is a valid SARIF log, and another reader finds in it what we wrote.
func TestSARIF(t *testing.T) {
	schema := sarifSchema(t)
	results(t, func(t *testing.T, r *finding.Result) {
		src := write(t, "sarif", r, Options{Version: "1.0.0"})
		doc, err := validator.UnmarshalJSON(strings.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Fatal(err)
		}
		log, err := gosarif.FromString(src)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(log.Runs[0].Results); n != len(r.Findings) {
			t.Fatalf("%d results, want %d", n, len(r.Findings))
		}
		checkMeaning(t, r, src)
	})
	broken := map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}
	if schema.Validate(broken) == nil {
		t.Fatal("the schema accepts a run without a tool: it was not read")
	}
}

// checkMeaning checks what the schema does not ask: that code hosts show as
// red what is a violation or blocks, and nothing else.
func checkMeaning(t *testing.T, r *finding.Result, src string) {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(src), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if n := len(run.Invocations[0].Notifications); n != len(r.Problems)+len(r.Why) {
		t.Fatalf("%d notifications, want %d", n, len(r.Problems)+len(r.Why))
	}
	for i, got := range run.Results {
		f := &r.Findings[i]
		if run.Tool.Driver.Rules[got.RuleIndex].ID != got.RuleID || got.RuleID != string(f.Rule) {
			t.Fatalf("%s points at rule %d", got.RuleID, got.RuleIndex)
		}
		if got.Kind != "fail" && got.Level != "none" {
			t.Fatalf("kind %s has the level %s (SARIF 3.27.10)", got.Kind, got.Level)
		}
		red := got.Kind == "fail" && len(got.Suppressions) == 0
		if want := f.Status == finding.Fail || f.Status == finding.Undecided && f.Blocks; red != want {
			t.Fatalf("%s, blocking %v: kind %s, %d suppressions", f.Status, f.Blocks, got.Kind, len(got.Suppressions))
		}
		if got.PartialFingerprints["bailiwick/v1"] != f.Fingerprint {
			t.Fatal("the fingerprint is not ours")
		}
		if state := got.BaselineState; (state != "") != (r.NewVerdict != "") || state == "unchanged" != f.Old && state != "" {
			t.Fatalf("old %v: baseline state %q", f.Old, state)
		}
	}
}

// A rule that the list of rules lacks has no index, not that of another rule.
func TestSARIFForeignRule(t *testing.T) {
	r := generate(2, 7)
	r.Rules = r.Rules[:0]
	doc, err := validator.UnmarshalJSON(strings.NewReader(write(t, "sarif", r, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	if err := sarifSchema(t).Validate(doc); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(write(t, "sarif", r, Options{}), `"ruleIndex": -1`) {
		t.Error("a foreign rule has an index")
	}
}

func TestURI(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.tf": "a/b.tf", "a b/ü.tf": "a%20b/%C3%BC.tf", "c:d.tf": "c%3Ad.tf", "100%.tf": "100%25.tf", "a#b?c.tf": "a%23b%3Fc.tf",
	} {
		if got := uri(in); got != want {
			t.Errorf("uri(%q) = %q, want %q", in, got, want)
		}
	}
}

// What the example's check writes is valid as well; internal/cli keeps it.
func TestSARIFOfExample(t *testing.T) {
	src, err := os.ReadFile("../cli/testdata/golden/clinic.sarif")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	if err := sarifSchema(t).Validate(doc); err != nil {
		t.Fatal(err)
	}
}
