package bailiwick

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/bailiwick-dev/bailiwick"

// floors are the rules of the house: a package imports only lower floors, so
// siblings never import each other. A package that is not listed has the
// floor of the nearest folder above it; one that has none fails the test.
var floors = map[string]int{
	"internal/graph":       0,
	"internal/lines":       0,
	"internal/bounded":     0,
	"internal/durable":     0,
	"internal/metrics":     0,
	"internal/ecosystem":   0,
	"internal/lazy":        0,
	"rules":                0,
	"frameworks":           0,
	"internal/finding":     1,
	"internal/perimeter":   1,
	"kb":                   1,
	"internal/mmdb":        1,
	"internal/tree":        1,
	"internal/shell":       1,
	"internal/code":        1,
	"internal/oci":         1,
	"internal/inventory":   1,
	"internal/pkgindex":    1,
	"internal/keys":        1,
	"internal/ledger":      2,
	"internal/limits":      2,
	"internal/diagram":     2,
	"internal/others":      2,
	"internal/source":      2,
	"internal/source/all":  3,
	"internal/resolve":     3,
	"internal/policy":      3,
	"internal/gate":        3,
	"internal/bounds":      3,
	"internal/assess":      4,
	"internal/admit":       5,
	"internal/attest":      5,
	"internal/testsys":     4,
	"internal/cases":       5,
	"internal/chart":       5,
	"internal/fix":         5,
	"internal/report":      5,
	"internal/score":       5,
	"internal/sbom":        5,
	"internal/osv":         5,
	"internal/pack":        5,
	"internal/enforce":     5,
	"internal/enforce/all": 6,
	"internal/evidence":    6,
	"internal/cli":         7,
	"cmd":                  8,
	"bench":                8,

	// Tests of every floor ask for the tools of other houses.
	"internal/testsys/peer": 0,
}

// rooms are heavy dependencies, each at home in one package.
var rooms = map[string][]string{
	"github.com/open-policy-agent/opa":       {"internal/policy"},
	"github.com/hashicorp/hcl/v2":            {"internal/source/terraform"},
	"github.com/spf13/cobra":                 {"internal/cli"},
	"github.com/charmbracelet":               {"internal/cli"},
	"github.com/oschwald/maxminddb-golang":   {"internal/mmdb"},
	"github.com/aquasecurity":                {"internal/ecosystem"},
	"github.com/masahiro331":                 {"internal/ecosystem"},
	"github.com/package-url":                 {"internal/ecosystem"},
	"github.com/distribution":                {"internal/resolve"},
	"github.com/klauspost/compress":          {"kb", "internal/oci"},
	"sigs.k8s.io/kustomize":                  {"internal/source/kubernetes/kustomization"},
	"github.com/Masterminds":                 {"internal/source/kubernetes/chart"},
	"github.com/google/go-containerregistry": {"internal/oci"},
	"github.com/CycloneDX":                   {"internal/sbom"},
	"github.com/spdx":                        {"internal/sbom"},
	"github.com/pelletier/go-toml":           {"internal/tree"},
	"github.com/miekg/pkcs11":                {"cmd/bailiwick-hsm"},
	"codeberg.org/go-pdf":                    {"internal/evidence/pdf"},
}

// plainPackages import the standard library and each other only.
var plainPackages = []string{"internal/graph", "internal/finding"}

type goPackage struct {
	ImportPath string
	Dir        string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var ps []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	if len(ps) < 10 {
		t.Fatalf("only %d packages were found", len(ps))
	}
	return ps
}

// floorOf is the floor of a package and the listed folder that gives it.
func floorOf(rel string) (int, string, bool) {
	for at := rel; at != "."; at = path.Dir(at) {
		if f, ok := floors[at]; ok {
			return f, at, true
		}
	}
	return 0, "", false
}

func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		rel := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if rel == "" {
			continue
		}
		floor, home, ok := floorOf(rel)
		if !ok {
			t.Errorf("%s has no floor: add it to floors, and say in docs/ARCHITECTURE.md what it is", rel)
			continue
		}
		for _, imp := range p.Imports {
			if own, inside := strings.CutPrefix(imp, module+"/"); inside {
				f, there, _ := floorOf(own)
				if f >= floor && there != home {
					t.Errorf("%s (floor %d) imports %s (floor %d)", rel, floor, own, f)
				}
				if there == home && home == "internal/source" && path.Dir(own) != rel && own != rel && !strings.HasPrefix(own, rel+"/") {
					t.Errorf("%s imports its sibling %s", rel, own)
				}
				continue
			}
			if slices.Contains(plainPackages, rel) && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				t.Errorf("%s imports %s: it takes the standard library only", rel, imp)
			}
			for dep, where := range rooms {
				if (imp == dep || strings.HasPrefix(imp, dep+"/")) && !slices.Contains(where, rel) {
					t.Errorf("%s imports %s, which is at home in %v", rel, imp, where)
				}
			}
		}
	}
}

