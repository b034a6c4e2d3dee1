package sbom_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
)

// content is a bill with everything that a bill can have, in some order.
func content(reverse bool) *sbom.Content {
	c := &sbom.Content{
		Subject: sbom.Subject{Name: "app", Version: "1", Digest: "sha256:" + strings.Repeat("a", 64), Image: true, Created: "2026-11-01T00:00:00Z"},
		Packages: []graph.Package{
			{Ecosystem: "pypi", Name: "openai", Version: "1.0", PURL: "pkg:pypi/openai@1.0", Licenses: []string{"Apache-2.0"}, Supplier: "OpenAI", Layer: 2, Path: "a"},
			{Ecosystem: "pypi", Name: "openai", Version: "1.0", PURL: "pkg:pypi/openai@1.0", Layer: 3, Path: "b", Dev: true},
			{Ecosystem: "npm", Name: "x", Version: "2.0.0", PURL: "pkg:npm/x@2.0.0", Licenses: []string{"a licence of its own"}, Dev: true, In: "web", Path: "package.json"},
		},
		Models:   []sbom.Model{{Ref: "model:m", Name: "tuned", Format: "gguf", Architecture: "llama", SHA256: strings.Repeat("b", 64), Developer: "clinic", Country: "DE", Base: []string{"mistral"}, Source: "https://hub.example/m", Layer: 2, Path: "m.gguf"}},
		Services: []sbom.Service{{Host: "api.example", Operator: "Example Inc.", Seat: "US", Outside: true, Countries: []graph.Country{"US"}, Laws: []graph.LawID{"US_CLOUD_ACT"}, Flows: []sbom.Flow{{From: "app", Purpose: "data", Classes: []graph.ClassID{"prompts"}}, {From: "app", Purpose: "registry"}}}, {Host: "b.example", Unknown: "nobody knows"}},
		Tool:     "1.0", At: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC),
	}
	if reverse {
		slices.Reverse(c.Packages)
		slices.Reverse(c.Services)
		slices.Reverse(c.Services[1].Flows)
	}
	return c
}

