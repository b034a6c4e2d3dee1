package admit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// said words findings, so that two lists of them can be compared.
func said(lists ...[]finding.Finding) string {
	var out []string
	for _, l := range lists {
		for _, f := range l {
			out = append(out, fmt.Sprintf("%s %s %s violates=%v blocks=%v %v: %s", f.Rule, f.Status, f.Subject, f.Violates, f.Blocks, f.Requirements, f.Message))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// checked is what check says of an object in a file of a folder: what it says of the perimeter's own flows left out.
func checked(t testing.TB, p *perimeter.Perimeter, o map[string]any, beside ...string) (string, finding.Verdict, bool) {
	t.Helper()
	dir := t.TempDir()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.ToSlash(write(t, dir, "object.json", string(raw)))
	for i, b := range beside {
		src, err := os.ReadFile(b)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, fmt.Sprintf("beside-%d.yaml", i), string(src))
	}
	opt := known()
	facts := all.Read([]string{dir}, all.Known(opt.KB))
	opt.Perimeter, opt.At = p, day
	res, err := assess.Run(context.Background(), &facts, opt)
	if err != nil {
		t.Fatal(err)
	}
	own := map[graph.Address]bool{}
	for i := range facts.Assets {
		own[facts.Assets[i].Address] = own[facts.Assets[i].Address] || facts.Assets[i].Origin.File == file
	}
	for i := range facts.Flows {
		if facts.Flows[i].Origin.File == file {
			own[facts.Flows[i].From] = true
		}
	}
	var mine []finding.Finding
	outside := len(facts.Problems) > 0 || !slices.Contains(facts.Files, file)
	for _, f := range res.Findings {
		if (own[f.Subject] || f.Flow != nil && own[f.Flow.From]) && f.Root != p.File && (f.Status == finding.Fail || f.Status == finding.Undecided) {
			mine = append(mine, f)
			outside = outside || f.Violates || f.Status == finding.Undecided && f.Blocks
		}
	}
	return said(mine), res.Verdict, outside
}

// foreign are documents of tools that have the form of an object and never come to a cluster.
var foreign = map[string]bool{"bailiwick/v1": true, "kind.x-k8s.io/v1alpha4": true}

// corpus are all manifests of the examples, of the tests of the source and of the
// cases of the dialects.
func corpus(t testing.TB) []map[string]any {
	t.Helper()
	var out []map[string]any
	take := func(src string) {
		docs, _ := tree.YAML([]byte(src)) // of what is broken, what comes before it
		for _, d := range docs {
			items := []*tree.Node{d}
			if l := d.Get("items"); l != nil {
				items = l.Elements()
			}
			for _, it := range items {
				if foreign[it.Get("apiVersion").Str()] {
					continue
				}
				if o, ok := it.Plain().(map[string]any); ok && it.Get("kind").Str() != "" && it.Get("apiVersion").Str() != "" && (it.Get("metadata", "name").Str() != "" || it.Get("metadata", "generateName").Str() != "") {
					out = append(out, o)
				}
			}
		}
	}
	err := filepath.WalkDir("../../examples", func(p string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(p) == ".yaml" && !strings.Contains(p, "templates") {
			src, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			take(string(src))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	cases, _ := filepath.Glob("../../kb/providers/kubernetes/*.txtar")
	tests, _ := filepath.Glob("../source/kubernetes/*_test.go")
	others, _ := filepath.Glob("../source/crossplane/*_test.go")
	if len(cases) == 0 || len(tests) == 0 || len(others) == 0 {
		t.Fatal("the cases are not where they were")
	}
	for _, c := range cases {
		a, err := txtar.ParseFile(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			take(string(f.Data))
		}
	}
	for _, file := range append(tests, others...) {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				if err != nil || !strings.Contains(text, "kind") {
					return true
				}
				a := txtar.Parse([]byte(text))
				take(string(a.Comment))
				for _, f := range a.Files {
					take(string(f.Data))
				}
			}
			return true
		})
	}
	if len(out) < 120 {
		t.Fatalf("only %d objects were found", len(out))
	}
	return out
}

// TestSame holds what the webhook says against what check says of the same object.
func TestSame(t *testing.T) {
	objects := corpus(t)
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		objects = append(objects, made(r))
	}
	refused := 0
	for _, dir := range []string{careless, sovereign} {
		path := dir + "/perimeter.yaml"
		j := judgeOf(t, path)
		p, err := perimeter.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects {
			d := decide(t, j, asked(t, "CREATE", o))
			want, _, outside := checked(t, p, o)
			if got := said(d.Against, d.Open); got != want || d.Inside() == outside {
				raw, _ := json.Marshal(o)
				t.Errorf("%s\ninside %v, check says outside %v\nadmit:\n%s\n%s\ncheck:\n%s", raw, d.Inside(), outside, got, ids(d), want)
			}
			if outside {
				refused++
			}
		}
	}
	if refused < 100 || refused > 2*len(objects)-100 {
		t.Errorf("%d of %d are refused: the corpus shows one side only", refused, 2*len(objects))
	}
	t.Logf("%d objects by two perimeters, %d refused", len(objects), refused)
}

// TestSameVerdict holds the decision against the verdict itself, by a perimeter
// that declares no flows of its own.
func TestSameVerdict(t *testing.T) {
	path := write(t, t.TempDir(), "perimeter.yaml", `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: small}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU]}
  data: {prompts: {gdpr: personal}, pages: {gdpr: none, unknown: report}}
  unbound: pages
  bindings: [{match: "*/triage/*", data: [prompts]}]
`)
	j := judgeOf(t, path)
	p, err := perimeter.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[finding.Verdict]int{}
	for _, o := range corpus(t) {
		d := decide(t, j, asked(t, "CREATE", o))
		_, verdict, _ := checked(t, p, o)
		seen[verdict]++
		nothing := len(d.Against)+len(d.Open)+len(d.Problems) == 0 // undecided for want of anything to judge
		if d.Inside() != (verdict == finding.VerdictPass) && !(nothing && d.Inside() && verdict == finding.VerdictUndecided) {
			t.Errorf("%s: inside %v, verdict %s\n%s", d.Subject, d.Inside(), verdict, ids(d))
		}
	}
	if len(seen) != 3 {
		t.Errorf("verdicts seen: %v", seen)
	}
}

// TestSameBeside does so with what stands around in the cluster.
func TestSameBeside(t *testing.T) {
	beside := []string{sovereign + "/cluster/nodes.yaml", write(t, t.TempDir(), "around.yaml", `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: triage}
spec: {podSelector: {}, policyTypes: [Egress], egress: []}
---
apiVersion: v1
kind: Namespace
metadata: {name: records, labels: {data_class: patient-records}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: triage}
data: {OPENAI_BASE_URL: "https://api.openai.com/v1", LOG: "info"}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
`)}
	j := judgeOf(t, sovereign+"/perimeter.yaml", beside...)
	p, err := perimeter.Load(sovereign + "/perimeter.yaml")
	if err != nil {
		t.Fatal(err)
	}
	inside := 0
	r := rand.New(rand.NewPCG(8, 8))
	objects := corpus(t)
	for range 200 {
		objects = append(objects, made(r))
	}
	for _, o := range objects {
		if o["kind"] == "Node" {
			continue // a node that is judged is itself the only one that was read
		}
		if meta := o["metadata"].(map[string]any); meta["namespace"] == nil && o["kind"] != "Namespace" {
			meta["namespace"] = "other" // the API never leaves it open
		}
		d := decide(t, j, asked(t, "CREATE", o))
		want, _, outside := checked(t, p, o, beside...)
		if got := said(d.Against, d.Open); got != want || d.Inside() == outside {
			raw, _ := json.Marshal(o)
			t.Errorf("%s\ninside %v, check says outside %v\nadmit:\n%s\ncheck:\n%s", raw, d.Inside(), outside, got, want)
		}
		if !outside {
			inside++
		}
	}
	if inside < 20 {
		t.Errorf("only %d are inside", inside)
	}
}

// made is an object of chance: images, variables, nodes, labels and namespaces that
// decide.
func made(r *rand.Rand) map[string]any {
	one := func(xs ...string) string { return xs[r.IntN(len(xs))] }
	digest := "@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
	container := func(name string) map[string]any {
		c := map[string]any{"name": name, "image": one("rg.fr-par.scw.cloud/a/b"+digest, "rg.fr-par.scw.cloud/a/b:1", "nginx", "ghcr.io/x/y:2", "registry.clinic.example/z"+digest, "packages.clinic.example/z"+digest)}
		if r.IntN(2) == 0 {
			c["env"] = []any{map[string]any{"name": one("OPENAI_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "HF_HUB_OFFLINE", "MODEL_ID"), "value": one("https://api.openai.com/v1", "https://api.eu.mistral.ai", "http://collector:4317", "1", "BAAI/bge-m3", "https://${HOST}/x")}}
		}
		if r.IntN(4) == 0 {
			c["envFrom"] = []any{map[string]any{"configMapRef": map[string]any{"name": one("settings", "absent")}}}
		}
		if r.IntN(4) == 0 {
			c["args"] = []any{"--model", one("mistralai/Mistral-7B-v0.1", "meta-llama/Llama-3-8B", "/models/x")}
		}
		return c
	}
	pod := map[string]any{"containers": []any{container("app")}}
	if r.IntN(3) == 0 {
		pod["initContainers"] = []any{container("init")}
	}
	if r.IntN(4) == 0 {
		pod["ephemeralContainers"] = []any{container("debug")}
	}
	if r.IntN(2) == 0 {
		pod["nodeSelector"] = map[string]any{one("topology.kubernetes.io/region", "topology.kubernetes.io/zone", "disk"): one("fr-par", "fr-par-1", "us-east-1", "eu-central-1", "ssd")}
	}
	meta := map[string]any{}
	if r.IntN(4) == 0 {
		meta["generateName"] = "x-"
	} else {
		meta["name"] = one("x", "triage", "nightly")
	}
	if r.IntN(5) > 0 {
		meta["namespace"] = one("triage", "records", "other")
	}
	if r.IntN(3) == 0 {
		meta["labels"] = map[string]any{"app": "x", "data_class": one("prompts", "patient-records", "nobody-knows")}
	}
	switch kind := one("Pod", "Deployment", "CronJob", "ConfigMap", "Service"); kind {
	case "Pod":
		return map[string]any{"apiVersion": "v1", "kind": kind, "metadata": meta, "spec": pod}
	case "Deployment":
		return map[string]any{"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"app": "x"}}, "spec": pod}}}
	case "CronJob":
		return map[string]any{"apiVersion": "batch/v1", "kind": kind, "metadata": meta, "spec": map[string]any{"schedule": "@daily", "jobTemplate": map[string]any{"spec": map[string]any{"template": map[string]any{"spec": pod}}}}}
	case "ConfigMap":
		return map[string]any{"apiVersion": "v1", "kind": kind, "metadata": meta, "data": map[string]any{"config.yaml": "url: " + one("https://api.openai.com", "http://db") + "\nlevel: info\n"}}
	default:
		return map[string]any{"apiVersion": "v1", "kind": kind, "metadata": meta, "spec": map[string]any{"type": one("ClusterIP", "LoadBalancer", "ExternalName"), "externalName": one("api.openai.com", "db.triage.svc")}}
	}
}