// goFiles calls f for every Go file of the repository.
func goFiles(t *testing.T, f func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		n++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(p), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 50 {
		t.Fatalf("only %d Go files were found", n)
	}
}

// TestStyle keeps what a reader should not have to look for: no init
// functions, no packages for everything, no file that holds five ideas, no
// skipped test, a sentence at each package.
func TestStyle(t *testing.T) {
	banned := []string{"util", "utils", "common", "helpers", "helper", "types", "models", "misc"}
	documented := map[string]bool{}
	seen := map[string]bool{}
	goFiles(t, func(p string, f *ast.File, fset *token.FileSet) {
		dir := path.Dir(p)
		if slices.Contains(banned, f.Name.Name) {
			t.Errorf("%s: a package named %s is about everything", p, f.Name.Name)
		}
		isTest := strings.HasSuffix(p, "_test.go")
		if !isTest {
			seen[dir] = true
			documented[dir] = documented[dir] || f.Doc != nil
		}
		if lines := fset.File(f.Pos()).LineCount(); lines > 400 && !isTest {
			t.Errorf("%s has %d lines: when a file holds two ideas, it is two", p, lines)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s: registration by init() hides what happens", p)
			}
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line; n > 110 && !isTest {
				t.Errorf("%s: %s has %d lines", p, fn.Name.Name, n)
			}
		}
		if isTest {
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Skip" || s.Sel.Name == "Skipf" || s.Sel.Name == "SkipNow") {
					t.Errorf("%s: a skipped test is green without having looked", fset.Position(n.Pos()))
				}
				return true
			})
		}
	})
	for dir := range seen {
		if !documented[dir] && dir != "." {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

var (
	fenceLine = regexp.MustCompile("^\\s*```")
	linkForm  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codePath  = regexp.MustCompile("`((?:internal|kb|rules|docs|examples|deploy|cmd|bench)/[A-Za-z0-9_./-]+)`")
)

// TestDocs checks that every link and every path that the documents name exists.
func TestDocs(t *testing.T) {
	docs, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("docs", func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".md") {
			docs = append(docs, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) < 8 {
		t.Fatalf("only %d documents were found", len(docs))
	}
	for _, doc := range docs {
		src, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		fenced := false
		for n, line := range strings.Split(string(src), "\n") {
			if fenceLine.MatchString(line) {
				fenced = !fenced
			}
			if fenced {
				continue
			}
			for _, m := range linkForm.FindAllStringSubmatch(line, -1) {
				target, _, _ := strings.Cut(m[1], "#")
				if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
					continue
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(doc), target)); err != nil {
					t.Errorf("%s:%d: the link %s leads nowhere", doc, n+1, m[1])
				}
			}
			for _, m := range codePath.FindAllStringSubmatch(line, -1) {
				if _, err := os.Stat(strings.TrimSuffix(m[1], "/")); err != nil && !strings.ContainsAny(m[1], "<*") {
					t.Errorf("%s:%d: there is no %s", doc, n+1, m[1])
				}
			}
		}
	}
}

// TestGenerated checks that what is generated is current.
func TestGenerated(t *testing.T) {
	dirs, err := filepath.Glob("internal/source/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	list, err := os.ReadFile("internal/source/all/list.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		name := filepath.Base(d)
		if name != "all" && !bytes.Contains(list, []byte(fmt.Sprintf("{%q,", name))) {
			t.Errorf("internal/source/all/list.go does not list the source %s", name)
		}
	}
}

// TestRepository keeps out what must not be committed.
func TestRepository(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	files := strings.Fields(string(out))
	if len(files) < 100 {
		t.Fatalf("only %d files were found", len(files))
	}
	for _, f := range files {
		info, err := os.Lstat(f)
		if err != nil {
			continue // deleted, not yet committed
		}
		if info.Size() > 1<<20 {
			t.Errorf("%s has %d KiB: large files are not source", f, info.Size()>>10)
		}
	}
}
