package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/pipeline"
)

var hosts = map[string]string{"pypi": "pypi.host", "conda": "conda.host", "conda:channel": "channel.host", "maven": "maven.host", "image": "hub.host", "huggingface": "hf.host", "gs": "gs.host", "s3": "s3.host", "s3:{region}": "s3.{region}.host", "github": "code.host"}

func read(t testing.TB, dir, src string) *graph.Facts {
	t.Helper()
	var files []string
	for _, f := range txtar.Parse([]byte(src)).Files {
		p := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if pipeline.Match(p, func() []byte { return f.Data }) {
			files = append(files, p)
		}
	}
	f := pipeline.Read(files, pipeline.Options{Hosts: hosts})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return &f
}

func lines(f *graph.Facts, attrs ...string) []string {
	var out []string
	for i := range f.Assets {
		a := &f.Assets[i]
		s := fmt.Sprintf("%d %s %s", a.Origin.Line, a.Address, a.Type)
		for _, attr := range attrs {
			for _, rd := range a.Attrs.Read(attr) {
				if rd.Unknown != "" {
					s += fmt.Sprintf(" %s=?%s", attr, rd.Unknown)
				} else {
					s += fmt.Sprintf(" %s=%v", attr, rd.Value)
				}
			}
		}
		out = append(out, s)
	}
	for _, x := range f.Flows {
		to := string(x.To)
		if to == "" {
			to = "?(" + x.Unknown + ")"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s → %s (%s, %s) %s", x.Origin.Line, x.From, to, x.Purpose, x.Via, x.Model)))
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%d problem: %s", p.Origin.Line, p.Message))
	}
	slices.Sort(out)
	return out
}

const kfp = `-- p.yaml --
components:
  comp-get: {executorLabel: exec-get}
  comp-late: {executorLabel: exec-late}
defaultPipelineRoot: gs://bucket/root
deploymentSpec:
  executors:
    exec-train:
      container:
        image: reg.example/train:1
        env: [{name: HF_ENDPOINT, value: "https://hf.clinic.example"}]
        args: [--executor_input, '{{$}}']
        command:
        - sh
        - -c
        - "\nif ! [ -x \"$(command -v pip)\" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --index-url https://pip.clinic.example/simple 'torch==2.1.0' && \"$0\" \"$@\"\n"
        - sh
        - -ec
        - "program_path=$(mktemp -d)\nprintf \"%s\" \"$0\" > \"$program_path/x.py\"\npython3 -m kfp.dsl.executor_main \"$@\"\n"
        - "\nimport requests\nfrom transformers import AutoModel\n\ndef train():\n    requests.get('https://api.example/v1')\n    AutoModel.from_pretrained('org/model')\n    AutoModel.from_pretrained('/models/own')\n    open('s3://data/x')\n"
    exec-get: {importer: {artifactUri: {runtimeParameter: uri}}}
    exec-late: {importer: {artifactUri: {runtimeParameter: uri}}}
    exec-fixed: {importer: {artifactUri: {constant: "https://files.example/d.csv"}}}
pipelineInfo: {name: whole}
root:
  dag:
    tasks:
      get: {componentRef: {name: comp-get}, inputs: {parameters: {uri: {runtimeValue: {constant: "s3://b/x"}}}}}
      late: {componentRef: {name: comp-late}, inputs: {parameters: {uri: {componentInputParameter: u}}}}
schemaVersion: 2.1.0
---
platforms: {kubernetes: {deploymentSpec: {executors: {exec-train: {initContainers: [{image: "quay.example/init"}]}}}}}
`

func TestKubeflow(t *testing.T) {
	want := []string{
		"1 p.yaml#whole kfp-pipeline",
		"13 p.yaml#exec-train → https://pip.clinic.example/simple (registry, command pip install (torch))",
		"19 p.yaml#exec-train → https://api.example/v1 (data, command requests.get)",
		"19 p.yaml#exec-train → https://hf.clinic.example (registry, command transformers.AutoModel.from_pretrained (org/model)) org/model",
		"19 p.yaml#exec-train → s3.host (data, command open (s3://data/x))",
		"20 p.yaml#exec-get kfp-importer",
		"21 p.yaml#exec-late kfp-importer",
		"21 p.yaml#exec-late → ?(the parameter uri says what it imports, when the pipeline runs) (dataset, importer)",
		"22 p.yaml#exec-fixed kfp-importer",
		"22 p.yaml#exec-fixed → https://files.example/d.csv (dataset, importer)",
		"27 p.yaml#exec-get → s3.host (dataset, importer)",
		"4 p.yaml#whole → gs.host (data, defaultPipelineRoot)",
		"7 p.yaml#exec-train kfp-executor image=[reg.example/train:1 quay.example/init]",
	}
	if diff := cmp.Diff(sorted(want), lines(read(t, t.TempDir(), kfp), "image")); diff != "" {
		t.Error(diff)
	}
}

func sorted(s []string) []string { slices.Sort(s); return s }

const python = `-- c.py --
from kfp import dsl
@dsl.component(base_image="reg.example/b:1", packages_to_install=["numpy==1.0", "x"], pip_index_urls=["https://pip.clinic.example/simple"])
def one():
    pass
dsl.importer(artifact_uri="gs://b/x")
-- dags/d.py --
import os
from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonVirtualenvOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.amazon.aws.transfers.s3_to_gcs import S3ToGCSOperator
from airflow.providers.http.operators.http import HttpOperator
HOST = "dl.example"
with DAG("d"):
    BashOperator(task_id="bash", bash_command=f"curl -O https://{HOST}/{{{{ ds }}}}.csv && {os.getenv('X')}")
    PythonVirtualenvOperator(task_id="venv", requirements=["a==1", "b"], index_urls=["https://pip.clinic.example/simple"])
    KubernetesPodOperator(task_id="pod", image="reg.example/x", cmds=["sh", "-c"], arguments=["pip install c"])
    S3ToGCSOperator.partial(task_id="move", aws_conn_id="aws", gcp_conn_id=name()).expand(x=[1])
    HttpOperator(task_id="http", http_conn_id="web")
    HttpOperator(task_id="http", http_conn_id="gone")
@task.virtualenv(requirements="d\n", task_id="t")
def decorated():
    pass
-- .env --
AIRFLOW_CONN_WEB=https://u:p@web.example:443/x?y=1
AIRFLOW_CONN_AWS='{"conn_type": "aws", "host": "s3.clinic.example"}'
`

func TestPython(t *testing.T) {
	want := []string{
		"11 d.py#bash airflow_BashOperator",
		"11 d.py#bash → https://dl.example/ (registry, BashOperator curl)",
		"12 d.py#venv airflow_PythonVirtualenvOperator",
		"12 d.py#venv → https://pip.clinic.example/simple (registry, PythonVirtualenvOperator pip install (a, b))",
		"13 d.py#pod airflow_KubernetesPodOperator image=reg.example/x services=KubernetesPod@cncf.kubernetes",
		"13 d.py#pod → pypi.host (registry, KubernetesPodOperator pip install (c))",
		"14 d.py#move airflow_S3ToGCSOperator services=[S3@amazon.aws GCS@amazon.aws] connections=[s3.clinic.example …]",
		"15 d.py#http airflow_HttpOperator services=Http@http connections=web.example:443",
		"16 d.py#http~2 airflow_HttpOperator services=Http@http connections=?where the connection gone leads is set in Airflow: AIRFLOW_CONN_GONE in .env beside the DAG would show it",
		"17 d.py#decorated airflow_task.virtualenv",
		"17 d.py#decorated → pypi.host (registry, task.virtualenv pip install (d))",
		"2 c.py#one kfp-component image=reg.example/b:1",
		"2 c.py#one → https://pip.clinic.example/simple (registry, packages_to_install pip install (numpy, x))",
		"5 c.py#importer kfp-importer",
		"5 c.py#importer → gs.host (dataset, importer)",
	}
	got := lines(read(t, t.TempDir(), python), "image", "services", "connections")
	for i := range got {
		if strings.HasPrefix(got[i], "14 d.py#move") { // the second one is not known, and so is the list
			got[i] = got[i][:strings.Index(got[i], " connections=")] + " connections=[s3.clinic.example …]"
		}
	}
	if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
		t.Error(diff)
	}
}

