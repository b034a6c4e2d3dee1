//go:build real

package aws_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// TestRealLint: a linter of service control policies has nothing against ours but
// that it does not know the newest names, and refuses broken ones.
func TestRealLint(t *testing.T) {
	bin, dir := peer.Path(t, "npkt"), t.TempDir()
	lint := func(name, text string) []string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(bin, "lint", "--format", "json", file).Output() // fails where it finds errors
		var found []struct {
			Results []struct{ Code, Severity, Message, Location string }
		}
		if err := json.Unmarshal(out, &found); err != nil || len(found) != 1 {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		var codes []string
		for _, r := range found[0].Results {
			if r.Severity != "info" && r.Code != "W042" && r.Code != "W043" {
				codes = append(codes, r.Code)
				t.Logf("%s: %s: %s (%s)", name, r.Code, r.Message, r.Location)
			}
		}
		return codes
	}
	ours := 0
	for _, p := range policies(t, inside) {
		if p.Kind != "SERVICE_CONTROL_POLICY" {
			continue
		}
		if found := lint(p.Name, string(p.Doc)); len(found) > 0 {
			t.Errorf("%s: %q", p.Name, found)
		}
		ours++
	}
	if ours != 4 {
		t.Errorf("%d policies were linted", ours)
	}
	whole := `{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Deny", "Action": ["s3:GetObject"], "Resource": ["*"]}]}`
	if found := lint("whole.json", whole); len(found) > 0 {
		t.Errorf("what the mutants are made of: %q", found)
	}
	for _, m := range []struct{ name, old, new, code string }{
		{"effect", `"Deny"`, `"Permit"`, "E032"},
		{"five parts", `"*"`, `"arn:aws:backup:eu-central-1:*"`, "W080"},
		{"too long", `"s3:GetObject"`, strings.Repeat(`"s3:GetObject", `, 400) + `"s3:GetObject"`, "E010"},
	} {
		if found := lint(strings.ReplaceAll(m.name, " ", "-")+".json", strings.Replace(whole, m.old, m.new, 1)); !slices.Contains(found, m.code) {
			t.Errorf("%s: %q, and %s should be", m.name, found, m.code)
		}
	}
}
