package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReviewsAreCurrent holds the reviews of the examples against what the program
// writes today; -update writes them anew. That of the clinic's assistant names hosts
// of package registries, which do not stand literally in this repository: it is a
// golden, and not beside its perimeter.
func TestReviewsAreCurrent(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden/clinic-review.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	review := func(args ...string) (int, string) {
		var out, errw bytes.Buffer
		code := Main(append([]string{"review", "--at", "2026-11-25"}, args...), strings.NewReader(""), &out, &errw)
		return code, out.String() + errw.String()
	}
	const example = "examples/clinic-assistant-sovereign"
	if *update {
		if code, said := review(example, "--force"); code != exitPass {
			t.Fatal(code, said)
		}
	}
	if code, said := review(example, "--check"); code != exitPass {
		t.Errorf("exit code %d: %s", code, said)
	}

	file := filepath.Join("examples/clinic-assistant", "review-of-a-test.md")
	t.Cleanup(func() { _ = os.Remove(file) })
	if code, said := review("examples/clinic-assistant", "-o", file); code != exitPass {
		t.Fatal(code, said)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := settled(t, src)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); d != "" {
		t.Errorf("it differs (-want +got); go test ./internal/cli -update writes it anew:\n%s", d)
	}
}