const others = `-- w.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: w-, namespace: n}
spec:
  templates:
  - container: {command: [sh, -c], args: ["curl -O https://{{inputs.parameters.h}}/x; wget https://dl.example/{{x}}"]}
    inputs: {artifacts: [{git: {repo: "https://code.example/a"}}, {s3: {bucket: b, region: eu-1}}, {http: {url: "{{workflow.parameters.u}}"}}]}
  - script: {command: [python], source: "import os\nos.system('pip install z')\n"}
-- MLproject --
name: m
docker_env: {image: reg.example/m}
entry_points: {main: {command: "pip install {what} y"}}
-- environment.yml --
name: e
channels: [conda-forge, https://conda.clinic.example/x]
dependencies: [python=3.11, {pip: ["torch==2.0", "--index-url https://pip.clinic.example"]}]
-- .dvc/config --
['remote "a"']
    url = s3://bucket/x
    region = eu-1
['remote "b"']
    url = s3://bucket/x
    endpointurl = https://s3.clinic.example
-- dvc.yaml --
stages: {get: {cmd: "wget https://dl.example/d.csv", deps: ["gs://b/x"]}}
-- spark-defaults.conf --
# a comment
spark.hadoop.fs.s3a.endpoint https://s3.clinic.example
spark.jars.packages org.x:y:1
spark.eventLog.dir=hdfs://nn.example:8020/logs
-- airflow.cfg --
[logging]
remote_base_log_folder = s3://x
[metrics]
statsd_host = {{ host }}
-- profiles.yml --
p: {outputs: {dev: {type: postgres, host: "{{ env_var('H') }}"}}}
`

