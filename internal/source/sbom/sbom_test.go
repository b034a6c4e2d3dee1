package sbom_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/sbom"
)

const cyclonedx = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"name": "app"}},
"components": [
 {"type": "library", "name": "openai", "version": "1.0", "purl": "pkg:pypi/openai@1.0", "licenses": [{"license": {"id": "MIT"}}], "supplier": {"name": "S"},
  "components": [{"name": "@a/b", "purl": "pkg:npm/%40a/b@2.0.0", "scope": "excluded"}]},
 {"name": "bash", "version": "5", "purl": "pkg:deb/debian/bash@5?arch=amd64"},
 {"name": "nameless"}],
"services": [
 {"name": "llm", "endpoints": ["https://api.example/v1"], "data": [{"flow": "inbound", "classification": "prompts"}], "services": [{"name": "inner"}]},
 {"name": "cdn", "endpoints": ["https://cdn.example"], "data": [{"flow": "outbound", "classification": "unclassified"}]}],
"compositions": [{"aggregate": "incomplete"}]}`

const spdx = `{"spdxVersion": "SPDX-2.3", "name": "app",
"packages": [{"name": "x", "versionInfo": "1", "supplier": "Organization: S", "licenseDeclared": "MIT", "licenseConcluded": "NOASSERTION",
 "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:cargo/x@1.0.0"}]}, {"name": "y"}]}`

func said(f *graph.Facts) []string {
	var out []string
	for _, p := range f.Packages {
		out = append(out, fmt.Sprintf("%d %s %s %s %s %v %v %s", p.Origin.Line, p.Ecosystem, p.Name, p.Version, p.Supplier, p.Licenses, p.Dev, p.In))
	}
	for _, x := range f.Flows {
		out = append(out, fmt.Sprintf("%d %s %s %s %v %s", x.Origin.Line, x.State, x.Purpose, x.To, x.Data, x.Unknown))
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%d %s", p.Origin.Line, p.Message))
	}
	return out
}

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, c := range map[string]struct {
		src  string
		want []string
	}{
		"bom.json": {cyclonedx, []string{"3 pypi openai 1.0 S [MIT] false app", "4 npm @a/b 2.0.0  [] true app", "5 deb bash 5  [] false app",
			"8 declared data https://api.example/v1 [prompts] ", "8 declared data  [] the bill names the service inner without an endpoint: add its address", "9 declared update https://cdn.example [] ",
			"10 the bill says of itself that it is incomplete: write it again from what it is about"}},
		"x.spdx.json": {spdx, []string{"2 cargo x 1.0.0 S [MIT] false app"}},
		"cut.json":    {cyclonedx[:300], []string{"4 this is not valid JSON: it ends in the middle; the file may have been cut short"}},
	} {
		if err := os.WriteFile(name, []byte(c.src), 0o644); err != nil {
			t.Fatal(err)
		}
		if !sbom.Match(name, func() []byte { return []byte(c.src) }) {
			t.Errorf("%s is not read", name)
		}
		f := sbom.Read([]string{name})
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		if got := said(&f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
	for name, head := range map[string]string{"a.json": `{"x": 1}`, "bom.xml": cyclonedx, "b.json": strings.ReplaceAll(spdx, "SPDX-2", "SPDX-3")} {
		if sbom.Match(name, func() []byte { return []byte(head) }) {
			t.Errorf("%s is read", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(cyclonedx))
	f.Add([]byte(spdx))
	f.Fuzz(func(t *testing.T, src []byte) {
		name := filepath.Join(t.TempDir(), "bom.json")
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		a, b := sbom.Read([]string{name}), sbom.Read([]string{name})
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Error(d)
		}
	})
}
