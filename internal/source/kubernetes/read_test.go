package kubernetes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// in writes the files of an archive below a new folder, makes it the working
// directory and reads what is matched.
func in(t *testing.T, archive string, o Options) graph.Facts {
	t.Helper()
	t.Chdir(t.TempDir())
	var files []string
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if Named(f.Name) && Match(f.Name, f.Data) {
			files = append(files, f.Name)
		}
	}
	facts := Read(files, o)
	if err := facts.Check(); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(files)
	if again := Read(files, o); describe(again) != describe(facts) {
		t.Errorf("the order of the files matters:\n%s\n%s", describe(facts), describe(again))
	}
	return facts
}

// describe is a line for each asset and problem.
func describe(f graph.Facts) string {
	var b strings.Builder
	for _, a := range f.Assets {
		b.WriteString(string(a.Address) + " " + a.Type + " " + a.Root + " " + a.Origin.File + ":" + itoa(a.Origin.Line))
		if a.Partial != "" {
			b.WriteString(" partial")
		}
		b.WriteString("\n")
	}
	for _, p := range f.Problems {
		b.WriteString("! " + p.Origin.File + ":" + itoa(p.Origin.Line) + " " + p.Message + "\n")
	}
	return b.String()
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + itoa(i%10)
}

// want compares what was read with lines.
func want(t *testing.T, f graph.Facts, lines string) {
	t.Helper()
	if got := describe(f); got != strings.TrimLeft(lines, "\n") {
		t.Errorf("got\n%swant\n%s", got, strings.TrimLeft(lines, "\n"))
	}
}

// reads is what a path of an asset reads as, values and reasons with a bar between them.
func reads(t *testing.T, f graph.Facts, address, path string) string {
	t.Helper()
	for _, a := range f.Assets {
		if string(a.Address) != address {
			continue
		}
		rds := a.Attrs.Read(path)
		if strings.HasPrefix(path, "node.") || strings.HasPrefix(path, "pinned.") {
			rds = a.Provider.Attrs.Read(path)
		}
		var out []string
		for _, rd := range rds {
			switch {
			case rd.Unknown != "":
				out = append(out, "?"+rd.Unknown)
			case rd.Null:
				out = append(out, "null")
			default:
				if s, ok := rd.Value.(string); ok {
					out = append(out, s)
				} else {
					out = append(out, "(value)")
				}
			}
		}
		return strings.Join(out, " | ")
	}
	t.Fatalf("no asset %s among\n%s", address, describe(f))
	return ""
}

func TestObjects(t *testing.T) {
	f := in(t, `
-- app/all.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: triage, namespace: ml}
spec: {template: {spec: {containers: [{name: a, image: x}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: s}
- apiVersion: serving.knative.dev/v1
  kind: Service
  metadata: {name: s}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: train-}
---
apiVersion: s3.aws.upbound.io/v1beta1
kind: Bucket
metadata: {name: b}
spec: {forProvider: {region: us-east-1}}
---
apiVersion: storage.cnrm.cloud.google.com/v1beta1
kind: StorageBucket
metadata: {name: b}
---
apiVersion: core.cnrm.cloud.google.com/v1beta1
kind: ConfigConnector
metadata: {name: c}
-- chart/Chart.yaml --
apiVersion: v2
name: c
version: 1.0.0
-- chart/templates/b.yaml --
apiVersion: storage.cnrm.cloud.google.com/v1beta1
kind: StorageBucket
metadata: {name: {{ .Release.Name }}}
-- app/pods.json --
{"apiVersion": "v1", "kind": "PodList", "items": [
  {"metadata": {"name": "p", "namespace": "ml"}, "spec": {"containers": [{"name": "c", "image": "y"}]}}
]}
-- app/perimeter.yaml --
apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: x}
-- app/kubeconfig.yaml --
apiVersion: v1
kind: Config
clusters: []
-- values.yaml --
kind: none
-- broken.yaml --
apiVersion: v1
kind: Pod
metadata: {name: {{ .Values.name }}
`, Options{})
	want(t, f, `
deployment/ml/triage Deployment.apps app app/all.yaml:1
clusterrole/x ClusterRole.rbac.authorization.k8s.io app app/all.yaml:6
service/s Service app app/all.yaml:13
service.serving.knative.dev/s Service.serving.knative.dev app app/all.yaml:16
job/train-* Job.batch app app/all.yaml:20
configconnector/c ConfigConnector.core.cnrm.cloud.google.com app app/all.yaml:33
pod/ml/p Pod app app/pods.json:2
storagebucket/release-name StorageBucket.storage.cnrm.cloud.google.com chart chart/templates/b.yaml:1
! broken.yaml:2 it has to be filled in by a template engine before it is YAML, and no chart is here: render it and check what comes out
`)
	if len(f.Files) != 5 || f.Blocks != 8 {
		t.Errorf("files %v, %d blocks", f.Files, f.Blocks)
	}
}

