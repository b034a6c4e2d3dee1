package kubernetes

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever stands in a file: no panic, every fact has an origin, and the same
// bytes give the same facts.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, env: [{name: A, value: $(B)}], envFrom: [{configMapRef: {name: c}}]}], nodeSelector: {topology.kubernetes.io/zone: z}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {A: \"x: 1\\ny: 2\\n\", B: \"a\\nb\\n\"}\n",
		"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Node, metadata: {name: n, labels: {topology.kubernetes.io/region: r}}, spec: {providerID: aws:///a/b}}, {apiVersion: v1, kind: List, items: [1, null]}]\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}\n",
		"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p}\n---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: p}\nspec: {containers: [{image: \"{{x}}\", args: [1, [2]], command: {}}]}\n",
		"{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{\"metadata\": {\"name\": \"x\"}}]}",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec:\n  a: b\nstatus: {}\n",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: {{ x }}\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, src []byte, json bool) {
		file := filepath.Join(t.TempDir(), "a.yaml")
		if json {
			file = filepath.Join(filepath.Dir(file), "a.json")
		}
		if err := os.WriteFile(file, src, 0o644); err != nil {
			t.Fatal(err)
		}
		facts := Read([]string{file}, Options{})
		if err := facts.Check(); err != nil {
			t.Fatal(err)
		}
		for _, a := range facts.Assets {
			for _, path := range []string{"metadata.name", "containers.env.value", "selects.asset", "lines.text", "documents.a"} {
				a.Attrs.Read(path)
			}
			a.Provider.Attrs.Read("node.place")
			a.Provider.Attrs.Read("pinned.place")
		}
		if a, b := describe(facts), describe(Read([]string{file}, Options{})); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	})
}