func TestOthers(t *testing.T) {
	want := []string{
		"1 airflow.cfg#settings airflow-settings logging.remote_base_log_folder=s3://x",
		"1 environment.yml#e conda-environment",
		"1 MLproject#m mlflow-project",
		"1 profiles.yml#p.dev dbt-output_postgres host=?it is the variable H of the environment",
		"1 dvc.yaml#get dvc-stage",
		"1 dvc.yaml#get → gs.host (data, deps)",
		"1 dvc.yaml#get → https://dl.example/d.csv (registry, cmd wget)",
		"2 config#a dvc-remote",
		"2 config#a → s3.eu-1.host (data, remote)",
		"2 environment.yml#e → channel.host (registry, conda install (python))",
		"2 environment.yml#e → https://conda.clinic.example/x (registry, conda install (python))",
		"2 spark-defaults.conf → https://s3.clinic.example (data, spark.hadoop.fs.s3a.endpoint)",
		"3 environment.yml#e → https://pip.clinic.example (registry, pip install (torch))",
		"3 MLproject#m → pypi.host (registry, entry point pip install (y))",
		"3 spark-defaults.conf → maven.host (registry, spark.jars.packages org.x:y:1)",
		"4 spark-defaults.conf → hdfs://nn.example:8020/logs (data, spark.eventLog.dir)",
		"5 config#b dvc-remote",
		"5 config#b → https://s3.clinic.example (data, endpointurl)",
		"6 workflow/n/w- → ?(a part of it is decided when it runs) (registry, container curl)",
		"6 workflow/n/w- → https://dl.example/ (registry, container wget)",
		"7 workflow/n/w- → ?({{workflow.parameters.u}} is decided when it runs) (data, artifact http)",
		"7 workflow/n/w- → https://code.example/a (source, artifact git)",
		"7 workflow/n/w- → s3.eu-1.host (data, artifact s3)",
		"8 workflow/n/w- → pypi.host (registry, script pip install (z))",
	}
	got := lines(read(t, t.TempDir(), others), "logging.remote_base_log_folder", "host")
	if diff := cmp.Diff(sorted(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		path, head string
		want       bool
	}{
		{"a.py", "import airflow\nBashOperator(task_id='x')", true},
		{"a.py", "import airflow", false},
		{"a.py", "import os\n", false},
		{"environment.yml", "name: x\ndependencies:\n  - python\n", true},
		{"environment.yml", "dependencies:\n- name: x\n", false},
		{"values.yaml", "deployment: x", false},
		{"config", "x", false},
		{"deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\n", false},
	} {
		if got := pipeline.Match(c.path, func() []byte { return []byte(c.head) }); got != c.want {
			t.Errorf("%s %q: %v", c.path, c.head, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, a := range []string{kfp, python, others} {
		for _, x := range txtar.Parse([]byte(a)).Files {
			f.Add(string(x.Data))
		}
	}
	dir := f.TempDir()
	names := []string{"p.yaml", "d.py", "c.py", "MLproject", "environment.yml", "dvc.yaml", "spark-defaults.conf", "airflow.cfg", "profiles.yml", ".dvc/config"}
	heads := map[string]string{"p.yaml": "", "d.py": "import airflow\n", "c.py": "import kfp\n", "environment.yml": ""}
	for i, n := range names {
		names[i] = filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(names[i]), 0o755); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, n := range names {
			if err := os.WriteFile(n, []byte(heads[filepath.Base(n)]+src), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		one, two := pipeline.Read(names, pipeline.Options{Hosts: hosts}), pipeline.Read(names, pipeline.Options{Hosts: hosts})
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(lines(&one, "image", "connections"), lines(&two, "image", "connections")); diff != "" {
			t.Error(diff)
		}
	})
}