// Of two objects with one address the later file stands for itself.
func TestVariants(t *testing.T) {
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
	f := in(t, "-- a.yaml --\n"+pod+"-- b.yaml --\n"+pod+"---\n"+pod, Options{})
	want(t, f, `
pod/p Pod . a.yaml:1
pod/p Pod b.yaml b.yaml:1
pod/p#2 Pod b.yaml b.yaml:5
`)
}

func TestEnvironment(t *testing.T) {
	f := in(t, `
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: n}
data: {HOST: api.example, MORE: m}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: n}
spec:
  initContainers:
  - {name: i, image: "repo/init:1"}
  containers:
  - name: a
    image: "{{ .Values.image }}"
    command: [serve, --host=$(HOST)]
    args: ["--key", "$(KEY)"]
    envFrom:
    - configMapRef: {name: c}
    - prefix: P_
      configMapRef: {name: c}
    - secretRef: {name: s}
    - configMapRef: {name: gone}
    env:
    - {name: MORE, value: n}
    - {name: URL, value: "https://$(HOST)/v1"}
    - name: KEY
      valueFrom: {secretKeyRef: {name: s, key: k}}
    - name: BOTH
      value: "$(KEY)/x"
    - name: REF
      valueFrom: {configMapKeyRef: {name: c, key: HOST}}
    - name: NODE
      valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
`, Options{})
	for path, want := range map[string]string{
		"containers.env.name": "HOST | MORE | P_HOST | P_MORE | ?variables come from the Secret s, whose values are not read | ?variables come from the ConfigMap gone, which was not read | URL | KEY | BOTH | REF | NODE",
		"containers.env.value": "api.example | n | api.example | m | ?variables come from the Secret s, whose values are not read | ?variables come from the ConfigMap gone, which was not read | https://api.example/v1 | " +
			"?it comes from the Secret s, whose values are not read | ?it comes from the Secret s, whose values are not read | api.example | ?it is known when the pod runs",
		"containers.image":       "repo/init:1 | ?it is filled in when the object is applied or run",
		"containers.commandline": "serve --host=api.example --key {unknown}",
	} {
		if got := reads(t, f, "pod/n/p", path); got != want {
			t.Errorf("%s reads\n%s\nnot\n%s", path, got, want)
		}
	}
}

// A dump of the nodes tells where the objects of its folder, and of those below, are.
func TestPlace(t *testing.T) {
	f := in(t, `
-- nodes.json --
{"apiVersion": "v1", "kind": "List", "items": [
 {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a", "labels": {"topology.kubernetes.io/region": "eu-central-1", "pool": "gpu"}}, "spec": {"providerID": "aws:///eu-central-1a/i-1"}},
 {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "b", "labels": {"pool": "cpu"}}, "spec": {"providerID": "aws:///eu-west-1a/i-1"}}
]}
-- app/a.yaml --
apiVersion: v1
kind: Pod
metadata: {name: any}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: gpu}
spec: {containers: [{name: a, image: x}], nodeSelector: {pool: gpu}}
---
apiVersion: v1
kind: Pod
metadata: {name: pinned}
spec:
  containers: [{name: a, image: x}]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [eu-central-1, eu-north-1]}]
---
apiVersion: v1
kind: Pod
metadata: {name: loose}
spec:
  containers: [{name: a, image: x}]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [eu-central-1]}]
        - matchExpressions: [{key: pool, operator: In, values: [cpu]}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: c}
allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [eu-central-1b]}]}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: v, namespace: n}
spec: {storageClassName: c}
`, Options{})
	for _, c := range [][3]string{
		{"pod/any", "node.place", "aws eu-central-1 | aws /eu-west-1a/i-1"},
		{"pod/gpu", "node.place", "aws eu-central-1"},
		{"pod/gpu", "pinned.place", ""},
		{"pod/pinned", "pinned.place", "aws eu-central-1 | aws eu-north-1"},
		{"pod/pinned", "node.place", "aws eu-central-1"},
		{"pod/loose", "pinned.place", ""},
		{"storageclass/c", "pinned.place", "aws eu-central-1b"},
		{"node/b", "node.place", "aws /eu-west-1a/i-1"},
	} {
		if got := reads(t, f, c[0], c[1]); got != c[2] {
			t.Errorf("%s of %s is %q, want %q", c[1], c[0], got, c[2])
		}
	}
	for _, a := range f.Assets {
		if a.Address == "persistentvolumeclaim/n/v" {
			if refs := a.Attrs.Read("spec.storageClassName")[0].Refs; len(refs) != 1 || refs[0] != "storageclass/c" {
				t.Errorf("refs %v", refs)
			}
		}
	}
}

