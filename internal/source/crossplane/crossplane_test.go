package crossplane_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/crossplane"
)

// read writes files into a folder and reads them; paths of the facts are made
// relative to it.
func read(t testing.TB, files map[string]string) graph.Facts {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	f := crossplane.Read(paths)
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	rel := func(s *string) { *s = strings.TrimPrefix(strings.TrimPrefix(*s, filepath.ToSlash(dir)), "/") }
	for i := range f.Assets {
		rel(&f.Assets[i].Root)
		rel(&f.Assets[i].Origin.File)
	}
	for i := range f.Problems {
		rel(&f.Problems[i].Origin.File)
	}
	return f
}

func asset(t *testing.T, f *graph.Facts, root, address string) *graph.Asset {
	t.Helper()
	for i := range f.Assets {
		if a := &f.Assets[i]; string(a.Address) == address && a.Root == root {
			return a
		}
	}
	t.Fatalf("there is no %s in %q", address, root)
	return nil
}

const (
	definition = `apiVersion: apiextensions.crossplane.io/v1
kind: CompositeResourceDefinition
metadata: {name: xs.clinic.example}
spec:
  group: clinic.example
  names: {kind: X}
  claimNames: {kind: C}
  versions: [{name: v1, schema: {openAPIV3Schema: {properties: {spec: {properties: {size: {default: 2, enum: [1, 2]}}}}}}}]
`
	composition = `apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: x}
spec:
  compositeTypeRef: {apiVersion: clinic.example/v1, kind: X}
  resources:
    - name: r
      base: {apiVersion: a.b.example.org/v1, kind: R, spec: {forProvider: {region: base, list: [{v: 1}, {v: 2}]}}}
      patches:
`
	claim = `apiVersion: clinic.example/v1
kind: C
metadata: {name: c, namespace: n}
spec:
  place: paris
  list: [a, b]
`
)

