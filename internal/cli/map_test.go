package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMapGolden pins maps of the examples, as pictures, among them those of the guide, and
// as text that a code host draws. Look at a picture before you commit a new one.
func TestMapGolden(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	const pictures = "../../../../docs/guide/pictures/"
	for file, args := range map[string][]string{
		"clinic.map.svg":                      {"clinic-assistant", "--format", "svg"},
		"clinic.map.mmd":                      {"clinic-assistant", "--format", "mermaid", "--by", "operator", "--only", "outside"},
		pictures + "clinic-operators.svg":     {"clinic-assistant", "--format", "svg", "--by", "operator", "--only", "outside"},
		pictures + "sovereign-by-country.svg": {"clinic-assistant-sovereign", "--format", "svg"},
	} {
		var out, errw bytes.Buffer
		code := Main(append([]string{"map", "examples/" + args[0], "--at", "2026-11-25"}, args[1:]...), strings.NewReader(""), &out, &errw)
		if code != exitPass || errw.Len() > 0 {
			t.Fatalf("%s: exit code %d, %s", file, code, errw.String())
		}
		got := settled(t, out.Bytes())
		path := filepath.Join(golden, file)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); d != "" {
			t.Errorf("%s differs (-want +got); go test ./internal/cli -update writes it anew:\n%s", file, d)
		}
	}
}
