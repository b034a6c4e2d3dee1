package arm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/arm"
)

func tree(t *testing.T, archive string) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	var out []string
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if arm.Match(f.Name, f.Data) {
			out = append(out, f.Name)
		}
	}
	return out
}

func say(rds []graph.Reading) string {
	var out []string
	for _, rd := range rds {
		s := fmt.Sprint(rd.Value)
		if rd.Unknown != "" {
			s = "? " + rd.Unknown
		}
		if len(rd.Refs) > 0 {
			s += fmt.Sprint(" ", rd.Refs)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func find(t *testing.T, f *graph.Facts, address string) *graph.Asset {
	t.Helper()
	var all []string
	for i := range f.Assets {
		if string(f.Assets[i].Address) == address {
			return &f.Assets[i]
		}
		all = append(all, string(f.Assets[i].Address))
	}
	t.Fatalf("there is no %s among %q, problems %v", address, all, f.Problems)
	return nil
}

const schema = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"`

const template = `
-- azuredeploy.json --
{` + schema + `,
 "parameters": {
  "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
  "prefix": {"type": "string", "defaultValue": "st"},
  "open": {"type": "bool"},
  "on": {"type": "bool", "defaultValue": true},
  "secret": {"type": "securestring", "defaultValue": "x"}},
 "variables": {
  "store": "[concat(parameters('prefix'), uniqueString(resourceGroup().id))]",
  "list": ["a", "b"],
  "copy": [{"name": "many", "count": 2, "input": "[concat('n', copyIndex('many'))]"}],
  "nested": {"deep": [{"x": 7}]}},
 "resources": [
  {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[variables('store')]", "location": "[parameters('location')]",
   "sku": {"Name": "Standard_LRS"}, "properties": {
    "A": "[if(parameters('on'), 'yes', 'no')]", "b": "[if(parameters('open'), 'yes', 'no')]", "same": "[if(parameters('open'), 'x', 'x')]",
    "fmt": "[format('{0}-{1:N}', 'a', toUpper('b'))]", "deep": "[variables('nested').deep[0].x]", "last": "[last(variables('list'))]",
    "many": "[variables('many')]", "secret": "[parameters('secret')]", "lit": "[[kept]", "sum": "[add(2, mul(3, 4))]",
    "cut": "[substring('abcdef', 1, 3)]", "split": "[split('a,b', ',')[1]]", "none": "[variables('no')]", "bad": "[oops(]",
    "map": "[map(createArray(1), lambda('x', lambdaVariables('x')))]", "in": "[contains(createObject('k', 1), 'K')]",
    "copy": [{"name": "rules", "count": "[length(variables('list'))]", "input": {"n": "[variables('list')[copyIndex('rules')]]"}}]},
   "resources": [{"type": "blobServices", "apiVersion": "2023-01-01", "name": "default", "properties": {}}]},
  {"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "apiVersion": "2023-01-01", "name": "[format('{0}/default/c', variables('store'))]"},
  {"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "site", "condition": "[parameters('open')]",
   "properties": {"id": "[resourceId('Microsoft.Storage/storageAccounts', variables('store'))]", "blob": "[reference(resourceId('Microsoft.Storage/storageAccounts', variables('store'))).primaryEndpoints.blob]",
    "key": "[listKeys(variables('store'), '2023-01-01').keys[0].value]"}},
  {"type": "Microsoft.Web/sites/providers/diagnosticSettings", "apiVersion": "2023-01-01", "name": "site/Microsoft.Insights/logs"},
  {"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "gone", "condition": "[not(parameters('on'))]"},
  {"type": "Microsoft.Compute/disks", "apiVersion": "2023-01-01", "name": "[concat('d', copyIndex(1))]", "copy": {"name": "disks", "count": 2}},
  {"type": "Microsoft.Compute/disks", "apiVersion": "2023-01-01", "name": "[concat('e', copyIndex())]", "copy": {"name": "disks", "count": "[int(parameters('open'))]"}}
 ]}
`

func TestTemplate(t *testing.T) {
	f := arm.Read(tree(t, template), arm.Options{})
	if err := f.Check(); err != nil || len(f.Problems) > 0 {
		t.Fatal(err, f.Problems)
	}
	const store = "Microsoft.Storage/storageAccounts/st{uniquestring({resourceGroup().id})}"
	a := find(t, &f, store)
	for path, want := range map[string]string{
		"location":           "? the template does not say where the resource group is: name it with --location",
		"SKU.name":           "Standard_LRS",
		"properties.a":       "yes",
		"properties.b":       "? the parameter open has no value: give it in a file of parameters",
		"properties.same":    "x",
		"properties.fmt":     "a-B",
		"properties.deep":    "7",
		"properties.last":    "b",
		"properties.many":    "[n0 n1]",
		"properties.secret":  "? the parameter secret is hidden",
		"properties.lit":     "[kept]",
		"properties.sum":     "14",
		"properties.cut":     "bcd",
		"properties.split":   "b",
		"properties.none":    "? there is no variable no",
		"properties.bad":     `? the expression cannot be read: ")" begins no expression`,
		"properties.map":     "? map is not worked out",
		"properties.in":      "true",
		"properties.rules.n": "a; b",
	} {
		if got := say(a.Attrs.Read(path)); path != "properties.bad" && got != want || !strings.HasPrefix(got, strings.Fields(want)[0]) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	site := find(t, &f, "Microsoft.Web/sites/site")
	if !strings.Contains(site.Partial, "open") {
		t.Errorf("partial %q", site.Partial)
	}
	for _, path := range []string{"properties.id", "properties.blob", "properties.key"} {
		rds := site.Attrs.Read(path)
		if len(rds) != 1 || rds[0].Unknown == "" || len(rds[0].Refs) != 1 || string(rds[0].Refs[0]) != store {
			t.Errorf("%s: %s", path, say(rds))
		}
	}
	if d := f.Assets[3]; d.Type != "Microsoft.Insights/diagnosticSettings" && f.Assets[4].Type != "Microsoft.Insights/diagnosticSettings" {
		t.Errorf("%+v", d)
	}
	for child, parent := range map[string]string{"Microsoft.Insights/diagnosticSettings/site/Microsoft.Insights/logs": "Microsoft.Web/sites/site", store + "/blobServices/default": store, store + "/blobServices/default/containers/c": store + "/blobServices/default"} {
		if rds := find(t, &f, child).Attrs.Read("parent"); len(rds) != 1 || len(rds[0].Refs) != 1 || string(rds[0].Refs[0]) != parent {
			t.Errorf("%s: parent %s", child, say(rds))
		}
	}
	find(t, &f, "Microsoft.Compute/disks/d1")
	find(t, &f, "Microsoft.Compute/disks/d2")
	if e := find(t, &f, "Microsoft.Compute/disks/e{copyIndex()}"); e.Partial == "" {
		t.Error("a loop that is not known is whole")
	}
	if f.Absent != 1 || f.Blocks != len(f.Assets)+f.Absent {
		t.Errorf("%d blocks, %d absent, %d assets", f.Blocks, f.Absent, len(f.Assets))
	}
}

const nested = `
-- main.json --
{` + schema + `, "languageVersion": "2.0", "metadata": {"_generator": {"name": "bicep"}},
 "resources": {
  "old": {"existing": true, "type": "Microsoft.KeyVault/vaults", "apiVersion": "1", "name": "kv"},
  "net": {"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "net", "properties": {
    "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"loc": {"value": "westeurope"}},
    "template": {` + schema + `, "parameters": {"loc": {"type": "string"}}, "resources": {
      "vnet": {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "1", "name": "v", "location": "[parameters('loc')]"}},
     "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Network/virtualNetworks', 'v')]"}, "loc": {"type": "string", "value": "[parameters('loc')]"}}}}},
  "vms": {"copy": {"name": "vms", "count": 2}, "type": "Microsoft.Compute/virtualMachines", "apiVersion": "1", "name": "[format('vm{0}', copyIndex())]", "location": "[reference('net').outputs.loc.value]",
    "properties": {"net": "[reference('net').outputs.id.value]", "vault": "[reference('old').vaultUri]"}},
  "far": {"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "far", "properties": {"templateLink": {"uri": "https://example.com/x.json"}}},
  "near": {"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "near", "properties": {"templateLink": {"relativePath": "sub/near.json"}, "parameters": {"n": {"value": "x"}}}}
 }}
-- sub/near.json --
{` + schema + `, "parameters": {"n": {"type": "string"}}, "resources": [{"type": "Microsoft.Sql/servers", "apiVersion": "1", "name": "[parameters('n')]", "location": "[resourceGroup().location]"}]}
-- main.bicep --
resource x
-- modules/a.bicep --
resource x
`

// What Bicep compiles to is read in its place; values in Bicep are for who names
// files with such.
func TestBicepParam(t *testing.T) {
	const files = "-- main.bicep --\nx\n-- main.json --\n{" + schema + ", \"resources\": []}\n-- eu.bicepparam --\nusing 'main.bicep'\n"
	for named, want := range map[string]string{"": "main.bicep main.json", "p.json": "eu.bicepparam main.bicep main.json"} {
		o := arm.Options{}
		if named != "" {
			o.Parameters = []string{named}
		}
		f := arm.Read(tree(t, files+"-- p.json --\n{\"parameters\": {}}\n"), o)
		read, said := strings.Join(f.Files, " "), len(f.Problems) == 1 && strings.Contains(f.Problems[0].Message, "build-params")
		if !strings.Contains(read, want) || said != (named == "") {
			t.Errorf("with parameters %q the files are %s, the problems %v", named, read, f.Problems)
		}
	}
}

func TestNested(t *testing.T) {
	f := arm.Read(tree(t, nested), arm.Options{Location: "germanywestcentral"})
	if len(f.Problems) > 0 {
		t.Error(f.Problems)
	}
	vm := find(t, &f, "vms[1]")
	for path, want := range map[string]string{"name": "vm1", "location": "westeurope", "properties.net": "? the id of net/vnet is known after it was deployed [net/vnet]"} {
		if got := say(vm.Attrs.Read(path)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := say(find(t, &f, "near/Microsoft.Sql/servers/x").Attrs.Read("location")); got != "germanywestcentral" {
		t.Error(got)
	}
	if far := find(t, &f, "far"); far.Type != "module" || far.Partial == "" {
		t.Errorf("%+v", far)
	}
	if len(f.Flows) != 1 || f.Flows[0].From != "far" || f.Flows[0].To != "https://example.com/x.json" || f.Flows[0].Purpose != "source" || f.Flows[0].Origin.Line == 0 {
		t.Errorf("%+v", f.Flows)
	}
	if v := find(t, &f, "net/vnet"); v.Module != "net" || v.Root != vm.Root {
		t.Errorf("%+v", v)
	}
	if len(f.Assets) != 7 {
		t.Errorf("%d assets", len(f.Assets))
	}
}

func TestGiven(t *testing.T) {
	files := tree(t, template+`-- p.json --
{"parameters": {"open": {"value": true}, "location": {"value": "northeurope"}, "secret": {"reference": {}}}}
`)
	f := arm.Read(files, arm.Options{Parameters: []string{"p.json"}})
	if site := find(t, &f, "Microsoft.Web/sites/site"); site.Partial != "" {
		t.Error(site.Partial)
	}
	if got := say(f.Assets[0].Attrs.Read("location")); got != "northeurope" {
		t.Error(got)
	}
}

func TestMatch(t *testing.T) {
	for src, want := range map[string]bool{
		"{" + schema + "}": true,
		`{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"}`: true,
		`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"}`:           false,
		`{"resources": []}`: false,
	} {
		if arm.Match("x.json", []byte(src)) != want || arm.Match("x.yaml", []byte(src)) {
			t.Error(src)
		}
	}
}

func TestBad(t *testing.T) {
	f := arm.Read(tree(t, "-- a.json --\n{"+schema+"\n, x}\n-- b.json --\n{"+schema+`, "resources": [{"type": 3}, "x"]}`+"\n-- c.bicep --\nx\n"), arm.Options{})
	if len(f.Problems) != 4 || len(f.Assets) != 0 {
		t.Errorf("%v, %d assets", f.Problems, len(f.Assets))
	}
	for _, p := range f.Problems {
		if p.Origin.File != "c.bicep" && p.Origin.Line == 0 {
			t.Errorf("%+v", p)
		}
	}
}

func TestMultiline(t *testing.T) {
	f := arm.Read(tree(t, "-- a.json --\n{"+schema+",\n\"resources\": [\n{\"type\": \"A.B/c\", \"name\": \"[concat('a',\n  'b')]\"},\n{\"type\": \"A.B/d\", \"name\": \"x\"}]}\n"), arm.Options{})
	if a := find(t, &f, "A.B/c/ab"); a.Origin.Line != 3 {
		t.Errorf("%+v", a.Origin)
	}
	if a := find(t, &f, "A.B/d/x"); a.Origin.Line != 5 {
		t.Errorf("%+v", a.Origin)
	}
}
