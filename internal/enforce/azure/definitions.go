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
// or in a data zone that is not inside, and types that we do not know.
func inference(c *bounds.Cloud) definition {
	const kind, sku = "Microsoft.CognitiveServices/accounts/deployments", "Microsoft.CognitiveServices/accounts/deployments/sku.name"
	inside := []string{"Standard", "ProvisionedManaged"}
	if c.Zoned() {
		inside = append(inside, "DataZoneStandard", "DataZoneProvisionedManaged", "DataZoneBatch")
	}
	return definition{"inference", "Deployments of models compute inside", []graph.RuleID{"LOC-010"}, "All", allOf(is("type", "equals", kind), is(sku, "notIn", inside))}
}

// storagePairs refuses accounts that are copied further than their region where the
// paired one is not inside.
func storagePairs(codes []string) definition {
	return definition{"storage-pairs", "Storage accounts are not copied to a region outside", []graph.RuleID{"LOC-004"}, "Indexed",
		allOf(is("type", "equals", "Microsoft.Storage/storageAccounts"), is("location", "in", codes),
			is("Microsoft.Storage/storageAccounts/sku.name", "notIn", []string{"Standard_LRS", "Standard_ZRS", "Premium_LRS", "Premium_ZRS", "StandardV2_LRS", "StandardV2_ZRS", "PremiumV2_LRS", "PremiumV2_ZRS"}))}
}

// databasePairs refuses the same of databases. What is not said is geo-redundant
// for SQL and is not for the other two.
func databasePairs(codes []string) definition {
	geo := func(kind, alias, op string, value any) any {
		return allOf(is("type", "equals", kind), is("location", "in", codes), is(alias, op, value))
	}
	return definition{"database-pairs", "Backups of databases are not copied to a region outside", []graph.RuleID{"LOC-005"}, "Indexed", anyOf(
		geo("Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/databases/requestedBackupStorageRedundancy", "notIn", []string{"Local", "Zone"}),
		geo("Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforPostgreSQL/flexibleServers/backup.geoRedundantBackup", "equals", "Enabled"),
		geo("Microsoft.DBforMySQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers/backup.geoRedundantBackup", "equals", "Enabled"),
	)}
}

// everywhere refuses what carries content on edges in the whole world. The location
// of such is "global", which Microsoft's definition of allowed locations lets be.
func everywhere() definition {
	return definition{"everywhere", "Nothing is served from everywhere", []graph.RuleID{"LOC-008"}, "All",
		is("type", "in", []string{"Microsoft.Cdn/profiles", "Microsoft.Network/frontDoors"})}
}

// encrypted asks that TLS be said: what Azure takes where it is not depends on the
// version of its interface.
func encrypted() definition {
	return definition{"encrypted", "Connections use TLS 1.2 or newer", []graph.RuleID{"ENC-001"}, "Indexed", anyOf(
		allOf(is("type", "equals", "Microsoft.Storage/storageAccounts"), anyOf(
			is("Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly", "notEquals", true),
			is("Microsoft.Storage/storageAccounts/minimumTlsVersion", "notIn", []string{"TLS1_2", "TLS1_3"}))),
		allOf(is("type", "equals", "Microsoft.Sql/servers"), is("Microsoft.Sql/servers/minimalTlsVersion", "notIn", []string{"1.2", "1.3"})),
	)}
}

// public asks that no face be said: where nothing is, there is one.
func public() definition {
	open := func(kind, alias string, shut any) any {
		return allOf(is("type", "equals", kind), is(kind+"/"+alias, "notEquals", shut))
	}
	return definition{"public", "Stores, keys and AI services have no public face", []graph.RuleID{"EGR-012"}, "Indexed", anyOf(
		open("Microsoft.Storage/storageAccounts", "allowBlobPublicAccess", false),
		open("Microsoft.Storage/storageAccounts", "publicNetworkAccess", "Disabled"),
		open("Microsoft.Sql/servers", "publicNetworkAccess", "Disabled"),
		open("Microsoft.KeyVault/vaults", "publicNetworkAccess", "Disabled"),
		open("Microsoft.CognitiveServices/accounts", "publicNetworkAccess", "Disabled"),
		open("Microsoft.DocumentDB/databaseAccounts", "publicNetworkAccess", "Disabled"),
	)}
}

// vaults refuses vaults whose keys are protected less than the perimeter asks.
// Azure has no store of keys outside of itself: a managed HSM of which the customer
// has the security domain comes near, and does not suffice. Nor does a vault say
// whether the material of a key was imported.
func vaults(b *bounds.Bounds, c *bounds.Cloud) definition {
	d := definition{name: "vaults", about: "Keys are held as the perimeter asks", holds: []graph.RuleID{"KEY-002"}, mode: "Indexed"}
	switch grade := b.Limits.Keys.MinGrade; {
	case b.KeysElsewhere(c) || grade >= 3:
		d.about = "Keys are imported or held outside of Azure: of no vault of it is that known"
		d.when = is("type", "in", []string{"Microsoft.KeyVault/vaults", "Microsoft.KeyVault/managedHSMs"})
	case grade >= 2:
		d.when = allOf(is("type", "equals", "Microsoft.KeyVault/vaults"), is("Microsoft.KeyVault/vaults/sku.name", "notEquals", "premium"))
	default:
		d.when = allOf(is("type", "equals", "Microsoft.KeyVault/vaults"), is("Microsoft.KeyVault/vaults/enablePurgeProtection", "notEquals", true))
	}
	return d
}

func confidential() definition {
	clear := func(kind, alias string) any {
		return allOf(is("type", "equals", kind), is(kind+"/"+alias, "notEquals", "ConfidentialVM"))
	}
	return definition{"confidential", "Machines protect what they compute on", []graph.RuleID{"TEE-001"}, "Indexed", anyOf(
		clear("Microsoft.Compute/virtualMachines", "securityProfile.securityType"),
		clear("Microsoft.Compute/virtualMachineScaleSets", "virtualMachineProfile.securityProfile.securityType"),
	)}
}