func TestSelectors(t *testing.T) {
	f := in(t, `
-- a.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: n}
spec: {template: {metadata: {labels: {app: a, tier: x}}, spec: {containers: [{name: a, image: x}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: n, labels: {app: b}}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: other, labels: {app: a}}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: n}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: some, namespace: n}
spec: {podSelector: {matchLabels: {app: a}, matchExpressions: [{key: tier, operator: Exists}]}}
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: n}
spec: {selector: {app: b}}
---
apiVersion: v1
kind: Service
metadata: {name: nothing, namespace: n}
spec: {}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: mesh, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ns, namespace: n}
spec: {mtls: {mode: PERMISSIVE}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: one, namespace: n}
spec: {selector: {matchLabels: {app: b}}, mtls: {mode: STRICT}}
`, Options{})
	for address, want := range map[string]string{
		"networkpolicy/n/all":                  "deployment/n/a | pod/n/b",
		"networkpolicy/n/some":                 "deployment/n/a",
		"service/n/s":                          "pod/n/b",
		"service/n/nothing":                    "",
		"peerauthentication/istio-system/mesh": "pod/other/c",
		"peerauthentication/n/ns":              "deployment/n/a",
		"peerauthentication/n/one":             "pod/n/b",
	} {
		if got := reads(t, f, address, "selects.asset"); got != want {
			t.Errorf("%s selects %s, not %s", address, got, want)
		}
	}
}

func TestDocuments(t *testing.T) {
	f := in(t, `
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  mesh: |
    # the mesh
    outboundTrafficPolicy:
      mode: REGISTRY_ONLY
  Corefile: |
    .:53 {
      forward . 8.8.8.8
    }
  plain: text
`, Options{})
	if got := reads(t, f, "configmap/c", "documents.outboundTrafficPolicy.mode"); got != "REGISTRY_ONLY" {
		t.Error(got)
	}
	if got := reads(t, f, "configmap/c", "lines.text"); got != ".:53 { | forward . 8.8.8.8 | }" {
		t.Error(got)
	}
	for path, line := range map[string]int{"documents.outboundTrafficPolicy.mode": 8, "lines.text": 10} {
		if got := f.Assets[0].Attrs.Read(path)[0].Origin.Line; got != line {
			t.Errorf("%s is at line %d, want %d", path, got, line)
		}
	}
}

// What a definition of Crossplane in the tree speaks of is the source crossplane's,
// unless only a chart makes it; every file that was taken is said to be read.
func TestLeftToOthers(t *testing.T) {
	f := in(t, `
-- definition.yaml --
apiVersion: apiextensions.crossplane.io/v1
kind: CompositeResourceDefinition
metadata: {name: xdbs.example.org}
spec: {group: example.org, names: {kind: XDB}, claimNames: {kind: DB}}
-- apps/claim.yaml --
apiVersion: example.org/v1
kind: DB
metadata: {name: records, namespace: ml}
spec: {size: 1}
---
apiVersion: example.org/v1
kind: Other
metadata: {name: o}
spec: {}
-- chart/Chart.yaml --
apiVersion: v2
name: c
-- chart/templates/claim.yaml --
apiVersion: example.org/v1
kind: DB
metadata: {name: rendered}
spec: {size: 1}
-- chart/templates/off.yaml --
{{- if .Values.never }}
apiVersion: v1
kind: Pod
metadata: {name: off}
{{- end }}
-- notes.yaml --
apiVersion: release-notes/v2
kind: bug-fix
area: security
-- kind.yaml --
apiVersion: kind.x-k8s.io/v1alpha4
kind: Cluster
metadata: {name: local}
-- a/kustomization.yaml --
resources: [../b]
-- b/kustomization.yaml --
resources: [../a]
`, Options{})
	want(t, f, `
other/o Other.example.org apps apps/claim.yaml:6
db/rendered DB.example.org chart chart/templates/claim.yaml:1
! a/kustomization.yaml:0 it and others take each other in, so that none of them is rendered: break the circle
`)
	read := strings.Join(f.Files, " ")
	if want := "a/kustomization.yaml apps/claim.yaml b/kustomization.yaml chart/Chart.yaml chart/templates/claim.yaml chart/templates/off.yaml definition.yaml kind.yaml"; read != want {
		t.Errorf("the files that were read are\n%s, want\n%s", read, want)
	}
	if f.Blocks != 2 {
		t.Errorf("%d blocks, want 2", f.Blocks)
	}
}
