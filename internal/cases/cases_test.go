package cases_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// TestRules runs the cases of every rule. A rule without cases fails.
func TestRules(t *testing.T) {
	k, set := open(t)
	for _, r := range set.Rules {
		t.Run(string(r.ID), func(t *testing.T) {
			file := filepath.Join("..", "..", filepath.Dir(r.File), "cases.txtar")
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("every rule has cases: %v", err)
			}
			fails, err := cases.Rule(k, set, r.ID, filepath.ToSlash(file), src)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fails {
				t.Error(f)
			}
		})
	}
}

// TestDialects runs the cases of every provider that has a dialect.
func TestDialects(t *testing.T) {
	k, _ := open(t)
	files, err := filepath.Glob("../../kb/providers/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialects: %v", err)
	}
	for _, d := range files {
		archive, ok := cases.Archive(filepath.Base(d))
		if !ok {
			continue
		}
		file := filepath.Join(filepath.Dir(d), archive)
		t.Run(filepath.Base(filepath.Dir(d))+"/"+archive, func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("every dialect has cases: %v", err)
			}
			fails, err := cases.Dialect(k, filepath.ToSlash(file), src)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fails {
				t.Error(f)
			}
		})
	}
}

func open(t *testing.T) (*kb.KB, *policy.Set) {
	t.Helper()
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	return k, set
}
