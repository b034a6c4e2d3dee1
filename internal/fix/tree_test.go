package fix_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/fix"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// A world judges what stands in one folder.
type world struct {
	paths   []string
	source  all.Options
	options assess.Options
}

// newWorld prepares the judgement of paths by a perimeter, with the records of
// a folder kb laid over ours when there is one.
func newWorld(t *testing.T, path, at string, only []string, paths ...string) *world {
	t.Helper()
	p, err := perimeter.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t.Fatal(err)
	}
	base, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("kb"); err == nil {
		if base, _, err = base.Overlay(os.DirFS("kb"), "kb"); err != nil {
			t.Fatal(err)
		}
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	known := set
	if len(only) == 0 {
		only = treesAreAbout
	}
	if set, err = set.Only(only); err != nil {
		t.Fatal(err)
	}
	w := &world{paths: paths, options: assess.Options{KB: base, Perimeter: p, Rules: set, Known: known, At: day, All: true}}
	w.source.Terraform.Data = base.DataAttributes("terraform")
	return w
}

// treesAreAbout are the rules that the trees were written to break. With all
// rules each tree would fail for reasons that no edit concerns.
var treesAreAbout = []string{
	"EGR-011", "EGR-012", "KEY-001", "KEY-002", "KEY-003", "LOC-001", "LOC-002", "LOC-004", "LOC-005", "LOC-006", "LOC-007", "LOC-008", "LOC-009", "LOC-010",
	"LOC-011", "LOC-012", "LOC-016", "LOG-001", "LOG-003", "LOG-006", "MDL-002", "MDL-004", "MDL-009", "OPR-001", "OPR-002", "OPR-008", "SUP-002",
}

func (w *world) Check(ctx context.Context, files map[string][]byte) (*finding.Result, error) {
	source := w.source
	source.Terraform.Overlay = files
	facts := all.Read(w.paths, source)
	return assess.Run(ctx, &facts, w.options)
}

func (w *world) Rewrite(name string, src []byte, edits []graph.Edit) ([]byte, error) {
	return terraform.Rewrite(name, src, edits)
}

// fix looks for the edits of what stands in the working directory.
func (w *world) fix(t *testing.T) *fix.Plan {
	t.Helper()
	book, err := limits.New(w.options.KB, w.options.Perimeter, w.options.At)
	if err != nil {
		t.Fatal(err)
	}
	source := w.source
	source.Terraform.Trace = true
	facts := all.Read(w.paths, source)
	r := resolve.New(w.options.KB, w.options.Perimeter, book, w.options.At)
	plan, err := fix.Run(context.Background(), &fix.Tools{Checker: w, Rewriter: w, Limits: book, Levers: r.Levers(&facts), Dir: terraform.RealPath(".")})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func patchOf(t *testing.T, p *fix.Plan) string {
	t.Helper()
	var b bytes.Buffer
	for i := range p.Files {
		if err := p.Files[i].Diff(&b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func talkOf(p *fix.Plan) string {
	var b strings.Builder
	for i := range p.Files {
		p.TalkEdits(&b, &p.Files[i])
	}
	p.TalkOpen(&b)
	return b.String()
}

// tools are the commands that a patch must please. Git is needed; patch is not
// on every machine.
func tools(t *testing.T) [][]string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal(err)
	}
	out := [][]string{{"git", "apply", "--whitespace=nowarn", "-"}}
	if _, err := exec.LookPath("patch"); err == nil {
		out = append(out, []string{"patch", "-p1", "--binary", "--no-backup-if-mismatch", "-s"})
	}
	return out
}

// applied copies the working directory and applies the patch there with each
// tool, and returns the last copy. What comes out must be what the plan says.
func applied(t *testing.T, p *fix.Plan, patch string) string {
	t.Helper()
	dir := ""
	for _, tool := range tools(t) {
		dir = t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(".")); err != nil {
			t.Fatal(err)
		}
		if patch != "" {
			cmd := exec.Command(tool[0], tool[1:]...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(patch)
			cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s\n%s", tool, err, out, patch)
			}
		}
		for _, f := range p.Files {
			got, err := os.ReadFile(filepath.Join(dir, f.Name))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(f.New), string(got)); d != "" {
				t.Errorf("%v makes something else of %s: -want +got\n%s", tool[0], f.Name, d)
			}
		}
	}
	return dir
}

