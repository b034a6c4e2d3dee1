package terraform

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// fuzzPaths are asked of every asset.
var fuzzPaths = []string{"", "a", "name", "v", "rule", "rule.v", "rule.destination.bucket", "tags.a", "a.b.c.d", ".", "..", "region"}

// slow is how long one small input may take, also on a busy machine.
const slow = 20 * time.Second

// fuzzRead reads one file in an empty directory and checks what every reader
// of facts relies on.
func fuzzRead(t *testing.T, name string, src []byte) {
	t.Helper()
	if len(src) > 64<<10 {
		return
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, src, 0o644); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	f := Read([]string{name}, Options{})
	type answer struct {
		addr    graph.Address
		partial string
		rs      []graph.Reading
	}
	ask := func(f graph.Facts) (out []answer) {
		for _, a := range f.Assets {
			if a.Origin.IsZero() {
				t.Errorf("%s has no origin", a.Address)
			}
			if a.Attrs == nil {
				t.Fatalf("%s has no attributes to read", a.Address)
			}
			if len(out) > 2_000 {
				break
			}
			for _, p := range fuzzPaths {
				rs := a.Attrs.Read(p)
				for _, r := range rs {
					if r.Origin.IsZero() {
						t.Errorf("%s.%s has no origin", a.Address, p)
					}
					if r.Unknown != "" && (r.Value != nil || r.Null) {
						t.Errorf("%s.%s is unknown and %v", a.Address, p, r.Value)
					}
				}
				out = append(out, answer{a.Address, a.Partial, rs})
			}
			if a.Provider != nil {
				out = append(out, answer{a.Address, "", a.Provider.Attrs.Read("region")})
			}
		}
		return out
	}
	first := ask(f)
	if d := time.Since(start); d > slow {
		t.Errorf("it takes %v", d)
	}
	g := Read([]string{name}, Options{})
	if !reflect.DeepEqual(first, ask(g)) || !reflect.DeepEqual(f.Problems, g.Problems) || !reflect.DeepEqual(f.Notes, g.Notes) {
		t.Error("the same bytes give other facts")
	}
}

// seeds adds the files of testdata/read to what is tried.
func seeds(f *testing.F, isSeed func(name string) bool) {
	f.Helper()
	archives, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	n := 0
	for _, a := range archives {
		ar, err := txtar.ParseFile(a)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if isSeed(file.Name) {
				f.Add(file.Data)
				n++
			}
		}
	}
	if n == 0 {
		f.Fatal("there are no seeds")
	}
}

func FuzzRead(f *testing.F) {
	seeds(f, func(name string) bool { return isConfig(filepath.Base(name)) && !isJSON(name) })
	f.Fuzz(func(t *testing.T, src []byte) { fuzzRead(t, "f.tf", src) })
}

func FuzzReadJSON(f *testing.F) {
	seeds(f, func(name string) bool { return isConfig(filepath.Base(name)) && isJSON(name) })
	f.Fuzz(func(t *testing.T, src []byte) { fuzzRead(t, "f.tf.json", src) })
}
