package traffic

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var update = flag.Bool("update", false, "write what is read into the archives of testdata")

// TestRead reads the folders of each archive of testdata and compares what they
// say with its file "want".
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	seen := map[string]bool{}
	for _, a := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(a), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(a)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			var files []string
			want := ""
			for _, f := range ar.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
				if m := mediumOf(f.Data); m == nil || !Match(f.Name, f.Data) {
					t.Errorf("%s is not known", f.Name)
				} else {
					seen[m.name] = true
				}
				files = append(files, f.Name)
			}
			facts := Read(files)
			if err := facts.Check(); err != nil {
				t.Error(err)
			}
			got := render(&facts)
			if got == want {
				return
			}
			if !*update {
				t.Fatalf("got\n%swant\n%s", got, want)
			}
			for i := range ar.Files {
				if ar.Files[i].Name == "want" {
					ar.Files[i].Data = []byte(got)
				}
			}
			if err := os.WriteFile(filepath.Join(cwd, a), txtar.Format(ar), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
	for _, m := range media {
		if !seen[m.name] {
			t.Errorf("no archive shows %s", m.name)
		}
	}
}

var cwd = func() string { d, _ := os.Getwd(); return d }()

// render writes facts, one a line.
func render(f *graph.Facts) string {
	var b strings.Builder
	sum := func(t *graph.Traffic) {
		fmt.Fprintf(&b, " %dx", t.Count)
		if t.Blocked > 0 {
			fmt.Fprintf(&b, " blocked %d", t.Blocked)
		}
		if t.HasBytes {
			fmt.Fprintf(&b, " out %d in %d", t.Sent, t.Received)
		}
		if t.Name != "" {
			fmt.Fprintf(&b, " alias %s", t.Name)
		}
		if !t.First.IsZero() {
			fmt.Fprintf(&b, " %s", t.First.Format(time.RFC3339))
			if !t.Last.Equal(t.First) {
				fmt.Fprintf(&b, "/%s", t.Last.Format(time.RFC3339))
			}
		}
	}
	for i := range f.Flows {
		x := &f.Flows[i]
		to := string(x.To)
		if to == "" {
			to = "(" + x.Unknown + ")"
		}
		fmt.Fprintf(&b, "%s -> %s %s", x.From, to, x.Purpose)
		if x.Model != "" {
			fmt.Fprintf(&b, " model %s", x.Model)
		}
		if x.Data != nil {
			fmt.Fprintf(&b, " of %s", x.Data[0])
		}
		sum(x.Traffic)
		fmt.Fprintf(&b, " @%s:%d\n", x.Origin.File, x.Origin.Line)
		if x.Traffic.Incomplete != "" && x.To != "" {
			fmt.Fprintf(&b, "  incomplete: %s\n", x.Traffic.Incomplete)
		}
		if strings.Contains(x.Via, "says") {
			fmt.Fprintf(&b, "  via: %s\n", x.Via)
		}
	}
	for i := range f.Asides {
		fmt.Fprintf(&b, "(%s)", f.Asides[i].What)
		sum(&f.Asides[i].Traffic)
		fmt.Fprintln(&b)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem %s: %s\n", p.Origin.File, p.Message)
	}
	return b.String()
}
