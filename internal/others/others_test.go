package others

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
)

const (
	sarifReport = `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Checkov", "rules": [{"id": "CKV_AWS_144", "shortDescription": {"text": "Cross-region replication"}}]}},
 "results": [
  {"ruleId": "CKV_AWS_144", "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 3}}}]},
  {"ruleId": "CKV_AWS_18", "message": {"text": "no logging"}, "suppressions": [{"kind": "inSource"}], "locations": []},
  {"ruleId": "CKV_AWS_19", "kind": "pass", "message": {"text": "fine"}},
  {"ruleId": "CKV_AWS_20", "message": {"text": "nowhere"}}]}]}`
	checkovReport = `[{"check_type": "terraform", "results": {"failed_checks": [{"check_id": "CKV_AWS_144", "check_name": "n", "file_path": "/main.tf", "file_line_range": [3, 9], "resource": "aws_s3_bucket.b"}], "passed_checks": [{"check_id": "CKV_AWS_1"}]}}, {"check_type": "secrets", "results": {}}]`
	checkovNone   = `{"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3.3.30"}`
	trivyReport   = `{"SchemaVersion": 2, "Results": [{"Target": "main.tf", "Misconfigurations": [{"ID": "AZU-0058", "Title": "t", "Status": "FAIL", "CauseMetadata": {"Resource": "azurerm_storage_account.a", "StartLine": 3}}, {"ID": "AZU-1", "Status": "PASS"}]},
 {"Target": "go.mod", "Vulnerabilities": [{"VulnerabilityID": "CVE-2099-1", "PkgName": "p", "InstalledVersion": "1.0", "Title": "bad"}], "Secrets": [{"RuleID": "aws-access-key-id", "Title": "AWS", "StartLine": 3}], "Licenses": [{"Name": "AGPL-3.0", "Category": "restricted", "PkgName": "q"}]}]}`
	prowlerReport = `[{"message": "m", "metadata": {"event_code": "s3_bucket_cross_region_replication", "product": {"name": "Prowler"}}, "finding_info": {"title": "t", "uid": "prowler-aws-x-1"}, "status": "New", "status_code": "FAIL", "resources": [{"uid": "arn:aws:s3:::b", "name": "b"}], "unmapped": {"provider": "aws"}},
 {"metadata": {"event_code": "muted", "product": {"name": "Prowler"}}, "status": "Suppressed", "status_code": "FAIL", "resources": [{"uid": "arn:aws:s3:::b"}]},
 {"metadata": {"event_code": "passes", "product": {"name": "Prowler"}}, "status": "New", "status_code": "PASS", "resources": [{"uid": "arn:aws:s3:::b"}]},
 {"metadata": {"event_code": "AZU-0058", "product": {"name": "Prowler"}}, "finding_info": {"title": "f", "uid": "prowler-iac-AZU-0058-iac-main-main.tf-3:9"}, "status": "New", "status_code": "FAIL", "resources": [{"uid": "main.tf", "name": "main.tf"}], "unmapped": {"provider": "iac"}}]`
	prowlerOldReport = `[{"CheckID": "iam_root", "CheckTitle": "t", "Status": "FAIL", "StatusExtended": "x", "ResourceId": "r", "ResourceArn": "arn:r"}, {"CheckID": "ok", "Status": "PASS", "StatusExtended": "x"}]`
	asffReport       = `[{"SchemaVersion": "2018-10-08", "GeneratorId": "prowler-iam_root", "Title": "t", "Resources": [{"Id": "arn:r"}], "Compliance": {"Status": "FAILED"}}, {"GeneratorId": "prowler-ok", "Compliance": {"Status": "PASSED"}}]`
	modelscanReport  = `{"summary": {"total_issues": 1, "modelscan_version": "0.8.8", "scanned": {"total_scanned": 2}}, "issues": [{"description": "Use of unsafe operator 'system' from module 'posix'", "operator": "system", "module": "posix", "source": "main.tf", "scanner": "s", "severity": "CRITICAL"}],
 "errors": [{"category": "PICKLE_GENOPS", "description": "not enough data", "source": "cut.pkl"}]}`
	borderlintReport = `{"findings": [{"provider": "openai", "name": "OpenAI", "jurisdiction": "us", "severity": "fail", "reasons": ["residency", "sovereignty"], "kind": "sdk_import", "evidence": "openai", "file": "main.tf", "line": 3, "waiver": null},
 {"name": "Mistral AI", "jurisdiction": "eu", "severity": "ok", "reasons": [], "kind": "sdk_import", "evidence": "mistralai", "file": "main.tf", "line": 3, "waiver": null},
 {"name": "xAI", "severity": "fail", "kind": "sdk_import", "file": "main.tf", "line": 3, "waiver": "test only"}], "regimes": [], "references": []}`
)

