//go:build real

package others

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

const clinic = "../../examples/clinic-assistant"

// runs runs a real tool and returns what it prints. Its exit code says only that it
// found something; a report that is not there fails where it is read.
func runs(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(peer.Path(t, name), args...)
	cmd.Env = append(os.Environ(), "PATH="+peer.Folder(t)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	t.Logf("%s ends with %d; %.300s", name, cmd.ProcessState.ExitCode(), strings.TrimSpace(stderr.String()))
	return stdout.Bytes()
}

// says reads a report, of which every saying has a tool and a rule.
func says(t *testing.T, file, tool string) []finding.Said {
	t.Helper()
	said, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range said {
		if s := &said[i]; s.Tool != tool || s.Rule == "" || s.Title == "" {
			t.Errorf("%s: %+v", file, *s)
		}
	}
	return said
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func save(t *testing.T, name string, src []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, src, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// places are where sayings are, by rule; two forms of one report have the same.
func places(said []finding.Said) []string {
	var out []string
	for i := range said {
		out = append(out, said[i].Rule+" "+said[i].Origin.File)
	}
	slices.Sort(out)
	return out
}

func TestRealCheckov(t *testing.T) {
	dir := t.TempDir()
	runs(t, "checkov", "-d", clinic, "--framework", "terraform", "kubernetes", "dockerfile", "--skip-download", "--quiet", "--compact", "-o", "json", "-o", "sarif", "--output-file-path", dir)
	var docs []struct{ Summary struct{ Failed int } }
	decode(t, filepath.Join(dir, "results_json.json"), &docs)
	want := 0
	for _, d := range docs {
		want += d.Summary.Failed
	}
	got, alike := says(t, filepath.Join(dir, "results_json.json"), "Checkov"), says(t, filepath.Join(dir, "results_sarif.sarif"), "Checkov")
	if len(got) != want || want < 50 || len(alike) != want {
		t.Errorf("it says %d, of which %d are read and %d of its SARIF", want, len(got), len(alike))
	}
	t.Logf("%d", want)
}

func TestRealTrivy(t *testing.T) {
	dir := t.TempDir()
	args := []string{"config", "--skip-check-update", "--skip-version-check", "--disable-telemetry", "--quiet", "--cache-dir", filepath.Join(dir, "cache")}
	report, sarif := filepath.Join(dir, "t.json"), filepath.Join(dir, "t.sarif")
	runs(t, "trivy", append(args, "--format", "json", "--output", report, clinic)...)
	runs(t, "trivy", append(args, "--format", "sarif", "--output", sarif, clinic)...)
	var doc struct {
		Results []struct{ MisconfSummary struct{ Failures int } }
	}
	decode(t, report, &doc)
	want := 0
	for _, r := range doc.Results {
		want += r.MisconfSummary.Failures
	}
	got, alike := says(t, report, "Trivy"), says(t, sarif, "Trivy")
	if len(got) != want || want < 50 || len(alike) != want {
		t.Errorf("it says %d, of which %d are read and %d of its SARIF", want, len(got), len(alike))
	}
	t.Logf("%d", want)
}

func TestRealBorderlint(t *testing.T) {
	report := save(t, "b.json", runs(t, "borderlint", "scan", clinic, "--format", "json"))
	sarif := save(t, "b.sarif", runs(t, "borderlint", "scan", clinic, "--format", "sarif"))
	policy := save(t, "p.json", runs(t, "borderlint", "scan", clinic, "--format", "json", "--policy", "../../bench/neighbours/residency.json", "--classification", "records"))
	var doc struct{ Findings []struct{ Severity string } }
	decode(t, report, &doc)
	got, alike := says(t, report, "borderlint"), says(t, sarif, "borderlint")
	if len(got) != len(doc.Findings) || len(got) < 10 || len(alike) != len(got) {
		t.Errorf("it says %d, of which %d are read and %d of its SARIF", len(doc.Findings), len(got), len(alike))
	}
	decode(t, policy, &doc)
	denied, words := 0, 0
	for _, f := range doc.Findings {
		if f.Severity == "fail" {
			denied++
		}
	}
	for _, s := range says(t, policy, "borderlint") {
		if strings.Contains(s.Title, ": denied (") {
			words++
		}
	}
	if denied == 0 || words != denied {
		t.Errorf("it denies %d, of which %d are read", denied, words)
	}
	t.Logf("%d, %d denied", len(got), denied)
}

// A pickle that would run a command, one that does nothing, and one that is cut.
func TestRealModelscan(t *testing.T) {
	dir := t.TempDir()
	for name, src := range map[string]string{"bad.pkl": "cposix\nsystem\n(S'true'\ntR.", "good.pkl": "I1\n.", "cut.pkl": "cposix\nsys"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for of, least := range map[string]int{dir: 2, clinic: 0} {
		report := filepath.Join(t.TempDir(), "m.json")
		runs(t, "modelscan", "scan", "-p", of, "-r", "json", "-o", report)
		var doc struct {
			Summary struct {
				Issues int `json:"total_issues"`
			}
			Errors []struct{}
		}
		decode(t, report, &doc)
		want := doc.Summary.Issues + len(doc.Errors)
		if got := says(t, report, "modelscan"); len(got) != want || want < least {
			t.Errorf("it says %d, of which %d are read: %+v", want, len(got), got)
		}
		t.Logf("%d issues, %d errors", doc.Summary.Issues, len(doc.Errors))
	}
}

// Every rule of the table is one that its tool has.
func TestRealConflicts(t *testing.T) {
	withProwler := prowlerIsThere(t)
	checkov := string(runs(t, "checkov", "--list"))
	trivy, err := os.ReadFile(filepath.Join(peer.Folder(t), "trivy")) // its checks are inside
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]func(id string) bool{
		"Checkov": func(id string) bool { return strings.Contains(checkov, "| "+id+" ") },
		"Trivy":   func(id string) bool { return bytes.Contains(trivy, []byte("id: "+id+"\n")) },
		"Prowler": func(id string) bool {
			found, err := filepath.Glob(filepath.Join(peer.Folder(t), "..", "venv", "prowler", "lib", "python3*", "site-packages", "prowler", "providers", "*", "services", "*", id, id+".metadata.json"))
			return err == nil && len(found) == 1 || bytes.Contains(trivy, []byte("id: "+id+"\n"))
		},
	}
	list, n := Conflicts(), 0
	for i := range list {
		for tool, ids := range list[i].Rules {
			for _, id := range ids {
				if has[tool] == nil || tool == "Prowler" && !withProwler {
					continue // KICS is built by nobody for this
				}
				if n++; !has[tool](id) {
					t.Errorf("%s has no rule %s", tool, id)
				}
			}
		}
	}
	if n < 12 || has["Checkov"]("CKV_AWS_99999") || has["Trivy"]("AWS-9999") || has["Prowler"]("s3_bucket_moon") {
		t.Errorf("%d rules were looked for, or one is found that nobody has", n)
	}
	t.Logf("%d rules", n)
}

func prowlerIsThere(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(peer.Folder(t), "prowler"))
	return err == nil
}
