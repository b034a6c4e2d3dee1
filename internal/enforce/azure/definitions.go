package azure

import (
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A definition is a policy of our own: what it refuses, as the "if" of a rule
// whose effect is deny.
type definition struct {
	name  string
	about string
	holds []graph.RuleID
	mode  string // All, or Indexed for what has a location and tags
	when  any
}

func allOf(of ...any) any { return map[string]any{"allOf": of} }
func anyOf(of ...any) any { return map[string]any{"anyOf": of} }

func is(name, op string, value any) any { return map[string]any{"field": name, op: value} }

func closed(why string) definition {
	return definition{"closed", "Closed: " + why, []graph.RuleID{"LOC-001", "OPR-001"}, "All", is("type", "exists", true)}
}

// inference refuses deployments of models whose type lets Azure compute anywhere,
// or in a data zone that is not inside.
func inference(c *bounds.Cloud) definition {
	const sku = "Microsoft.CognitiveServices/accounts/deployments/sku.name"
	refused := []any{is(sku, "like", "Global*")}
	if !c.Geography("eu") {
		refused = append(refused, is(sku, "like", "DataZone*"))
	}
	return definition{"inference", "Deployments of models compute inside", []graph.RuleID{"LOC-010"}, "All",
		allOf(is("type", "equals", "Microsoft.CognitiveServices/accounts/deployments"), anyOf(refused...))}
}

// storagePairs refuses geo-redundant accounts where the paired region is not inside.
func storagePairs(codes []string) definition {
	return definition{"storage-pairs", "Storage accounts are not copied to a region outside", []graph.RuleID{"LOC-004"}, "Indexed",
		allOf(is("type", "equals", "Microsoft.Storage/storageAccounts"), is("location", "in", codes),
			is("Microsoft.Storage/storageAccounts/sku.name", "in", []string{"Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS", "StandardV2_GRS", "StandardV2_GZRS"}))}
}

func databasePairs(codes []string) definition {
	geo := func(kind, alias string, value any) any {
		return allOf(is("type", "equals", kind), is("location", "in", codes), is(alias, "equals", value))
	}
	return definition{"database-pairs", "Backups of databases are not copied to a region outside", []graph.RuleID{"LOC-005"}, "Indexed", anyOf(
		geo("Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/databases/requestedBackupStorageRedundancy", "Geo"),
		geo("Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/databases/requestedBackupStorageRedundancy", "GeoZone"),
		geo("Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforPostgreSQL/flexibleServers/backup.geoRedundantBackup", "Enabled"),
		geo("Microsoft.DBforMySQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers/backup.geoRedundantBackup", "Enabled"),
	)}
}

func encrypted() definition {
	return definition{"encrypted", "Connections use TLS 1.2 or newer", []graph.RuleID{"ENC-001"}, "Indexed", anyOf(
		allOf(is("type", "equals", "Microsoft.Storage/storageAccounts"), anyOf(
			is("Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly", "equals", false),
			is("Microsoft.Storage/storageAccounts/minimumTlsVersion", "in", []string{"TLS1_0", "TLS1_1"}))),
		allOf(is("type", "equals", "Microsoft.Sql/servers"), is("Microsoft.Sql/servers/minimalTlsVersion", "in", []string{"None", "1.0", "1.1"})),
	)}
}

func public() definition {
	open := func(kind, alias string, value any) any {
		return allOf(is("type", "equals", kind), is(alias, "equals", value))
	}
	return definition{"public", "Stores, keys and AI services have no public face", []graph.RuleID{"EGR-012"}, "Indexed", anyOf(
		open("Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/allowBlobPublicAccess", true),
		open("Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/publicNetworkAccess", "Enabled"),
		open("Microsoft.Sql/servers", "Microsoft.Sql/servers/publicNetworkAccess", "Enabled"),
		open("Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/publicNetworkAccess", "Enabled"),
		open("Microsoft.CognitiveServices/accounts", "Microsoft.CognitiveServices/accounts/publicNetworkAccess", "Enabled"),
		open("Microsoft.DocumentDB/databaseAccounts", "Microsoft.DocumentDB/databaseAccounts/publicNetworkAccess", "Enabled"),
	)}
}

// vaults refuses vaults whose keys are protected less than the perimeter asks.
// Azure has no store of keys outside of itself: a managed HSM of which the customer
// has the security domain comes near, and does not suffice.
func vaults(b *bounds.Bounds, c *bounds.Cloud) definition {
	d := definition{name: "vaults", about: "Keys are held as the perimeter asks", holds: []graph.RuleID{"KEY-002"}, mode: "Indexed"}
	switch grade := b.Limits.Keys.MinGrade; {
	case b.KeysElsewhere(c) || grade >= 4:
		d.about = "Keys are held outside of Azure: no vault of it does"
		d.when = is("type", "in", []string{"Microsoft.KeyVault/vaults", "Microsoft.KeyVault/managedHSMs"})
	case grade >= 2:
		d.when = allOf(is("type", "equals", "Microsoft.KeyVault/vaults"), is("Microsoft.KeyVault/vaults/sku.name", "notEquals", "premium"))
	default:
		d.when = allOf(is("type", "equals", "Microsoft.KeyVault/vaults"), is("Microsoft.KeyVault/vaults/enablePurgeProtection", "notEquals", true))
	}
	return d
}

func confidential() definition {
	return definition{"confidential", "Machines protect what they compute on", []graph.RuleID{"TEE-001"}, "Indexed",
		allOf(is("type", "equals", "Microsoft.Compute/virtualMachines"), is("Microsoft.Compute/virtualMachines/securityProfile.securityType", "notEquals", "ConfidentialVM"))}
}
