//go:build real

package azure_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/azure"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// paths are those of the properties that our definitions name by an alias. Azure
// tells its list to customers only, so what it calls them is not held by this test;
// each was looked up in the copy of Azure/PSRule.Rules.Azure (data/providers), in
// Azure/azure-policy or in Microsoft's documentation (of deployments and vaults, sku.name).
var paths = map[string][]string{
	"Microsoft.CognitiveServices/accounts":             {"properties.publicNetworkAccess"},
	"Microsoft.CognitiveServices/accounts/deployments": {"sku.name"},
	"Microsoft.Compute/virtualMachines":                {"properties.securityProfile.securityType"},
	"Microsoft.Compute/virtualMachineScaleSets":        {"properties.virtualMachineProfile.securityProfile.securityType"},
	"Microsoft.DBforMySQL/flexibleServers":             {"properties.backup.geoRedundantBackup"},
	"Microsoft.DBforPostgreSQL/flexibleServers":        {"properties.backup.geoRedundantBackup"},
	"Microsoft.DocumentDB/databaseAccounts":            {"properties.publicNetworkAccess"},
	"Microsoft.KeyVault/vaults":                        {"properties.enablePurgeProtection", "properties.publicNetworkAccess", "properties.sku.name"},
	"Microsoft.Sql/servers":                            {"properties.minimalTlsVersion", "properties.publicNetworkAccess"},
	"Microsoft.Sql/servers/databases":                  {"properties.requestedBackupStorageRedundancy"},
	"Microsoft.Storage/storageAccounts":                {"properties.allowBlobPublicAccess", "properties.minimumTlsVersion", "properties.publicNetworkAccess", "properties.supportsHttpsTrafficOnly", "sku.name"},
}

// An engine is regorus, with the definitions of one perimeter.
type engine struct {
	bin, aliases string
	definitions  []string
}

func start(t *testing.T, perimeter string) *engine {
	t.Helper()
	e := &engine{bin: peer.Path(t, "regorus"), aliases: filepath.Join(t.TempDir(), "aliases.json")}
	type alias struct {
		Name  string   `json:"name"`
		Path  string   `json:"defaultPath"`
		Paths []string `json:"paths"`
	}
	type kind struct {
		Type    string  `json:"resourceType"`
		Aliases []alias `json:"aliases"`
	}
	type provider struct {
		Namespace string `json:"namespace"`
		Types     []kind `json:"resourceTypes"`
	}
	var list []provider
	for name, ps := range paths {
		space, rest, _ := strings.Cut(name, "/")
		k := kind{Type: rest}
		for _, p := range ps {
			k.Aliases = append(k.Aliases, alias{name + "/" + strings.TrimPrefix(p, "properties."), p, []string{}})
		}
		list = append(list, provider{space, []kind{k}})
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(e.aliases, text, 0o644); err != nil {
		t.Fatal(err)
	}
	e.definitions, err = filepath.Glob(filepath.Join(enforcetest.Written(t, azure.Target, perimeter), "definitions", "*.json"))
	if err != nil || len(e.definitions) == 0 {
		t.Fatalf("%q, %v", e.definitions, err)
	}
	return e
}

// refuse names the definitions that refuse a resource.
func (e *engine) refuse(t *testing.T, resource string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "resource.json")
	if err := os.WriteFile(file, []byte(resource), 0o644); err != nil {
		t.Fatal(err)
	}
	var by []string
	for _, d := range e.definitions {
		out, err := exec.Command(e.bin, "azure-policy-eval", "--policy-definition", d, "--resource", file, "--aliases", e.aliases).CombinedOutput()
		_, result, found := strings.Cut(string(out), "Policy evaluation result:\n")
		if err != nil || !found {
			t.Fatalf("%s: %v\n%s", filepath.Base(d), err, out)
		}
		if strings.Contains(result, `"deny"`) {
			by = append(by, strings.TrimSuffix(filepath.Base(d), ".json"))
		} else if s := strings.TrimSpace(result); s != `"<undefined>"` {
			t.Fatalf("%s says neither: %s", filepath.Base(d), s)
		}
	}
	return by
}

// TestRealEvaluate: Microsoft's engine takes every definition, and each refuses its
// mutants and nothing that is inside.
func TestRealEvaluate(t *testing.T) {
	e := start(t, inside)
	allowed, refused := 0, 0
	for _, r := range resources {
		t.Run(r.name, func(t *testing.T) {
			if by := e.refuse(t, r.text); len(by) > 0 {
				t.Errorf("it is inside, and refused by %q", by)
			} else {
				allowed++
			}
			for _, m := range r.mutants {
				if !strings.Contains(r.text, m.old) {
					t.Fatalf("%q is not in it", m.old)
				}
				if by := e.refuse(t, strings.Replace(r.text, m.old, m.with, 1)); !slices.Contains(by, m.by) {
					t.Errorf("%s for %s is refused by %q, and %s should", m.with, m.old, by, m.by)
				} else {
					refused++
				}
			}
		})
	}
	t.Logf("%d allowed, %d mutants refused", allowed, refused)
}

// TestRealClosed: where Azure may run nothing, everything is refused.
func TestRealClosed(t *testing.T) {
	for _, text := range enforcetest.Clinics(t) {
		e := start(t, text)
		for _, r := range resources {
			if by := e.refuse(t, r.text); !slices.Equal(by, []string{"closed"}) {
				t.Errorf("%s is refused by %q", r.name, by)
			}
		}
	}
}