// What a patch puts where, with which file and line as its origin.
func TestPatches(t *testing.T) {
	for _, c := range []struct{ patch, attr, want string }{
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region}`, "region", "paris claim.yaml:5"},
		{`{fromFieldPath: spec.size, toFieldPath: spec.forProvider.size}`, "size", "2 definition.yaml:8"},
		{`{fromFieldPath: spec.absent, toFieldPath: spec.forProvider.region}`, "region", "base composition.yaml:8"},
		{`{fromFieldPath: status.id, toFieldPath: spec.forProvider.region}`, "region", "? status.id of the composite is known after it exists"},
		{`{fromFieldPath: spec.place, toFieldPath: "spec.forProvider.list[*].v"}`, "list.v", "paris claim.yaml:5, paris claim.yaml:5"},
		{`{fromFieldPath: spec.place, toFieldPath: "spec.forProvider.list[3].v"}`, "list.v", "1 composition.yaml:8, 2 composition.yaml:8, paris claim.yaml:5"},
		{`{fromFieldPath: spec.place, toFieldPath: "spec.forProvider.tags[a.b/c]"}`, "tags.a.b/c", "paris claim.yaml:5"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: map, map: {paris: eu-west-3}}]}`, "region", "eu-west-3 composition.yaml:10"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: map, map: {rome: x}}]}`, "region", "? it is transformed in a way that this cannot follow"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: match, match: {patterns: [{type: regexp, regexp: "^p", result: hit}], fallbackValue: miss}}]}`, "region", "hit composition.yaml:10"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: match, match: {patterns: [{literal: rome, result: hit}], fallbackTo: Input}}]}`, "region", "paris claim.yaml:5"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: string, string: {fmt: "in-%s"}}, {type: string, string: {type: Convert, convert: ToUpper}}]}`, "region", "IN-PARIS claim.yaml:5"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: string, string: {fmt: "%999999999s"}}]}`, "region", "? it is transformed in a way that this cannot follow"},
		{`{fromFieldPath: spec.place, toFieldPath: spec.forProvider.region, transforms: [{type: string, string: {type: Regexp, regexp: {match: "p(.)r", group: 1}}}]}`, "region", "a claim.yaml:5"},
		{`{fromFieldPath: spec.list, toFieldPath: spec.forProvider.region, transforms: [{type: string, string: {type: Join, join: {separator: "-"}}}]}`, "region", "a-b claim.yaml:6"},
		{`{fromFieldPath: spec.size, toFieldPath: spec.forProvider.size, transforms: [{type: math, math: {multiply: 3}}, {type: convert, convert: {toType: string}}]}`, "size", "6 definition.yaml:8"},
		{`{type: CombineFromComposite, toFieldPath: spec.forProvider.region, combine: {string: {fmt: "%s-%d"}, variables: [{fromFieldPath: spec.place}, {fromFieldPath: spec.size}]}}`, "region", "paris-2 composition.yaml:10"},
		{`{type: FromEnvironmentFieldPath, fromFieldPath: region, toFieldPath: spec.forProvider.region}`, "region", "? the environment of the composition says region"},
		{`{fromFieldPath: "metadata.labels[crossplane.io/claim-name]", toFieldPath: spec.forProvider.region}`, "region", "c claim.yaml:3"},
		{`{fromFieldPath: metadata.name, toFieldPath: spec.forProvider.region}`, "region", "? the name of the composite is made when it is created"},
	} {
		f := read(t, map[string]string{"definition.yaml": definition, "composition.yaml": composition + "        - " + c.patch + "\n", "claim.yaml": claim})
		a := asset(t, &f, "", "C/n/c/r")
		var got []string
		for _, rd := range a.Attrs.Read(c.attr) {
			if rd.Unknown != "" {
				got = append(got, "? "+rd.Unknown)
				continue
			}
			got = append(got, plain(rd.Value)+" "+filepath.Base(rd.Origin.File)+":"+itoa(rd.Origin.Line))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s is %q, want %q", c.patch, c.attr, s, c.want)
		}
		if a.Origin.File != "composition.yaml" || a.Origin.Line != 8 || a.Partial != "" {
			t.Errorf("the resource is at %v, %q", a.Origin, a.Partial)
		}
	}
}

// Without a claim what it would say is unknown, with what the definition knows.
func TestOpen(t *testing.T) {
	f := read(t, map[string]string{"definition.yaml": definition,
		"composition.yaml": composition + "        - {fromFieldPath: spec.size, toFieldPath: spec.forProvider.region}\n"})
	a := asset(t, &f, "", "Composition/x/r")
	rds := a.Attrs.Read("region")
	if len(rds) != 1 || rds[0].Unknown != "a claim of X says spec.size (its default is 2; it is one of 1, 2)" || a.Partial == "" {
		t.Errorf("%+v, %q", rds, a.Partial)
	}
}

// References name resources by what the field asks for.
func TestReferences(t *testing.T) {
	const head = "apiVersion: ec2.aws.upbound.io/v1beta1\nkind: "
	f := read(t, map[string]string{
		"a.yaml": head + "VPC\nmetadata: {name: net, labels: {of: us}}\nspec: {forProvider: {region: r}}\n---\n" +
			head + "Subnet\nmetadata: {name: net, labels: {of: us}}\nspec: {forProvider: {vpcIdRef: {name: net}}}\n---\n" +
			head + "Instance\nmetadata: {name: i}\nspec:\n  forProvider:\n    subnetIdRefs: [{name: net}, {name: gone}]\n    vpcIdSelector: {matchLabels: {of: us}}\n    hostIdSelector: {matchLabels: {of: nobody}}\n",
	})
	for _, c := range []struct{ of, attr, want string }{
		{"Subnet/net", "vpcId", "VPC/net"}, {"Instance/i", "subnetIds", ""}, {"Instance/i", "subnetId", "Subnet/net"}, {"Instance/i", "vpcId", "VPC/net"}, {"Instance/i", "hostId", ""},
	} {
		rds := asset(t, &f, "", c.of).Attrs.Read(c.attr)
		if c.want == "" {
			if c.attr == "hostId" && (len(rds) != 1 || rds[0].Unknown == "" || len(rds[0].Refs) != 0) {
				t.Errorf("%s of %s is %+v", c.attr, c.of, rds)
			}
			continue
		}
		if len(rds) == 0 || rds[0].Unknown == "" || !slices.Equal(rds[0].Refs, []graph.Address{graph.Address(c.want)}) {
			t.Errorf("%s of %s is %+v, want %s", c.attr, c.of, rds, c.want)
		}
	}
}

// One object that stands in two folders makes two units of them; two kinds of
// one name get their groups.
func TestRoots(t *testing.T) {
	bucket := "apiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: b}\nspec: {forProvider: {region: r}}\n"
	f := read(t, map[string]string{"test/a.yaml": bucket, "prod/a.yaml": bucket, "prod/sub/c.yaml": strings.Replace(bucket, "s3.aws", "storage.gcp", 1), "prod/d.yaml": "kind: [unclosed\nforProvider: x\n",
		"prod/t.yaml": "apiVersion: {{ .Values.x }}\nforProvider: {{ x }}\n"})
	asset(t, &f, "test", "Bucket/b")
	asset(t, &f, "prod", "Bucket.s3.aws.upbound.io/b")
	a := asset(t, &f, "prod", "Bucket.storage.gcp.upbound.io/b")
	if a.Provider == nil || a.Provider.Source != "gcp.upbound.io" || a.Type != "storage.gcp.upbound.io/Bucket" {
		t.Errorf("%+v", a)
	}
	if len(f.Problems) != 2 || f.Problems[0].Origin.Line == 0 || !strings.Contains(f.Problems[1].Message, "template") {
		t.Errorf("problems: %+v", f.Problems)
	}
}

// A composition that is made of itself ends, and says so.
func TestCircle(t *testing.T) {
	res := ""
	for range 12 {
		res += "    - base: {apiVersion: clinic.example/v1, kind: X, spec: {}}\n"
	}
	circle := "---\napiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: x}\nspec:\n  compositeTypeRef: {apiVersion: clinic.example/v1, kind: X}\n  resources:\n" + res
	f := read(t, map[string]string{"a.yaml": definition + circle + "---\n" + claim})
	if len(f.Assets) == 0 || len(f.Assets) > 30_000 || len(f.Problems) != 1 {
		t.Errorf("%d assets, problems %v", len(f.Assets), f.Problems)
	}
}
