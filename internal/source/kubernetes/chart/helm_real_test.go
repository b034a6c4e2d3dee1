//go:build real

package chart

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

var update = flag.Bool("update", false, "write what Helm renders into testdata")

// helm renders a chart with Helm itself, as bench/peers.sh installs it.
func helm(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(peer.Path(t, "helm"), append([]string{"template", "release-name", dir,
		"--include-crds", "--skip-schema-validation", "--kube-version", kubeVersion}, args...)...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home, "KUBECONFIG="+os.DevNull)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		text := strings.TrimSpace(talk.String())
		return "", fmt.Errorf("%w: %s", err, text[max(0, len(text)-300):])
	}
	return out.String(), nil
}

// asked are the flags that tell Helm what a cluster has: it knows some groups and
// versions only, and charts ask for kinds.
func asked(t *testing.T, dir string) []string {
	t.Helper()
	has, _ := capabilities["APIVersions"].(apiVersions)
	out := []string{"--api-versions", strings.Join(has, ",")}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(p)
		for _, part := range strings.Split(string(src), "APIVersions.Has ")[1:] {
			if q := strings.SplitN(part, `"`, 3); len(q) == 3 && strings.Count(q[1], "/") == 2 && has.Has(q[1]) {
				out = append(out, "--api-versions", q[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRealHelm renders our own charts with Helm and compares with what testdata
// says of it, so that what is held there stays true, and with ours. The charts
// below BAILIWICK_CHARTS, if it names a folder, come after them.
func TestRealHelm(t *testing.T) {
	if root := os.Getenv("BAILIWICK_CHARTS"); root != "" {
		defer others(t, root)
	}
	for _, tr := range trials(t) {
		text, err := helm(t, tr.dir, append(asked(t, tr.dir), tr.args...)...)
		if err != nil {
			t.Errorf("%s: %v", tr.file, err)
			continue
		}
		theirs := objects(t, text)
		got, problems := ours(t, tr.dir, tr.o)
		if d := differ(theirs, got, nil); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s %v", tr.file, d, problems)
		}
		if *update {
			write(t, tr, theirs)
		} else if d := differ(theirs, tr.want, nil); d != "" {
			t.Errorf("%s holds something else than Helm renders: %s; -update writes it", tr.file, d)
		}
	}
}

func write(t *testing.T, tr trial, lines []string) {
	t.Helper()
	a := &txtar.Archive{Comment: tr.archive.Comment}
	for _, f := range tr.archive.Files {
		if f.Name != wantName {
			a.Files = append(a.Files, f)
		}
	}
	a.Files = append(a.Files, txtar.File{Name: wantName, Data: []byte(strings.Join(lines, "\n") + "\n")})
	if err := os.WriteFile(tr.file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// others compares on charts of others, below a folder. What a chart depends on and
// does not hold is taken from the other charts there, or else out of Chart.yaml,
// for nothing is fetched; Helm renders nothing without it. Beside its own values a
// chart is tried with the files of values that lie in it.
func others(t *testing.T, root string) {
	t.Helper()
	shelf := shelved(t, root)
	count := map[string]int{}
	for _, dir := range shelf.dirs {
		verdict := compared(t, shelf, dir)
		kind, _, _ := strings.Cut(verdict, ":")
		count[kind]++
		if kind == "differs" {
			t.Errorf("%s %s", dir, verdict)
		} else {
			t.Logf("%s %s", dir, verdict)
		}
	}
	if len(shelf.dirs) < 10 {
		t.Fatalf("only %d charts below %s", len(shelf.dirs), root)
	}
	t.Logf("%d charts: %v", len(shelf.dirs), count)
}

// A shelf is what charts there are.
type shelf struct {
	dirs   []string // outermost ones
	byName map[string][]string
}

func shelved(t *testing.T, root string) shelf {
	t.Helper()
	s := shelf{byName: map[string][]string{}}
	err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.Name() != "Chart.yaml" {
			return nil
		}
		src, err := os.ReadFile(p)
		var m metadata
		if err != nil || decode(src, &m) != nil || m.Name == "" {
			return err
		}
		dir := filepath.Dir(p)
		s.byName[m.Name] = append(s.byName[m.Name], dir)
		if filepath.Base(filepath.Dir(dir)) != "charts" || !there(filepath.Join(dir, "..", "..", "Chart.yaml")) {
			s.dirs = append(s.dirs, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func there(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

// compared renders one chart with Helm and here, with its own values and with those
// that lie beside them.
func compared(t *testing.T, s shelf, dir string) string {
	t.Helper()
	whole := filepath.Join(t.TempDir(), "chart")
	note, err := s.complete(dir, whole, 0)
	if err != nil {
		return "unusable: " + err.Error()
	}
	tries := [][]string{nil}
	for _, pattern := range []string{"ci/*values.yaml", "ci/*.yaml", "values*.yaml", "*values.yaml"} {
		more, err := filepath.Glob(filepath.Join(whole, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range more {
			tries = append(tries, []string{"--values", f})
		}
	}
	refused, equal := "", 0
	for _, args := range tries {
		var o Options
		if args != nil {
			o.Values = args[1:]
		}
		all := append(asked(t, whole), args...)
		first, err := helm(t, whole, all...)
		if err != nil {
			if refused == "" {
				refused = err.Error()
			}
			continue
		}
		got, problems := ours(t, whole, o)
		d := differ(objects(t, first), got, nil)
		if d != "" { // is it chance?
			second, err := helm(t, whole, all...)
			if err != nil {
				return "unusable: " + err.Error()
			}
			d = differ(objects(t, first), got, objects(t, second))
		}
		if d != "" || len(problems) > 0 {
			return fmt.Sprintf("differs: with %v: %s %.600v%s", o.Values, d, problems, note)
		}
		equal++
	}
	if equal == 0 {
		return "refused by Helm: " + refused
	}
	return fmt.Sprintf("equal: with %d sets of values%s", equal, note)
}

// complete copies a chart with what it depends on.
func (s shelf) complete(dir, to string, depth int) (note string, err error) {
	if depth > 4 {
		return "", fmt.Errorf("%s depends on itself", dir)
	}
	if out, err := exec.Command("cp", "-rL", dir, to).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %s", err, out)
	}
	// Texts beside templates stop Helm, and are gone where the chart is published.
	if out, err := exec.Command("find", filepath.Join(to, "templates"), "-name", "*.md", "-delete").CombinedOutput(); err != nil && there(filepath.Join(to, "templates")) {
		return "", fmt.Errorf("%s: %s", err, out)
	}
	for _, file := range []string{"Chart.yaml", "requirements.yaml"} {
		src, err := os.ReadFile(filepath.Join(to, file))
		if err != nil {
			continue
		}
		var m map[string]any
		if err := decode(src, &m); err != nil {
			return "", err
		}
		deps, _ := m["dependencies"].([]any)
		var kept []any
		for _, x := range deps {
			var d dependency
			b, err := json.Marshal(x)
			if err == nil {
				err = json.Unmarshal(b, &d)
			}
			if err != nil {
				return "", err
			}
			more, ok := s.supply(d, dir, to, depth)
			note += more
			if ok {
				kept = append(kept, x)
			}
		}
		if len(kept) == len(deps) {
			continue
		}
		m["dependencies"] = kept
		if err := os.WriteFile(filepath.Join(to, file), []byte(toYAML(m)), 0o644); err != nil {
			return "", err
		}
	}
	return note, nil
}

func (s shelf) supply(d dependency, dir, to string, depth int) (note string, ok bool) {
	at := filepath.Join(to, "charts", d.Name)
	within, err := filepath.Glob(filepath.Join(to, "charts", "*", "Chart.yaml"))
	if err != nil {
		return "", false
	}
	for _, p := range within {
		if src, err := os.ReadFile(p); err == nil && strings.Contains(string(src), "name: "+d.Name) {
			return "", true
		}
	}
	from := s.byName[d.Name]
	if rel, ok := strings.CutPrefix(d.Repository, "file://"); ok {
		from = append([]string{filepath.Join(dir, rel)}, from...)
	}
	for _, p := range from {
		src, err := os.ReadFile(filepath.Join(p, "Chart.yaml"))
		var c chart
		if err != nil || decode(src, &c.meta) != nil || !d.is(&c) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return "", false
		}
		note, err = s.complete(p, at, depth+1)
		return note, err == nil
	}
	return fmt.Sprintf(", without %s %s", d.Name, d.Version), false
}
