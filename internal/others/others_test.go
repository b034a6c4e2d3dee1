package others

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const (
	sarifReport = `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Checkov", "rules": [{"id": "CKV_AWS_144", "shortDescription": {"text": "Cross-region replication"}}]}},
 "results": [
  {"ruleId": "CKV_AWS_144", "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 3}}}]},
  {"ruleId": "CKV_AWS_18", "message": {"text": "no logging"}, "suppressions": [{"kind": "inSource"}], "locations": []},
  {"ruleId": "CKV_AWS_19", "kind": "pass", "message": {"text": "fine"}},
  {"ruleId": "CKV_AWS_20", "message": {"text": "nowhere"}}]}]}`
	checkovReport = `[{"check_type": "terraform", "results": {"failed_checks": [{"check_id": "CKV_AWS_144", "check_name": "n", "file_path": "/main.tf", "file_line_range": [3, 9], "resource": "aws_s3_bucket.b"}], "passed_checks": [{"check_id": "CKV_AWS_1"}]}}, {"check_type": "secrets", "results": {}}]`
	trivyReport   = `{"SchemaVersion": 2, "Results": [{"Target": "main.tf", "Misconfigurations": [{"ID": "AZU-0058", "Title": "t", "Status": "FAIL", "CauseMetadata": {"Resource": "azurerm_storage_account.a", "StartLine": 3}}, {"ID": "AZU-1", "Status": "PASS"}]}]}`
)

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
		"sarif":   {sarifReport, []finding.Said{{Tool: "Checkov", Rule: "CKV_AWS_144", Title: "Cross-region replication", Origin: at}, {Tool: "Checkov", Rule: "CKV_AWS_20", Title: "nowhere"}}},
		"checkov": {checkovReport, []finding.Said{{Tool: "Checkov", Rule: "CKV_AWS_144", Title: "n", Subject: "aws_s3_bucket.b", Origin: at}}},
		"trivy":   {trivyReport, []finding.Said{{Tool: "Trivy", Rule: "AZU-0058", Title: "t", Subject: "azurerm_storage_account.a", Origin: at}}},
		"nothing": {`{"SchemaVersion": 2}`, nil},
	} {
		got, err := load(t, c.text)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	for name, text := range map[string]string{"other": `{"a": 1}`, "cut": `{"runs": [`, "list": `[]`} {
		if got, err := load(t, text); err == nil || !strings.Contains(err.Error(), "--with ") {
			t.Errorf("%s is read: %v", name, got)
		}
	}
}

func TestAttach(t *testing.T) {
	assets := []Asset{{"a", graph.Origin{File: "x/infra/main.tf", Line: 10}}, {"b", graph.Origin{File: "x/infra/main.tf", Line: 1}}, {"c", graph.Origin{File: "x/other/main.tf", Line: 5}}}
	for _, c := range []struct {
		said finding.Said
		want int
	}{
		{finding.Said{Origin: graph.Origin{File: "infra/main.tf", Line: 12}}, 0},
		{finding.Said{Origin: graph.Origin{File: "infra/main.tf", Line: 9}}, 1},
		{finding.Said{Subject: "b", Origin: graph.Origin{File: "infra/main.tf", Line: 99}}, 1},
		{finding.Said{Origin: graph.Origin{File: "other/main.tf", Line: 4}}, -1},
		{finding.Said{Origin: graph.Origin{File: "more/main.tf", Line: 6}}, -1},
		{finding.Said{}, -1},
	} {
		if got := Attach([]finding.Said{c.said}, assets); got[0] != c.want {
			t.Errorf("%+v is about %d, not %d", c.said, got[0], c.want)
		}
	}
}

// Every rule of the table is in the document, and the other way round where we
// answer it.
func TestConflicts(t *testing.T) {
	doc, err := os.ReadFile("../../docs/conflicts.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range conflicts {
		for _, id := range conflicts[i].Rules {
			n++
			if !strings.HasPrefix(id, "AVD-") && !strings.Contains(string(doc), id) {
				t.Errorf("docs/conflicts.md does not name %s", id)
			}
			if c, ok := ConflictOf(strings.ToLower(conflicts[i].Tool), id, ""); !ok || c != &conflicts[i] {
				t.Errorf("%s is not found", id)
			}
		}
	}
	if n < 10 {
		t.Fatalf("only %d rules", n)
	}
	if _, ok := ConflictOf("KICS", "97707503-a22c-4cd7-b7c0-f088fa7cf830", "Geo Redundancy Is Disabled"); !ok {
		t.Error("a rule of KICS is found by its title")
	}
	if _, ok := ConflictOf("Trivy", "CKV_AWS_144", ""); ok {
		t.Error("a rule belongs to its tool")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{sarifReport, checkovReport, trivyReport} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, src, 0o600); err != nil {
			return
		}
		said, err := Read(file)
		if err != nil && len(said) > 0 {
			t.Error("a report that is not read says something")
		}
		for i, at := range Attach(said, []Asset{{"a", graph.Origin{File: "main.tf", Line: 1}}}) {
			if at > 0 || said[i].Origin.Line < 0 {
				t.Errorf("%d", at)
			}
		}
	})
}
