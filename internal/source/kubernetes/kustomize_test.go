package kubernetes

import (
	"slices"
	"testing"
)

const kustomized = `
-- base/kustomization.yaml --
resources: [deploy.yaml, https://example.com/x.yaml, "github.com/org/repo/path?ref=v1", gone.yaml]
configMapGenerator:
- name: settings
  literals: [HOST=https://api.example]
-- base/deploy.yaml --
apiVersion: v1
kind: Service
metadata:
  name: s
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: triage
spec:
  template:
    spec:
      containers:
      - name: a
        image: registry.example/a:1
        envFrom: [{configMapRef: {name: settings}}]
-- prod/kustomization.yaml --
bases: [../base]
namespace: ml
namePrefix: eu-
images: [{name: registry.example/a, newTag: "2"}]
patchesStrategicMerge: [patch.yaml]
-- prod/patch.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: triage}
spec: {template: {spec: {nodeSelector: {topology.kubernetes.io/region: eu-central-1}}}}
-- prod/beside.yaml --
apiVersion: v1
kind: Pod
metadata: {name: beside}
-- parts/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{path: part.yaml}]
-- parts/part.yaml --
apiVersion: v1
kind: Pod
metadata: {name: part}
-- broken/kustomization.yaml --
resources: [x.yaml]
patches: [{path: gone.yaml}]
-- broken/x.yaml --
apiVersion: v1
kind: Pod
metadata: {name: x}
-- charts/kustomization.yaml --
helmCharts: [{name: minecraft, repo: "https://charts.example"}]
generators: ["https://example.com/generator.yaml"]
`

// A kustomization is rendered once, its files are not read as they stand, and
// what lies elsewhere is said and never fetched.
func TestKustomization(t *testing.T) {
	f := in(t, kustomized, Options{})
	want(t, f, `
pod/x Pod broken broken/x.yaml:1
service/ml/eu-s Service prod base/deploy.yaml:1
deployment/ml/eu-triage Deployment.apps prod base/deploy.yaml:6
configmap/ml/eu-settings-cd65g4c544 ConfigMap prod base/kustomization.yaml:1
pod/beside Pod prod prod/beside.yaml:1
! broken/kustomization.yaml:0 kustomize cannot render it: trouble configuring builtin PatchTransformer with config: `+"`"+` path: gone.yaml `+"`"+`: failed to get the patch file from path(gone.yaml): evalsymlink failure on 'gone.yaml' : lstat gone.yaml: no such file or directory
! charts/kustomization.yaml:1 it takes in Helm charts, which are fetched: render it with kustomize build --enable-helm and check what comes out
! charts/kustomization.yaml:2 https://example.com/generator.yaml is elsewhere, and nothing is fetched: bring it into this tree
! base/kustomization.yaml:1 https://example.com/x.yaml is elsewhere, and nothing is fetched: bring it into this tree, or check what kustomize build prints
! base/kustomization.yaml:1 github.com/org/repo/path?ref=v1 is elsewhere, and nothing is fetched: bring it into this tree, or check what kustomize build prints
! base/kustomization.yaml:1 gone.yaml is not here: mend the path
`)
	for path, want := range map[string]string{
		"containers.image":     "registry.example/a:2",
		"containers.env.name":  "HOST",
		"containers.env.value": "https://api.example",
		"pinned.place":         "? eu-central-1",
	} {
		if got := reads(t, f, "deployment/ml/eu-triage", path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	for _, a := range f.Assets {
		if a.Address == "deployment/ml/eu-triage" {
			if at := a.Attrs.Read("containers.image")[0].Origin; at.Line != 15 || at.File != "base/deploy.yaml" {
				t.Errorf("the image stands at %v", at)
			}
		}
	}
}

// Whatever a kustomization holds, nothing is fetched and nothing breaks.
func FuzzKustomization(f *testing.F) {
	for _, seed := range []string{
		"resources: [a.yaml]\nnamePrefix: x-\n", "resources: &r [\"https://example.com/a\"]\nbases: *r\n", "<<: {resources: [\"git@example.com:a/b\"]}\n",
		"patches: [{patch: \"- {op: add, path: /x, value: 1}\", target: {kind: Pod}}]\nresources: [a.yaml]\n", "commonLabels: {a: b}\nresources: [a.yaml]\n",
		"generators: [a.yaml]\ntransformers: [\"http://example.com/\"]\nopenapi: {path: \"https://example.com/\"}\n", "buildMetadata: [originAnnotations]\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		facts := in(t, "-- a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n-- kustomization.yaml --\n"+string(src), Options{})
		for _, name := range []string{"a.yaml", "kustomization.yaml"} {
			if !slices.Contains(facts.Files, name) {
				t.Errorf("%s was taken, and nothing says that it was read", name)
			}
		}
	})
}