// sound checks what holds of every plan: the patch applies, a check of what
// comes out says what the plan says, no pass has become anything else, every
// finding of an edit is gone, and a second run gives the same bytes.
func sound(t *testing.T, w *world, p *fix.Plan) {
	t.Helper()
	patch := patchOf(t, p)
	before, err := w.Check(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if again := w.fix(t); patchOf(t, again) != patch || talkOf(again) != talkOf(p) {
		t.Errorf("a second run gives something else")
	}
	t.Chdir(applied(t, p, patch))
	after, err := w.Check(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(statuses(p.After), statuses(after)); d != "" || after.Verdict != p.After.Verdict {
		t.Errorf("the verdict is %s, promised was %s: -promised +is\n%s", after.Verdict, p.After.Verdict, d)
	}
	was, is := statuses(before), statuses(after)
	for k, n := range is {
		if strings.HasSuffix(k, " fail") && n > was[k] || strings.HasSuffix(k, " undecided") && n > was[k] {
			t.Errorf("%s: %d, before %d", k, n, was[k])
		}
	}
	open := finding.OpenIn(after)
	for _, e := range p.Edits {
		if len(e.Answers) == 0 {
			t.Errorf("%s:%d answers nothing", e.File, e.Literal.Line)
		}
		for _, f := range e.Answers {
			if open[f.Fingerprint] > 0 {
				t.Errorf("%s of %s is said to be gone", f.Rule, f.Subject)
			}
		}
	}
	for _, o := range p.Open {
		if o.Why == "" {
			t.Errorf("%s of %s remains without a reason", o.Finding.Rule, o.Finding.Subject)
		}
	}
}

// statuses counts what each rule says about each subject.
func statuses(r *finding.Result) map[string]int {
	out := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		out[fmt.Sprintf("%s %s %s %s", f.Rule, f.Root, f.Subject, f.Status)]++
	}
	return out
}

// TestTrees mends each archive of testdata. The comment of an archive says what
// it shows; its lines "at:", "rule:", "paths:" and "in:" say how fix is run.
// want.patch and want.talk are what comes out.
func TestTrees(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) < 20 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, name := range archives {
		abs, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(abs)
			if err != nil {
				t.Fatal(err)
			}
			at, only, paths := "2026-11-25", []string(nil), []string{"."}
			t.Chdir(t.TempDir())
			want := map[string]string{}
			for _, f := range ar.Files {
				if strings.HasPrefix(f.Name, "want.") {
					want[f.Name] = string(f.Data)
					continue
				}
				write(t, f.Name, strings.NewReplacer(`\r`, "\r", `\xef\xbb\xbf`, "\xef\xbb\xbf").Replace(string(f.Data)))
			}
			for line := range strings.Lines(string(ar.Comment)) {
				word, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
				switch word {
				case "at":
					at = rest
				case "rule":
					only = strings.Fields(rest)
				case "paths":
					paths = strings.Fields(rest)
				case "in":
					t.Chdir(rest)
				case "link":
					name, to, _ := strings.Cut(rest, " -> ")
					if err := os.Symlink(to, name); err != nil {
						t.Fatal(err)
					}
				}
			}
			file, ok := perimeter.Find(".")
			if !ok {
				t.Fatal("the archive has no perimeter.yaml")
			}
			w := newWorld(t, file, at, only, paths...)
			p := w.fix(t)
			got := map[string]string{"want.patch": patchOf(t, p), "want.talk": talkOf(p)}
			if *update {
				ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want.") })
				for _, k := range []string{"want.patch", "want.talk"} {
					if got[k] != "" {
						ar.Files = append(ar.Files, txtar.File{Name: k, Data: []byte(strings.ReplaceAll(got[k], "\r", `\r`))})
					}
				}
				if err := os.WriteFile(abs, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
			} else {
				for _, k := range []string{"want.patch", "want.talk"} {
					if d := cmp.Diff(want[k], strings.ReplaceAll(got[k], "\r", `\r`)); d != "" {
						t.Errorf("%s: -want +got\n%s", k, d)
					}
				}
			}
			if !strings.Contains(string(ar.Comment), "link: ") && !strings.Contains(string(ar.Comment), "in: ") { // a copy would lack what is elsewhere
				sound(t, w, p)
			}
		})
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
