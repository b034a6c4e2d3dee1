package cli

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// go test ./internal/cli -update writes the goldens anew; look at the difference before you commit it.
var update = flag.Bool("update", false, "write testdata/golden")

// digests change with every record of the knowledge base; all else in a
// golden is what a reader of the report would notice.
var digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// settled is an output without what changes by itself, and with the hosts of
// package registries, which do not stand literally in this repository, by their
// labels.
func settled(t *testing.T, out []byte) []byte {
	t.Helper()
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	out = digests.ReplaceAll(out, []byte("sha256:…"))
	for _, e := range k.Endpoints() {
		if len(e.Labels) > 1 {
			out = bytes.ReplaceAll(out, []byte(e.Name()), []byte(strings.Join(e.Labels, "·")))
		}
	}
	return out
}

// TestGolden pins what the README's first command prints, and what a pull
// request and an editor get of it.
func TestGolden(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	for format, file := range map[string]string{"text": "clinic.txt", "markdown": "clinic.md", "sarif": "clinic.sarif"} {
		var out, errw bytes.Buffer
		code := Main([]string{"check", "examples/clinic-assistant", "--at", "2026-11-25", "--format", format}, strings.NewReader(""), &out, &errw)
		if code != exitViolation || errw.Len() > 0 {
			t.Fatalf("%s: exit code %d, %s", format, code, errw.String())
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
