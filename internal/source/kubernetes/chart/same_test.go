package chart

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// objects are the objects in rendered texts, each as one line of JSON, sorted.
func objects(t *testing.T, texts ...string) []string {
	t.Helper()
	var out []string
	for _, text := range texts {
		for _, doc := range between.Split(text, -1) {
			b, err := yaml.YAMLToJSON([]byte(doc))
			if err != nil {
				t.Errorf("%v in\n%s", err, doc)
				continue
			}
			if string(b) != "null" {
				out = append(out, string(b))
			}
		}
	}
	slices.Sort(out)
	return out
}

// ours are the objects that a chart renders to here.
func ours(t *testing.T, dir string, o Options) ([]string, []Problem) {
	t.Helper()
	res := Render(dir, o)
	var texts []string
	for _, f := range res.Files {
		texts = append(texts, f.Text)
	}
	return objects(t, texts...), res.Problems
}

// A trial is one chart of testdata, with what the user gives and what Helm made of it.
type trial struct {
	file    string
	archive *txtar.Archive
	args    []string
	o       Options
	dir     string
	want    []string
}

const wantName = "helm.jsonl" // in the archive; written by helm_real_test.go

func trials(t *testing.T) []trial {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("only %d charts: %v", len(files), err)
	}
	var out []trial
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tr := trial{file: file, archive: a, dir: t.TempDir()}
		for _, f := range a.Files {
			if f.Name == wantName {
				tr.want = strings.FieldsFunc(string(f.Data), func(r rune) bool { return r == '\n' })
				continue
			}
			p := filepath.Join(tr.dir, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for line := range strings.Lines(string(a.Comment)) {
			flag, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch flag {
			case "--set":
				tr.o.Set = append(tr.o.Set, arg)
			case "--values":
				arg = filepath.Join(tr.dir, arg)
				tr.o.Values = append(tr.o.Values, arg)
			default:
				continue
			}
			tr.args = append(tr.args, flag, arg)
		}
		out = append(out, tr)
	}
	return out
}

// Charts render to what Helm renders them to.
func TestSame(t *testing.T) {
	for _, tr := range trials(t) {
		got, problems := ours(t, tr.dir, tr.o)
		if len(problems) > 0 {
			t.Errorf("%s: %v", tr.file, problems)
		}
		if d := differ(tr.want, got, nil); d != "" {
			t.Errorf("%s: %s", tr.file, d)
		}
	}
}

// differ says where objects that Helm and we render first differ. again is what
// Helm renders once more: where it differs from itself, chance is at work, and
// nothing is compared.
func differ(helm, ours, again []string) string {
	a, b, c := keyed(helm), keyed(ours), keyed(again)
	for _, k := range sortedKeys(a) {
		if _, ok := b[k]; !ok && (again == nil || c[k] != nil) {
			return k + " is missing in ours"
		}
	}
	for _, k := range sortedKeys(b) {
		if _, ok := a[k]; !ok && len(a) != len(b) {
			return k + " is ours alone"
		}
		if _, ok := a[k]; ok {
			if d := unlike(k, a[k], b[k], c[k]); d != "" {
				return d
			}
		}
	}
	return ""
}

// keyed are objects by kind and name, numbered where several have the same.
func keyed(lines []string) map[string]any {
	out := map[string]any{}
	for _, l := range lines {
		var v any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			v = l
		}
		m, _ := v.(map[string]any)
		meta, _ := m["metadata"].(map[string]any)
		key := fmt.Sprint(m["kind"], "/", meta["namespace"], "/", meta["name"])
		for n := 2; out[key] != nil; n++ {
			key = fmt.Sprint(m["kind"], "/", meta["namespace"], "/", meta["name"], "#", n)
		}
		out[key] = v
	}
	return out
}

func unlike(path string, helm, ours, again any) string {
	if again != nil && fmt.Sprint(helm) != fmt.Sprint(again) {
		switch helm.(type) {
		case map[string]any, []any:
		default:
			return ""
		}
	}
	switch h := helm.(type) {
	case map[string]any:
		o, ok := ours.(map[string]any)
		if !ok {
			break
		}
		g, _ := again.(map[string]any)
		for _, k := range sortedKeys(h) {
			if _, ok := o[k]; !ok {
				return fmt.Sprintf("%s.%s is %.80v with Helm and missing in ours", path, k, h[k])
			}
			if d := unlike(path+"."+k, h[k], o[k], g[k]); d != "" {
				return d
			}
		}
		for _, k := range sortedKeys(o) {
			if _, ok := h[k]; !ok {
				return fmt.Sprintf("%s.%s is %.80v in ours alone", path, k, o[k])
			}
		}
		return ""
	case []any:
		o, ok := ours.([]any)
		if !ok || len(o) != len(h) {
			break
		}
		g, _ := again.([]any)
		for i := range h {
			var more any
			if i < len(g) {
				more = g[i]
			}
			if d := unlike(fmt.Sprintf("%s[%d]", path, i), h[i], o[i], more); d != "" {
				return d
			}
		}
		return ""
	}
	if a, b := fmt.Sprintf("%#v", helm), fmt.Sprintf("%#v", ours); a != b {
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		from := max(0, i-40)
		return fmt.Sprintf("%s is\n\t…%.200s with Helm and\n\t…%.200s in ours", path, a[from:], b[from:])
	}
	return ""
}