func written(t *testing.T, format string, c *sbom.Content) string {
	t.Helper()
	var b bytes.Buffer
	if err := sbom.Write(&b, format, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The order in which things were found does not matter.
func TestDeterministic(t *testing.T) {
	for _, format := range sbom.Formats() {
		if a, b := written(t, format, content(false)), written(t, format, content(true)); a != b {
			t.Errorf("%s: two bills of one content differ", format)
		}
	}
	if err := sbom.Write(&bytes.Buffer{}, "xml", content(false)); err == nil || !strings.Contains(err.Error(), "there are: cyclonedx, spdx") {
		t.Errorf("%v", err)
	}
}

func TestCycloneDX(t *testing.T) {
	var doc struct {
		SpecVersion string
		Components  []struct {
			Name, Purl, Scope string
			Hashes            []struct{ Content string }
			Properties        []struct{ Name, Value string }
			Manufacturer      struct{ Address struct{ Country string } }
			Pedigree          struct{ Ancestors []struct{ Name string } }
		}
		Services []struct {
			Name, TrustZone string
			Boundary        bool `json:"x-trust-boundary"`
			Data            []struct{ Flow, Classification string }
		}
		Compositions []struct{ Aggregate string }
	}
	c := content(false)
	if err := json.Unmarshal([]byte(written(t, "cyclonedx", c)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.SpecVersion != "1.6" || len(doc.Components) != 3 || doc.Compositions[0].Aggregate != "unknown" {
		t.Fatalf("%+v", doc)
	}
	x, openai, model := doc.Components[0], doc.Components[1], doc.Components[2]
	if x.Name != "x" || x.Scope != "excluded" || openai.Purl != "pkg:pypi/openai@1.0" || openai.Scope != "" || fmt.Sprint(openai.Properties) != "[{bailiwick:layer 2} {bailiwick:location layer 2: /a} {bailiwick:location layer 3: /b}]" {
		t.Errorf("packages: %+v", doc.Components)
	}
	if model.Hashes[0].Content != strings.Repeat("b", 64) || model.Manufacturer.Address.Country != "DE" || model.Pedigree.Ancestors[0].Name != "mistral" {
		t.Errorf("model: %+v", model)
	}
	if s := doc.Services[0]; s.TrustZone != "US" || !s.Boundary || fmt.Sprint(s.Data) != "[{inbound prompts} {outbound unclassified}]" {
		t.Errorf("service: %+v", s)
	}
	c.Gaps = []graph.Problem{{Message: "x"}}
	if !strings.Contains(written(t, "cyclonedx", c), `"aggregate": "incomplete"`) {
		t.Error("a bill with gaps does not say so")
	}
}

func TestSPDX(t *testing.T) {
	var doc struct {
		SpdxVersion   string
		Packages      []struct{ Name, LicenseDeclared string }
		Relationships []struct{ RelationshipType string }
	}
	if err := json.Unmarshal([]byte(written(t, "spdx", content(false))), &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, p := range doc.Packages {
		got = append(got, p.Name+" "+p.LicenseDeclared+" "+doc.Relationships[i].RelationshipType)
	}
	want := []string{"app NOASSERTION DESCRIBES", "x NOASSERTION OTHER", "openai Apache-2.0 CONTAINS", "tuned NOASSERTION CONTAINS", "api.example NOASSERTION DEPENDS_ON", "b.example NOASSERTION DEPENDS_ON"}
	if doc.SpdxVersion != "SPDX-2.3" || !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// Each of the seven clusters is asked; what we write ourselves is there.
func TestCheck(t *testing.T) {
	c := content(false)
	c.Advice = []sbom.Advice{{ID: "A-1", Refs: []string{"pkg:npm/x@2.0.0"}}}
	elements, err := sbom.Check([]byte(written(t, "cyclonedx", c)), "g7-ai")
	if err != nil {
		t.Fatal(err)
	}
	clusters := map[string]int{}
	for _, e := range elements {
		clusters[e.Cluster]++
		if e.By == "tool" && e.Status != sbom.Automated {
			t.Errorf("%s %s is %s, and we could have written it", e.ID, e.Name, e.Status)
		}
	}
	if len(elements) != 50 || fmt.Sprint(clusters) != "map[Dataset Properties:10 Infrastructure:2 Key Performance Indicators:2 Metadata:10 Models:13 Security Properties:4 System Level Properties:9]" {
		t.Errorf("%d elements, %v", len(elements), clusters)
	}
	empty, err := sbom.Check([]byte(`{"bomFormat": "CycloneDX", "specVersion": "1.6"}`), "g7-ai")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range empty {
		if has := e.Status != sbom.Missing; has != (e.ID == "G7AI-MD-03" || e.ID == "G7AI-MD-04") {
			t.Errorf("of an empty document %s is %s", e.ID, e.Status)
		}
	}
	full := `{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1, "signature": {"algorithm": "RS512", "value": "x"},
	"metadata": {"authors": [{"name": "a"}], "properties": [{"name": "g7ai:SLP-08", "value": "x"}, {"name": "g7ai:SP-03", "value": "x"}, {"name": "g7ai:SP-01", "value": "x"}, {"name": "g7ai:KPI-01", "value": "x"}],
	  "component": {"type": "application", "name": "s", "description": "d", "supplier": {"name": "x"}}},
	"declarations": {}, "services": [{"name": "s", "data": [{"flow": "inbound", "classification": "prompts"}]}],
	"components": [{"type": "device", "name": "gpu"}, {"type": "machine-learning-model", "bom-ref": "m", "name": "m", "version": "1", "description": "d", "licenses": [{"license": {"id": "MIT"}}], "externalReferences": [{"type": "website", "url": "u"}], "properties": [{"name": "g7ai:MDL-04", "value": "x"}],
	   "modelCard": {"modelParameters": {"approach": {"type": "supervised"}, "inputs": [{"format": "text"}], "outputs": [{"format": "text"}]}, "quantitativeAnalysis": {}}},
	  {"type": "data", "bom-ref": "d", "name": "d", "description": "d", "hashes": [{"alg": "MD5", "content": "x"}], "supplier": {"name": "x"}, "licenses": [{"license": {"id": "MIT"}}], "pedigree": {}, "properties": [{"name": "g7ai:DP-07", "value": "x"}], "data": [{"type": "dataset", "contents": {"url": "u"}, "classification": "public"}]}]}`
	elements, err = sbom.Check([]byte(full), "g7-ai")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range elements {
		if e.By == "person" && e.Status != sbom.Human {
			t.Errorf("%s %s is %s, and somebody wrote it", e.ID, e.Name, e.Status)
		}
	}
	for src, profile := range map[string]string{"{}": "g7-ai", "x": "g7-ai", full: "other"} {
		if _, err := sbom.Check([]byte(src), profile); err == nil {
			t.Errorf("%.10s against %s is no error", src, profile)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "data", "data": [{}], "components": [{"type": "machine-learning-model"}]}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		elements, err := sbom.Check(src, "g7-ai")
		if err == nil && len(elements) != 50 {
			t.Errorf("%d elements", len(elements))
		}
	})
}

// SPDX tells of weights what CycloneDX tells.
func TestSPDXModel(t *testing.T) {
	c := content(false)
	c.Models[0].License = "Apache-2.0"
	bill := written(t, "spdx", c)
	for _, want := range []string{strings.Repeat("b", 64), `"licenseDeclared": "Apache-2.0"`} {
		if !strings.Contains(bill, want) {
			t.Errorf("%s is not in the bill", want)
		}
	}
}

// A list that is there and empty is no element.
func TestEmptyIsMissing(t *testing.T) {
	bill := `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"authors": [], "component": {"type": "application", "name": "a", "hashes": []}}, "dependencies": [], "components": [
		{"type": "data", "name": "d", "hashes": [], "licenses": [], "externalReferences": []},
		{"type": "machine-learning-model", "name": "m", "modelCard": {"modelParameters": {"inputs": [], "outputs": [], "datasets": []}}}]}`
	elements, err := sbom.Check([]byte(bill), "g7-ai")
	if err != nil {
		t.Fatal(err)
	}
	missing := []string{"MD-01", "MD-10", "SLP-04", "DP-05", "DP-06", "DP-10", "MDL-10", "MDL-11"}
	for _, e := range elements {
		if e.Status == sbom.Missing {
			missing = slices.DeleteFunc(missing, func(id string) bool { return "G7AI-"+id == e.ID })
		}
	}
	if len(missing) > 0 {
		t.Errorf("%v count as there", missing)
	}
}
