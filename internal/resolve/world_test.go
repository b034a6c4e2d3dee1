package resolve_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// world is the invented knowledge base of testdata/kb: two providers whose
// dialects use every feature of the format.
var world = sync.OnceValues(func() (*kb.KB, error) { return kb.Load(os.DirFS("testdata/kb")) })

func testKB(t testing.TB) *kb.KB {
	t.Helper()
	k, err := world()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plain is the perimeter of most tests.
const plain = "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"

func newResolver(t testing.TB, perimeterYAML string) *resolve.Resolver {
	t.Helper()
	p, err := perimeter.Parse("perimeter.yaml", []byte(perimeterYAML))
	if err != nil {
		t.Fatal(err)
	}
	k, at := testKB(t), day(t, "2026-11-25")
	book, err := limits.New(k, p, at)
	if err != nil {
		t.Fatal(err)
	}
	return resolve.New(k, p, book, at)
}

// read reads an archive of files, or one text as main.tf.
func read(t testing.TB, text string) *graph.Facts {
	t.Helper()
	if !strings.HasPrefix(text, "-- ") {
		text = "-- main.tf --\n" + text
	}
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(text)).Files {
		p := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	k := testKB(t)
	f := all.Read([]string{dir}, all.Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}, Hosts: k.Defaults(), Code: all.Code(k)})
	if len(f.Problems) > 0 {
		t.Fatalf("the test's own Terraform cannot be read: %+v", f.Problems)
	}
	return &f
}

// resolved reads and resolves one text; assets come back by address.
func resolved(t testing.TB, perimeterYAML, text string) map[graph.Address]*resolve.Asset {
	t.Helper()
	list := newResolver(t, perimeterYAML).Resolve(read(t, text))
	out := make(map[graph.Address]*resolve.Asset, len(list))
	for i := range list {
		out[list[i].Address] = &list[i]
	}
	return out
}

func get(t testing.TB, assets map[graph.Address]*resolve.Asset, a graph.Address) *resolve.Asset {
	t.Helper()
	if assets[a] == nil {
		t.Fatalf("there is no asset %s", a)
	}
	return assets[a]
}
