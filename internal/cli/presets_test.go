package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// What init writes of any preset is taken by check, on a tree that has
// something to say.
func TestInitPresets(t *testing.T) {
	presets := perimeter.Presets()
	if len(presets) < 7 {
		t.Fatalf("presets %v", presets)
	}
	for _, name := range presets {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte("resource \"aws_s3_bucket\" \"a\" {\n  region = \"us-east-1\"\n}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		var out, errw bytes.Buffer
		if code := Main([]string{"init", "--preset", name, dir}, strings.NewReader(""), &out, &errw); code != exitPass {
			t.Fatalf("init --preset %s: exit code %d, %s", name, code, errw.String())
		}
		out.Reset()
		if code := Main([]string{"check", "--at", "2026-11-25", dir}, strings.NewReader(""), &out, &errw); code != exitViolation || errw.Len() > 0 {
			t.Errorf("check with preset %s: exit code %d, %s%s", name, code, out.String(), errw.String())
		}
	}
}

// Presets explain their keys by clauses, and each clause that one names exists.
func TestPresetsNameClausesThatExist(t *testing.T) {
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"EU_ADEQUATE": true}
	for _, q := range k.Requirements() {
		known[string(q.ID)] = true
		known[q.Instrument] = true
	}
	for _, l := range k.Laws() {
		known[string(l.ID)] = true
	}
	for _, name := range perimeter.Presets() {
		src, err := perimeter.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		ids := clauseID().FindAllString(string(src), -1)
		if len(ids) < 3 {
			t.Errorf("preset %s names %d clauses only: %v", name, len(ids), ids)
		}
		for _, id := range ids {
			if !known[id] {
				t.Errorf("preset %s speaks of %s, which the knowledge base does not know", name, id)
			}
		}
	}
}

// Every example runs in some script.
func TestExamplesRun(t *testing.T) {
	examples, err := os.ReadDir("../../examples")
	if err != nil || len(examples) < 2 {
		t.Fatalf("examples: %v, %v", examples, err)
	}
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(src)
		all.WriteByte('\n')
	}
	for _, e := range examples {
		if e.IsDir() && !strings.Contains(all.String(), "$EXAMPLES/"+e.Name()+"\n") {
			t.Errorf("no script runs examples/%s", e.Name())
		}
	}
}
