package fix_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// TestExamples mends every example and every tree of the comparison, by its own
// perimeter and by one that lets the operators of all of them in, and checks
// what holds of every plan. It says how many findings an edit answers.
func TestExamples(t *testing.T) {
	trees, err := filepath.Glob("../../bench/problems/*/main.tf")
	if err != nil || len(trees) < 30 {
		t.Fatalf("%d trees, %v", len(trees), err)
	}
	roots := []string{"../../examples/clinic-assistant", "../../examples/clinic-assistant-sovereign"}
	for _, f := range trees {
		roots = append(roots, filepath.Dir(f))
	}
	for i := range roots {
		if roots[i], err = filepath.Abs(roots[i]); err != nil {
			t.Fatal(err)
		}
	}
	problems, err := filepath.Abs("../../bench/problems/perimeter.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string][]graph.EntityID{"own perimeter": nil, "operators allowed": {"aws", "google", "microsoft"}} {
		failed, answered, mended, clean := 0, 0, 0, 0
		for _, root := range roots {
			t.Run(filepath.Base(root)+"/"+name, func(t *testing.T) {
				t.Chdir(t.TempDir())
				if err := os.CopyFS(".", os.DirFS(root)); err != nil {
					t.Fatal(err)
				}
				path := "perimeter.yaml"
				if _, err := os.Stat(path); err != nil {
					path = problems
				}
				w := newWorld(t, path, "2026-11-25", nil, ".")
				p := w.options.Perimeter
				for _, id := range open {
					if !slices.Contains(p.Spec.Operators.Allow, string(id)) {
						p.Spec.Operators.Allow = append(p.Spec.Operators.Allow, string(id))
					}
				}
				plan := w.fix(t)
				gone := map[string]bool{}
				for _, e := range plan.Edits {
					for _, f := range e.Answers {
						gone[f.Fingerprint] = true
					}
				}
				failed += plan.Before.Summary.Fail
				answered += len(gone)
				if len(plan.Edits) > 0 {
					mended++
				}
				if plan.After.Verdict == finding.VerdictPass {
					clean++
				}
				if len(gone) < plan.Before.Summary.Fail-plan.After.Summary.Fail {
					t.Errorf("%d findings are gone, %d are said to be", plan.Before.Summary.Fail-plan.After.Summary.Fail, len(gone))
				}
				sound(t, w, plan)
			})
		}
		t.Logf("%s: %d of %d findings have an edit, in %d of %d trees; %d pass then", name, answered, failed, mended, len(roots), clean)
		if answered < 10 {
			t.Errorf("%s: only %d findings have an edit", name, answered)
		}
	}
}

// No file is written or changed, not even looked at for writing: fix works on
// a tree without that right, and the patch applies where the right is.
func TestReadOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "perimeter.yaml", "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: t}\nspec:\n  jurisdictions: {allow: [EU]}\n  operators: {allow: [EU, aws]}\n")
	text := "provider \"aws\" {\n  region = \"us-east-1\"\n}\n\nresource \"aws_s3_bucket\" \"b\" {\n}\n"
	write(t, "main.tf", text)
	for _, name := range []string{"main.tf", "perimeter.yaml"} {
		if err := os.Chmod(name, 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(".", 0o555); err != nil {
		t.Fatal(err)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	w := newWorld(t, "perimeter.yaml", "2026-11-25", nil, ".")
	plan := w.fix(t)
	if len(plan.Edits) != 1 || plan.After.Verdict != finding.VerdictPass {
		t.Fatalf("%d edits, verdict %s", len(plan.Edits), plan.After.Verdict)
	}
	if src, err := os.ReadFile("main.tf"); err != nil || string(src) != text {
		t.Errorf("main.tf is now %q (%v)", src, err)
	}
	sound(t, w, plan)
}
