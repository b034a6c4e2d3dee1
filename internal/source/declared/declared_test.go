package declared

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const (
	threagileModel = `threagile_version: 1.0.0
data_assets:
  Records: {id: records}
technical_assets:
  Shop:
    id: shop
    technology: web-application
    tags: [some-erp]
    communication_links:
      Reads records:
        target: db
        protocol: jdbc
        data_assets_sent: [records]
      Asks a model:
        target: model
      Loses: {target: nobody}
  Database: &db {id: db, technologies: [database], tags: ["country:DE"]}
  Model: {id: model, technology: ai, tags: ["host:api.eu.mistral.ai"]}
trust_boundaries:
  Outer: {id: outer, type: network-cloud-provider, tags: [aws], trust_boundaries_nested: [inner]}
  Inner: {id: inner, tags: ["region=eu-central-1"], technical_assets_inside: [shop], trust_boundaries_nested: [outer]}
`
	otmModel = `{"otmVersion": "0.2.0", "project": {"id": "p"},
 "trustZones": [{"id": "z", "name": "Cloud", "type": "private", "attributes": {"country": "FR"}}],
 "components": [
  {"id": "web", "name": "Web", "type": "web-service", "parent": {"component": "web"}},
  {"id": "2ab4effa-40b7-4cd2-ba81-8247d29a6f2d", "name": "Store", "type": "s3", "parent": {"trustZone": "z"}, "tags": ["x=y"]}],
 "dataflows": [{"id": "f", "name": "Saves", "source": "web", "destination": "2ab4effa-40b7-4cd2-ba81-8247d29a6f2d", "bidirectional": true, "assets": ["cards"]}]}`
	tmbomModel = `{"$schema": "https://x.example/threat-model.schema.json", "scope": {"title": "t"},
 "trust_zones": [{"symbolic_name": "z", "title": "Zone"}],
 "components": [{"symbolic_name": "web", "trust_zone": "z"}],
 "data_stores": [{"symbolic_name": "images", "type": "object", "vendor": "Azure"}],
 "data_sets": [{"symbolic_name": "pictures", "placements": [{"data_store": "images"}]}],
 "data_flows": [{"symbolic_name": "f", "title": "Saves", "source": {"type": "component", "object": "web"}, "destination": {"type": "data_store", "object": "images"}}]}`
	fidesModel = `dataset:
- fides_key: users
  meta: null
system:
- fides_key: shop
  name: Shop
  egress: [{fides_key: partner, type: system, data_categories: [user.contact]}]
  ingress: [{fides_key: users, type: dataset}]
  privacy_declarations:
  - {name: n, data_use: essential, data_categories: [user.name], dataset_references: [users.accounts]}
`
	backstageModel = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: search, annotations: {x: y}}
