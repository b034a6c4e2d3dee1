package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is decided elsewhere is said, and never taken for a default.
func TestDecidedElsewhere(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"dag.py", "-- dag.py --\nfrom airflow import DAG\nfrom airflow.operators.python import PythonVirtualenvOperator\nfrom airflow.operators.bash import BashOperator\nx = PythonVirtualenvOperator(task_id='a', requirements=['p'], index_urls=[url()])\ny = BashOperator(task_id='b', bash_command=make())\nz = BashOperator(task_id='c', **more)\n",
			"4 a → ?(a part of it is decided when it runs) registry\n5 b → ?(the program decides what it runs) data\nc is partial"},
		{"kfp in Python", "-- c.py --\nfrom kfp import dsl\nimport kfp\n@dsl.component(packages_to_install=names())\ndef f(): pass\n@dsl.component(packages_to_install=['p'], pip_index_urls=urls())\ndef g(): pass\nkfp.components.load_component_from_url(u())\n",
			"3 f → ?(the program decides which packages it installs) registry\n5 g → ?(a part of it is decided when it runs) registry\n7  → ?(the program decides which component it loads) source"},
		{"a custom job of Vertex", "-- p.yaml --\nschemaVersion: 2.1.0\ndeploymentSpec:\n  executors:\n    e:\n      customJob:\n        customJob:\n          jobSpec:\n            workerPoolSpecs:\n            - containerSpec: {imageUri: reg.example/a, command: [curl, https://a.example]}\n",
			"9 e → https://a.example data\ne image=reg.example/a"},
		{"Argo", "-- w.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n  - script: {command: [pwsh], source: irm https://a.example}\n  - script: {command: [node], source: x}\n  - dag: {tasks: [{arguments: {artifacts: [{http: {url: https://b.example}}]}, inline: {http: {url: https://c.example}}}]}\n  - steps: [[{inline: {container: {command: [curl, https://d.example]}}}]]\n  - outputs: {artifacts: [{artifactory: {url: https://e.example/x}}]}\n",
			"6  → https://a.example data\n7 problem: the script of its template is in a language that is not read: look at what it fetches\n8  → https://b.example data\n8  → https://c.example data\n9  → https://d.example data\n10  → https://e.example/x data"},
		{"DVC", "-- dvc.yaml --\nstages:\n  s:\n    cmd: echo\n    outs: [{s3://b/x: {cache: false}}]\n-- a.dvc --\ndeps: [{path: x, repo: {url: \"git@git.example:a/b.git\"}}]\n",
			"1  → ssh://git.example/a/b.git dataset\n4 s → s3.host data"},
		{"Spark and Airflow's settings", "-- spark-defaults.conf --\nspark.hadoop.fs.s3a.endpoint https://${HOST}\n-- airflow.cfg --\n[core]\nx = %(y)s/z\n", "1  → ?(https://${HOST} is put in elsewhere) data\nsettings core.x=?%(y)s/z is put in elsewhere"},
		{"Python in a step", "-- w.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n  - script:\n      command: [python]\n      source: |\n        import subprocess\n        subprocess.run(['curl', url()])\n        from_pretrained('a/b', local_files_only=True)\n", "10  → ?(a part of it is decided when it runs) data"},
	} {
		f := read(t, t.TempDir(), c.src)
		var got []string
		for _, x := range f.Flows {
			to := string(x.To)
			if to == "" {
				to = "?(" + x.Unknown + ")"
			}
			_, from, _ := strings.Cut(string(x.From), "#")
			got = append(got, fmt.Sprintf("%d %s → %s %s", x.Origin.Line, from, to, x.Purpose))
		}
		for _, p := range f.Problems {
			got = append(got, fmt.Sprintf("%d problem: %s", p.Origin.Line, p.Message))
		}
		for _, a := range f.Assets {
			_, name, _ := strings.Cut(string(a.Address), "#")
			if a.Partial != "" {
				got = append(got, name+" is partial")
			}
			for _, attr := range []string{"image", "core.x"} {
				for _, rd := range a.Attrs.Read(attr) {
					if rd.Unknown != "" {
						got = append(got, name+" "+attr+"=?"+rd.Unknown)
					} else if rd.Value != nil {
						got = append(got, fmt.Sprintf("%s %s=%v", name, attr, rd.Value))
					}
				}
			}
		}
		want := strings.Split(c.want, "\n")
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", c.name, diff)
		}
	}
}

// A name that many tasks have is another address each time.
func TestManyOfOneName(t *testing.T) {
	src := "-- dag.py --\nfrom airflow import DAG\nfrom airflow.operators.bash import BashOperator\n" + strings.Repeat("BashOperator(task_id='a', bash_command='x')\n", 12)
	seen := map[string]bool{}
	for _, a := range read(t, t.TempDir(), src).Assets {
		seen[string(a.Address)] = true
	}
	if len(seen) != 12 {
		t.Errorf("%d addresses of 12 tasks", len(seen))
	}
}
