package terraform

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what we read into testdata/read")

// TestRead reads each archive of testdata/read and compares what comes out
// with its file "want". The comment of an archive says what it shows; its
// lines "read:", "var:", "workspace:" and "varfile:" say what to ask and with
// which options.
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil || len(archives) < 15 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			abs, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			ar, err := txtar.ParseFile(abs)
			if err != nil {
				t.Fatal(err)
			}
			files, want := unpack(t, ar)
			opt, paths := options(t, string(ar.Comment))
			got := describe(Read(files, opt), paths)
			if *update {
				writeWant(t, abs, ar, got)
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			for i, j := 0, len(files)-1; i < j; i, j = i+1, j-1 {
				files[i], files[j] = files[j], files[i]
			}
			if again := describe(Read(files, opt), paths); again != got {
				t.Errorf("another order of files gives something else:\n%s", cmp.Diff(got, again))
			}
		})
	}
}

// unpack writes the files into an empty directory, goes there, and returns
// their names. A name that ends in .bin holds Go escapes.
func unpack(t *testing.T, ar *txtar.Archive) (files []string, want string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range ar.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		data := strings.NewReplacer("{registry}", strings.Join(graph.DefaultRegistries[0], "."), `\r`, "\r", `\xef\xbb\xbf`, "\xef\xbb\xbf", `\xff`, "\xff").Replace(string(f.Data))
		if err := os.WriteFile(f.Name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(f.Name, "unlisted/") {
			files = append(files, f.Name)
		}
	}
	return files, want
}

// summerPolicy is what a dialect says of a data source whose arguments decide
// its text.
const summerPolicy = `jsonencode({ name = self.name, statements = [for s in self.statement[*] : {
  who = s.who, effect = s.effect == null ? "Allow" : s.effect }] })`

func options(t *testing.T, comment string) (Options, []string) {
	t.Helper()
	opt := Options{Data: func(typ, attr string) (graph.Derived, bool) {
		if typ == "summer_policy" && attr == "json" {
			return graph.Derived{Expression: summerPolicy}, true
		}
		return graph.Derived{Provider: "region"}, typ == "aws_region" && (attr == "name" || attr == "region")
	}}
	var paths []string
	for _, line := range strings.Split(comment, "\n") {
		word, rest, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		switch word {
		case "read":
			paths = strings.Fields(rest)
		case "workspace":
			opt.Workspace = rest
		case "varfile":
			opt.VarFiles = append(opt.VarFiles, rest)
		case "var":
			name, val, _ := strings.Cut(rest, "=")
			if opt.Vars == nil {
				opt.Vars = map[string]string{}
			}
			opt.Vars[name] = val
		}
	}
	return opt, paths
}

// describe prints facts for people: one asset a paragraph, then remarks and problems.
func describe(f graph.Facts, paths []string) string {
	var b strings.Builder
	for _, a := range f.Assets {
		fmt.Fprintf(&b, "%s", a.Address)
		if a.Root != "." {
			fmt.Fprintf(&b, " in %s", a.Root)
		}
		if a.Provider != nil {
			fmt.Fprintf(&b, " by %s", a.Provider.Source)
			if a.Provider.Alias != "" {
				fmt.Fprintf(&b, " as %s", a.Provider.Alias)
			}
			for _, r := range a.Provider.Attrs.Read("region") {
				fmt.Fprintf(&b, " region %s", reading(r))
			}
		}
		fmt.Fprintf(&b, " at %s:%d\n", a.Origin.File, a.Origin.Line)
		if a.Partial != "" {
			fmt.Fprintf(&b, "  partial: %s\n", a.Partial)
		}
		for _, p := range paths {
			for _, r := range a.Attrs.Read(p) {
				fmt.Fprintf(&b, "  %s %s at %s:%d\n", p, reading(r), r.Origin.File, r.Origin.Line)
			}
		}
	}
	for _, n := range f.Notes {
		fmt.Fprintf(&b, "note on %q: %s at %s:%d\n", n.Subject, n.Text, n.Origin.File, n.Origin.Line)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem at %s:%d: %s\n", p.Origin.File, p.Origin.Line, p.Message)
	}
	fmt.Fprintf(&b, "%d blocks, %d absent, files %s\n", f.Blocks, f.Absent, strings.Join(f.Files, " "))
	return b.String()
}

func reading(r graph.Reading) string {
	var s string
	switch {
	case r.Unknown != "":
		s = "? " + r.Unknown
	case r.Null:
		s = "null"
	default:
		s = fmt.Sprintf("= %v", r.Value)
	}
	if r.Part != nil {
		s += fmt.Sprintf(", known in part: %v", r.Part)
	}
	if len(r.Refs) > 0 {
		refs := make([]string, len(r.Refs))
		for i, a := range r.Refs {
			refs[i] = string(a)
		}
		sort.Strings(refs)
		s += " <- " + strings.Join(refs, " ")
	}
	return s
}

func writeWant(t *testing.T, name string, ar *txtar.Archive, got string) {
	t.Helper()
	kept := ar.Files[:0]
	for _, f := range ar.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	ar.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