spec: {type: service, dependsOn: ['resource:other/db', "component:lib"], consumesApis: [archive]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db, namespace: other}
spec: {type: database}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jane}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: tools}
spec: {type: mcp-server, lifecycle: production, owner: a, remotes: [{type: streamable-http, url: "https://mcp.example.com/mcp"}, {type: sse}]}
`
	lineage = `{"eventType": "START", "eventTime": "2026-11-01T10:00:00Z", "run": {"runId": "1"}, "job": {"namespace": "food", "name": "load"}, "inputs": [{"namespace": "postgres://db.clinic.example:5432", "name": "a"}], "outputs": []}
{"eventType": "COMPLETE", "eventTime": "2026-11-01T11:00:00Z", "run": {"runId": "1"}, "job": {"namespace": "food", "name": "load"}, "inputs": [{"namespace": "postgres://db.clinic.example:5432", "name": "a"}], "outputs": [{"namespace": "s3://bucket", "name": "b"}, {"namespace": "file", "name": "/tmp/x"}, {"namespace": "abfss://c@acct.dfs.core.windows.net", "name": "z"}]}
`
)

func read(t testing.TB, name, text string) graph.Facts {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if !Match(file, []byte(text)) {
		t.Fatalf("%s is not matched", name)
	}
	f := Read([]string{file})
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	return f
}

// told is what was read, a line each: assets with type, flows with what they carry.
func told(f *graph.Facts) []string {
	var out []string
	for _, a := range f.Assets {
		out = append(out, fmt.Sprintf("%s %s :%d", a.Address, a.Type, a.Origin.Line))
	}
	for _, w := range f.Flows {
		s := fmt.Sprintf("%s > %s %s %v :%d", w.From, w.To, w.State, w.Data, w.Origin.Line)
		if w.Unknown != "" {
			s += " ? " + w.Unknown
		}
		if w.Traffic != nil {
			s += fmt.Sprintf(" %d× %s", w.Traffic.Count, w.Traffic.Last.Sub(w.Traffic.First))
		}
		out = append(out, s)
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("! :%d %s", p.Origin.Line, p.Message))
	}
	return out
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"model.yaml": {threagileModel, []string{
			"shop threagile.web-application :5", "db threagile.database :17", "model threagile.ai :18",
			"shop > db declared [records] :10", "shop > api.eu.mistral.ai declared [] :14", "shop >  declared [] :16 ? the description has no element called nobody",
		}},
		"model.json": {otmModel, []string{
			"web otm.web-service :4", "Store otm.s3 :5", "web > Store declared [cards] :6", "Store > web declared [cards] :6",
		}},
		"library.json": {tmbomModel, []string{"web tmbom.component :3", "images tmbom.store.object :4", "web > images declared [pictures] :6"}},
		"fides.yml": {fidesModel, []string{
			"users fideslang.dataset :2", "shop fideslang.system :5", "partner fideslang.system :7",
			"shop > partner declared [user.contact] :7", "users > shop declared [user.name] :8", "shop > users declared [user.name] :10",
		}},
		"catalog-info.yaml": {backstageModel, []string{
			"component:default/search backstage.component.service :1", "resource:other/db backstage.resource.database :6", "api:default/tools backstage.api.mcp-server :15", "component:default/lib backstage.component :4", "api:default/archive backstage.api :4",
			"component:default/search > resource:other/db declared [] :4", "component:default/search > component:default/lib declared [] :4", "component:default/search > api:default/archive declared [] :4",
			"api:default/tools > https://mcp.example.com/mcp declared [] :18", "api:default/tools >  declared [] :18 ? the remote has no address that can be read",
		}},
		"events.ndjson": {lineage, []string{
			"food/load > db.clinic.example:5432 observed [] :1 2× 1h0m0s",
			"food/load >  observed [] :2 ? the namespace s3://bucket of the dataset names no host 1× 0s",
			"food/load > acct.dfs.core.windows.net observed [] :2 1× 0s",
		}},
	} {
		f := read(t, name, c.text)
		if got := told(&f); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant:\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Labels are tags and attributes of a thing and of what it stands in, the nearest
// first, and a circle of boundaries ends.
func TestLabels(t *testing.T) {
	f := read(t, "model.yaml", threagileModel)
	for path, want := range map[string]any{"labels.region": "eu-central-1", "labels.aws": "aws", "labels.some-erp": "some-erp", "labels.boundary": "Inner", "labels.network-cloud-provider": "Outer", "technology": "web-application"} {
		if got := f.Assets[0].Attrs.Read(path); len(got) != 1 || got[0].Value != want {
			t.Errorf("%s is %v", path, got)
		}
	}
	f = read(t, "model.json", otmModel)
	if got := f.Assets[1].Attrs.Read("labels.country"); len(got) != 1 || got[0].Value != "FR" || got[0].Origin.Line != 2 {
		t.Errorf("the zone's country is %v", got)
	}
}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"cut":    {"m.json", `{"otmVersion": "0.2.0", "components": [`, "cut short"},
		"tab":    {"m.yaml", "technical_assets:\n\t- a", "not valid YAML"},
		"twice":  {"m.yaml", "technical_assets:\n  A: {id: x}\n  B: {id: x}\n", "two things called x"},
		"scalar": {"m.yaml", "technical_assets:\n  A: 3\n", "is no object"},
		"noname": {"c.yaml", "apiVersion: backstage.io/v1alpha1\nkind: API\n", "has no metadata.name"},
		"line":   {"e.jsonl", strings.Replace(lineage, "COMPLETE\"", "COMPLETE", 1), "in this line"},
	} {
		f := read(t, c.file, c.text)
		if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, c.want) {
			t.Errorf("%s: %v", name, f.Problems)
		}
	}
	if f := Read([]string{"missing.yaml"}); len(f.Problems) != 1 {
		t.Errorf("a file that is not there: %v", f.Problems)
	}
}

// Others' YAML and JSON is not taken for a description.
func TestMatch(t *testing.T) {
	for file, text := range map[string]string{
		"deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n", "values.yaml": "system: {a: b}\n", "schema.json": `{"$schema": "x", "properties": {"eventTime": {}, "namespace": {}, "job": {}}}`,
		"threat-model.schema.json": `{"$id": "https://x/threat-model.schema.json", "$defs": {}}`, "main.tf": "technical_assets:", "trail.json": `{"Records": [{"eventTime": "x"}]}`, "dataset.yaml": "dataset:\n  name: x\n",
	} {
		if Match(file, []byte(text)) {
			t.Errorf("%s is taken for a description", file)
		}
	}
}

func TestHostLike(t *testing.T) {
	for s, want := range map[string]bool{"api.eu.mistral.ai": true, "https://api.example.com/v1": true, "db.clinic.example:5432": true, "customer-database": false, "main.py": false, "Web Server": false, "1.2.3": false, "a..b": false, "": false, "v1.2": false} {
		if got := hostLike(s); got != want {
			t.Errorf("hostLike(%q) = %v", s, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for name, text := range map[string]string{"a.yaml": threagileModel, "a.json": otmModel, "b.json": tmbomModel, "b.yml": fidesModel, "c.yaml": backstageModel, "c.ndjson": lineage} {
		f.Add(name, []byte(text))
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		if name = filepath.Base(name); !Name(name) || strings.ContainsAny(name, "\x00/\\") || len(name) > 100 {
			return
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, src, 0o600); err != nil {
			return
		}
		got := Read([]string{file})
		if err := got.Check(); err != nil {
			t.Error(err)
		}
		again := Read([]string{file})
		if !reflect.DeepEqual(told(&got), told(&again)) {
			t.Error("the same bytes give other facts")
		}
		for _, w := range got.Flows {
			if w.To == "" && w.Unknown == "" {
				t.Errorf("a flow to nothing without a reason: %+v", w)
			}
		}
		for _, a := range got.Assets {
			a.Attrs.Read("labels.country")
		}
	})
}
