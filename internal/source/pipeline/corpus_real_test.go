//go:build real

package pipeline

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// oracle prints, for each Python file on stdin, what CPython's own parser finds
// of packages to install and of tasks of Airflow.
const oracle = `
import ast, json, re, sys
task = re.compile(r"^[A-Z][A-Za-z0-9]*(Operator|Sensor|Transfer)(Async)?$")
def lit(v, names):
    if isinstance(v, ast.Name): return names.get(v.id)
    try: return ast.literal_eval(v)
    except Exception: return None
for path in sys.stdin.read().split("\n"):
    try: tree = ast.parse(open(path, "rb").read())
    except Exception: continue
    names = {}
    for n in ast.walk(tree):
        if isinstance(n, ast.Assign) and isinstance(n.value, (ast.Constant, ast.List)):
            for t in n.targets:
                if isinstance(t, ast.Name): names[t.id] = lit(n.value, {})
    out = {"file": path, "packages": [], "index": [], "tasks": []}
    for n in ast.walk(tree):
        if not isinstance(n, ast.Call): continue
        for k in n.keywords:
            if k.arg == "packages_to_install": out["packages"] += lit(k.value, names) or []
            if k.arg == "pip_index_urls": out["index"] += lit(k.value, names) or []
        f = n.func
        if isinstance(f, ast.Attribute) and f.attr == "partial": f = f.value
        name = f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else ""
        if task.match(name) and any(k.arg == "task_id" for k in n.keywords): out["tasks"].append(name)
    print(json.dumps(out))
`

type truth struct {
	File                   string
	Packages, Index, Tasks []string
}

// ask runs the oracle over the files below a folder of CORPUS that are wanted.
func ask(t *testing.T, dirs []string, wanted func(path string) bool) []truth {
	t.Helper()
	var files []string
	for _, d := range dirs {
		err := filepath.WalkDir(filepath.Join(os.Getenv("CORPUS"), d), func(p string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.HasSuffix(p, ".py") && wanted(p) {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", "-c", oracle)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []truth
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var one truth
		if err := dec.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if len(all) < 50 {
		t.Fatalf("only %d files were found below CORPUS", len(all))
	}
	return all
}

// TestCorpusKubeflow holds compiled pipelines of kubeflow/pipelines against the
// Python that they were compiled from, and against their own text.
func TestCorpusKubeflow(t *testing.T) {
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	compiled := func(p string) string { return strings.TrimSuffix(p, ".py") + ".yaml" }
	packages, found, indexes, foundIndexes := 0, 0, 0, 0
	pairs := ask(t, []string{"pipelines/test_data/sdk_compiled_pipelines/valid"}, func(p string) bool {
		_, err := os.Stat(compiled(p))
		return err == nil
	})
	for _, x := range pairs {
		f := Read([]string{compiled(x.File)}, Options{Hosts: k.Defaults()})
		said := " "
		for _, p := range f.Packages {
			said += strings.ToLower(p.Name) + " "
		}
		for _, fl := range f.Flows {
			said += string(fl.To) + " "
		}
		for _, p := range x.Packages {
			packages++
			name := strings.ToLower(strings.FieldsFunc(strings.TrimPrefix(p, "git+"), func(r rune) bool { return strings.ContainsRune("=<>!~[ ;", r) })[0])
			if strings.Contains(said, " "+name) {
				found++
			} else {
				t.Errorf("%s: the package %s is not seen", compiled(x.File), p)
			}
		}
		for _, u := range x.Index {
			indexes++
			if strings.Contains(said, " "+u+" ") {
				foundIndexes++
			} else {
				t.Errorf("%s: the index %s is not seen", compiled(x.File), u)
			}
		}
	}
	t.Logf("%d pairs: %d of %d packages, %d of %d indexes", len(pairs), found, packages, foundIndexes, indexes)

	files, installing := 0, 0
	err = filepath.WalkDir(filepath.Join(os.Getenv("CORPUS"), "pipelines/test_data/sdk_compiled_pipelines"), func(p string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".yaml") {
			return err
		}
		src, err := os.ReadFile(p)
		if err != nil || !strings.Contains(string(src), "deploymentSpec") {
			return err
		}
		files++
		text := strings.Join(strings.Fields(strings.ReplaceAll(string(src), "\\\n", "")), " ")
		got := false
		for _, fl := range Read([]string{p}, Options{Hosts: k.Defaults()}).Flows {
			got = got || fl.Purpose == "registry" && strings.Contains(fl.Via, "pip install")
		}
		if want := strings.Contains(text, "--no-warn-script-location"); want != got {
			t.Errorf("%s installs packages: %v by its text, %v by its flows", p, want, got)
		}
		if got {
			installing++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d compiled pipelines, %d install packages when they run", files, installing)
}

// TestCorpusAirflow holds the tasks of DAGs against what CPython finds. What a
// file knows by another name than that of its class is one that we call by its class.
func TestCorpusAirflow(t *testing.T) {
	all := ask(t, []string{"amazon-mwaa-examples", "astronomer-cosmos", "astronomer-providers"}, func(p string) bool {
		return Match(p, func() []byte { b, _ := os.ReadFile(p); return b[:min(len(b), 64<<10)] })
	})
	tasks, found := 0, 0
	for _, x := range all {
		got := map[string]int{}
		for _, a := range Read([]string{x.File}, Options{}).Assets {
			got[strings.TrimPrefix(a.Type, "airflow_")]++
		}
		for _, name := range x.Tasks {
			tasks++
			if got[name] > 0 {
				got[name]--
				found++
			} else {
				t.Logf("%s: a %s is not seen", x.File, name)
			}
		}
	}
	t.Logf("%d files, %d of %d tasks", len(all), found, tasks)
	if found*100 < tasks*99 {
		t.Errorf("%d of %d tasks are seen", found, tasks)
	}
}
