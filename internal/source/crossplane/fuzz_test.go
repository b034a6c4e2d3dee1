package crossplane_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func plain(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func itoa(n int) string { return strconv.Itoa(n) }

// FuzzRead: no panic, every fact has an origin, the same bytes give the same
// facts.
func FuzzRead(f *testing.F) {
	seeds := []string{
		definition + "---\n" + composition + "        - {fromFieldPath: spec.place, toFieldPath: spec.forProvider.region}\n---\n" + claim,
		composition + "        - {type: PatchSet, patchSetName: a}\n  patchSets: [{name: a, patches: [{type: PatchSet, patchSetName: a}]}]\n",
		definition + "---\n" + composition + "        - {type: ToCompositeFieldPath, fromFieldPath: status.a, toFieldPath: 'status.x[*]'}\n        - {fromFieldPath: spec, toFieldPath: spec.forProvider}\n---\n" + claim,
		"apiVersion: s3.aws.upbound.io/v1\nkind: Bucket\nmetadata: {}\nspec: {forProvider: {aRef: {name: x}, bRefs: [~, 1], cSelector: {}, dSelector: 3}, initProvider: 1, providerConfigRef: {name: 5}}\n",
		"apiVersion: v1\nkind: List\nitems: [{kind: List, items: []}, ~, {apiVersion: a/v1, kind: K, spec: {forProvider: {}}}]\n",
		"apiVersion: kubernetes.crossplane.io/v1\nkind: Object\nspec: {forProvider: {manifest: {kind: Pod}}}\n",
		definition + "---\n" + "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: x}\nspec:\n  compositeTypeRef: {apiVersion: clinic.example/v1, kind: X}\n  resources:\n    - base: {apiVersion: clinic.example/v1, kind: X, spec: {}}\n    - base: {apiVersion: clinic.example/v1, kind: X, spec: {}}\n---\n" + claim,
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	if len(seeds) < 7 {
		f.Fatal("seeds are missing")
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		files := map[string]string{"a.yaml": string(src)}
		one, two := read(t, files), read(t, files)
		if a, b := describe(&one), describe(&two); a != b {
			t.Errorf("two readings differ:\n%s\n%s", a, b)
		}
	})
}

func describe(f *graph.Facts) string {
	s := ""
	for i := range f.Assets {
		a := &f.Assets[i]
		s += fmt.Sprint(a.Address, a.Type, a.Root, a.Partial, a.Origin.Line, len(a.Attrs.Read("region")), "\n")
	}
	for _, p := range f.Problems {
		s += p.Message + "\n"
	}
	return s
}