// seeds are the reports, each read by the reader of the same index.
var seeds = []string{sarifReport, borderlintReport, checkovReport, modelscanReport, prowlerReport, trivyReport}

func load(t *testing.T, text string) ([]finding.Said, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "r.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(file)
}

func TestRead(t *testing.T) {
	at := graph.Origin{File: "main.tf", Line: 3}
	for name, c := range map[string]struct {
		text string
		want []finding.Said
	}{
		"sarif":            {sarifReport, []finding.Said{{Tool: "Checkov", Rule: "CKV_AWS_144", Title: "Cross-region replication", Origin: at}, {Tool: "Checkov", Rule: "CKV_AWS_20", Title: "nowhere"}}},
		"checkov":          {checkovReport, []finding.Said{{Tool: "Checkov", Rule: "CKV_AWS_144", Title: "n", Subject: "aws_s3_bucket.b", Origin: at}}},
		"checkov, nothing": {checkovNone, nil},
		"trivy": {trivyReport, []finding.Said{{Tool: "Trivy", Rule: "AZU-0058", Title: "t", Subject: "azurerm_storage_account.a", Origin: at},
			{Tool: "Trivy", Rule: "aws-access-key-id", Title: "AWS", Origin: graph.Origin{File: "go.mod", Line: 3}},
			{Tool: "Trivy", Rule: "CVE-2099-1", Title: "p 1.0 bad", Origin: graph.Origin{File: "go.mod"}},
			{Tool: "Trivy", Rule: "AGPL-3.0", Title: "licence restricted q", Origin: graph.Origin{File: "go.mod"}}}},
		"trivy, nothing": {`{"SchemaVersion": 2}`, nil},
		"prowler":        {prowlerReport, []finding.Said{{Tool: "Prowler", Rule: "s3_bucket_cross_region_replication", Title: "t", Subject: "arn:aws:s3:::b"}, {Tool: "Prowler", Rule: "AZU-0058", Title: "f", Origin: at}}},
		"prowler 3":      {prowlerOldReport, []finding.Said{{Tool: "Prowler", Rule: "iam_root", Title: "t", Subject: "arn:r"}}},
		"prowler, asff":  {asffReport, []finding.Said{{Tool: "Prowler", Rule: "iam_root", Title: "t", Subject: "arn:r"}}},
		"modelscan": {modelscanReport, []finding.Said{{Tool: "modelscan", Rule: "posix system", Title: "CRITICAL: Use of unsafe operator 'system' from module 'posix'", Origin: graph.Origin{File: "main.tf"}},
			{Tool: "modelscan", Rule: "PICKLE_GENOPS", Title: "not looked into: not enough data", Origin: graph.Origin{File: "cut.pkl"}}}},
		"borderlint": {borderlintReport, []finding.Said{{Tool: "borderlint", Rule: "sdk_import", Title: "OpenAI openai -> us: denied (residency, sovereignty)", Origin: at},
			{Tool: "borderlint", Rule: "sdk_import", Title: "Mistral AI mistralai -> eu: allowed", Origin: at}}},
	} {
		got, err := load(t, c.text)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	for name, c := range map[string]struct{ text, want string }{
		"other":        {`{"a": 1}`, "a report of no tool that is known here; known are SARIF of any tool, the JSON of borderlint, of Checkov, of modelscan, of Prowler (OCSF, ASFF or its own) and of Trivy"},
		"a list":       {`[{"a": 1}]`, "no tool that is known"},
		"other's OCSF": {`[{"metadata": {"event_code": "x", "product": {"name": "Other"}}, "status_code": "FAIL"}]`, "no tool that is known"},
		"cut":          {`{"runs": [`, "not valid JSON"},
		"no findings":  {`[]`, "it is an empty list, which does not say whose report it is; known are"},
		"empty":        {" \n", "it is empty: the tool wrote no report, or nothing was found; known are"},
		"a word":       {`"runs"`, "no tool that is known"},
	} {
		got, err := load(t, c.text)
		if err == nil || len(got) > 0 || !strings.HasPrefix(err.Error(), "--with ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, err, got)
		}
	}
}

// A report is of one tool.
func TestReaders(t *testing.T) {
	for i, text := range append(slices.Clone(seeds), prowlerOldReport, asffReport) {
		doc, err := tree.JSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for j, r := range readers {
			if want := j == i || i >= len(seeds) && j == 4; r.is(doc) != want {
				t.Errorf("%s: %v for the report %d", r.name, !want, i)
			}
		}
	}
}

func TestAttach(t *testing.T) {
	assets := []Asset{{Address: "a", Origin: graph.Origin{File: "x/infra/main.tf", Line: 10}}, {Address: "b", Origin: graph.Origin{File: "x/infra/main.tf", Line: 1}}, {Address: "c", Origin: graph.Origin{File: "x/other/main.tf", Line: 5}}, {Address: "f", Origin: graph.Origin{File: "app.py", Line: 5}, Flow: true}}
	for _, c := range []struct {
		said finding.Said
		want int
	}{
		{finding.Said{Origin: graph.Origin{File: "infra/main.tf", Line: 12}}, 0},
		{finding.Said{Origin: graph.Origin{File: "infra/main.tf", Line: 9}}, 1},
		{finding.Said{Subject: "b", Origin: graph.Origin{File: "infra/main.tf", Line: 99}}, 1},
		{finding.Said{Origin: graph.Origin{File: "other/main.tf", Line: 4}}, -1},
		{finding.Said{Origin: graph.Origin{File: "more/main.tf", Line: 6}}, -1},
		{finding.Said{Origin: graph.Origin{File: "app.py", Line: 5}}, 3},
		{finding.Said{Origin: graph.Origin{File: "app.py", Line: 6}}, -1},
		{finding.Said{}, -1},
	} {
		if got := Attach([]finding.Said{c.said}, assets); got[0] != c.want {
			t.Errorf("%+v is about %d, not %d", c.said, got[0], c.want)
		}
	}
}

// docs/conflicts.md has the table, row by row, and our rules in it are rules.
func TestConflicts(t *testing.T) {
	doc, err := os.ReadFile("../../docs/conflicts.md")
	if err != nil {
		t.Fatal(err)
	}
	list, n := Conflicts(), 0
	for i := range list {
		c := &list[i]
		if row := row(c); !strings.Contains(string(doc), row) {
			t.Errorf("docs/conflicts.md does not have the line\n%s", row)
		}
		for _, p := range c.Second {
			if kb.Purposes[p] == "" {
				t.Errorf("%s: there is no purpose %q", c.Asks, p)
			}
		}
		for _, id := range c.Ours {
			if found, err := filepath.Glob("../../rules/" + id + "-*"); err != nil || len(found) != 1 {
				t.Errorf("%s: there is no rule %s", c.Asks, id)
			}
		}
		if c.Tree != "" {
			if _, err := os.Stat("../../" + c.Tree); err != nil {
				t.Error(err)
			}
		}
		for tool, ids := range c.Rules {
			for _, id := range ids {
				n++
				if got, ok := ConflictOf(strings.ToLower(tool), id, ""); !ok || got != c {
					t.Errorf("%s %s is not found, or twice", tool, id)
				}
			}
		}
		if c.Asks == "" || len(c.Ours) == 0 || c.Both == "" {
			t.Errorf("row %d is not whole", i)
		}
	}
	if n < 30 {
		t.Fatalf("only %d rules", n)
	}
	if _, ok := ConflictOf("KICS", "97707503-a22c-4cd7-b7c0-f088fa7cf830", "Geo Redundancy Is Disabled"); !ok {
		t.Error("a rule of KICS is found by its title")
	}
	if _, ok := ConflictOf("Trivy", "AVD-AZU-0058", ""); !ok {
		t.Error("a rule of Trivy is found by its old id")
	}
	if _, ok := ConflictOf("Trivy", "CKV_AWS_144", ""); ok {
		t.Error("a rule belongs to its tool")
	}
}

// row is a conflict as a line of the table.
func row(c *Conflict) string {
	var who []string
	for _, tool := range slices.Sorted(maps.Keys(c.Rules)) {
		who = append(who, tool+" "+strings.Join(c.Rules[tool], ", "))
	}
	both := c.Both
	if c.Tree != "" {
		both += ": `" + c.Tree + "`"
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", c.Asks, strings.Join(who, "; "), strings.Join(c.Ours, ", "), both)
}

// Every reader reads every document: one that is none of its reports says nothing
// strange.
func FuzzRead(f *testing.F) {
	for _, s := range append(slices.Clone(seeds), checkovNone, prowlerOldReport, asffReport) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		said, err := read(src)
		if err != nil && len(said) > 0 {
			t.Error("a report that is not read says something")
		}
		again, _ := read(src)
		if !slices.Equal(said, again) {
			t.Error("it says something else when it is read again")
		}
		doc, err := tree.JSON(src)
		if err != nil {
			return
		}
		for _, r := range readers {
			said := r.read(doc)
			for i, at := range Attach(said, []Asset{{Address: "a", Origin: graph.Origin{File: "main.tf", Line: 1}}}) {
				if s := &said[i]; at > 0 || s.Origin.Line < 0 || strings.HasPrefix(s.Origin.File, "/") || s.Root != "" || s.Answer != "" {
					t.Errorf("%s: %+v", r.name, *s)
				}
			}
		}
	})
}
