//go:build real

package azure_test

type mutant struct{ by, old, with string }

// resources are inside as they are; each mutant is outside.
var resources = []struct {
	name, text string
	mutants    []mutant
}{
	{"store", `{"type": "Microsoft.Storage/storageAccounts", "name": "s", "location": "italynorth", "sku": {"name": "Standard_ZRS"}, "properties": {"supportsHttpsTrafficOnly": true, "minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": false, "publicNetworkAccess": "Disabled"}}`, []mutant{
		{"storage-pairs", "Standard_ZRS", "Standard_GRS"},
		{"storage-pairs", "Standard_ZRS", "Standard_RAGZRS"},
		{"storage-pairs", "Standard_ZRS", "standard_ragrs"},
		{"storage-pairs", "Standard_ZRS", "StandardV9_GRS"},
		{"encrypted", "TLS1_2", "TLS1_0"},
		{"encrypted", "TLS1_2", "TLS1_1"},
		{"encrypted", `"minimumTlsVersion": "TLS1_2", `, ""},
		{"encrypted", `"supportsHttpsTrafficOnly": true`, `"supportsHttpsTrafficOnly": false`},
		{"encrypted", `"supportsHttpsTrafficOnly": true, `, ""},
		{"public", `"allowBlobPublicAccess": false`, `"allowBlobPublicAccess": true`},
		{"public", `"allowBlobPublicAccess": false, `, ""},
		{"public", `"Disabled"`, `"Enabled"`},
		{"public", `, "publicNetworkAccess": "Disabled"`, ""},
		{"public", `"Disabled"`, `"SecuredByPerimeter"`},
	}},
	{"store where the pair is inside", `{"type": "Microsoft.Storage/storageAccounts", "name": "s", "location": "northeurope", "sku": {"name": "Standard_GRS"}, "properties": {"supportsHttpsTrafficOnly": true, "minimumTlsVersion": "TLS1_3", "allowBlobPublicAccess": false, "publicNetworkAccess": "disabled"}}`, []mutant{
		{"storage-pairs", "northeurope", "polandcentral"},
	}},
	{"server", `{"type": "Microsoft.Sql/servers", "name": "s", "location": "westeurope", "properties": {"minimalTlsVersion": "1.2", "publicNetworkAccess": "Disabled"}}`, []mutant{
		{"encrypted", `"1.2"`, `"1.0"`},
		{"encrypted", `"1.2"`, `"None"`},
		{"encrypted", `"minimalTlsVersion": "1.2", `, ""},
		{"public", `"Disabled"`, `"Enabled"`},
		{"public", `, "publicNetworkAccess": "Disabled"`, ""},
	}},
	{"database", `{"type": "Microsoft.Sql/servers/databases", "name": "s/d", "location": "italynorth", "properties": {"requestedBackupStorageRedundancy": "Local"}}`, []mutant{
		{"database-pairs", `"Local"`, `"Geo"`},
		{"database-pairs", `"Local"`, `"GeoZone"`},
		{"database-pairs", `"requestedBackupStorageRedundancy": "Local"`, ""},
	}},
	{"postgres", `{"type": "Microsoft.DBforPostgreSQL/flexibleServers", "name": "s", "location": "italynorth", "properties": {"backup": {"geoRedundantBackup": "Disabled"}}}`, []mutant{
		{"database-pairs", `"Disabled"`, `"Enabled"`},
	}},
	{"mysql", `{"type": "Microsoft.DBforMySQL/flexibleServers", "name": "s", "location": "spaincentral", "properties": {"backup": {"geoRedundantBackup": "Disabled"}}}`, []mutant{
		{"database-pairs", `"Disabled"`, `"enabled"`},
	}},
	{"documents", `{"type": "Microsoft.DocumentDB/databaseAccounts", "name": "d", "location": "westeurope", "properties": {"publicNetworkAccess": "Disabled"}}`, []mutant{
		{"public", `"Disabled"`, `"Enabled"`},
		{"public", `"publicNetworkAccess": "Disabled"`, ""},
	}},
	{"vault", `{"type": "Microsoft.KeyVault/vaults", "name": "v", "location": "westeurope", "properties": {"sku": {"name": "premium"}, "publicNetworkAccess": "Disabled"}}`, []mutant{
		{"vaults", "premium", "standard"},
		{"vaults", `"sku": {"name": "premium"}, `, ""},
		{"public", `"Disabled"`, `"Enabled"`},
		{"public", `, "publicNetworkAccess": "Disabled"`, ""},
	}},
	{"models", `{"type": "Microsoft.CognitiveServices/accounts", "name": "a", "location": "swedencentral", "kind": "OpenAI", "properties": {"publicNetworkAccess": "Disabled"}}`, []mutant{
		{"public", `"Disabled"`, `"Enabled"`},
		{"public", `"publicNetworkAccess": "Disabled"`, ""},
	}},
	{"deployment", `{"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a/m", "sku": {"name": "DataZoneStandard"}, "properties": {}}`, []mutant{
		{"inference", "DataZoneStandard", "GlobalStandard"},
		{"inference", "DataZoneStandard", "GlobalProvisionedManaged"},
		{"inference", "DataZoneStandard", "GlobalBatch"},
		{"inference", "DataZoneStandard", "globalstandard"},
		{"inference", "DataZoneStandard", "DeveloperTier"},
		{"inference", `"sku": {"name": "DataZoneStandard"}, `, ""},
	}},
	{"deployment in its region", `{"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "a/m", "sku": {"name": "Standard"}, "properties": {}}`, []mutant{
		{"inference", `"Standard"`, `"Standard "`},
	}},
	{"gateway", `{"type": "Microsoft.Network/applicationGateways", "name": "g", "location": "westeurope", "properties": {}}`, []mutant{
		{"everywhere", `Microsoft.Network/applicationGateways", "name": "g", "location": "westeurope"`, `Microsoft.Cdn/profiles", "name": "g", "location": "global"`},
		{"everywhere", `Microsoft.Network/applicationGateways", "name": "g", "location": "westeurope"`, `microsoft.network/frontdoors", "name": "g", "location": "Global"`},
	}},
	{"machine", `{"type": "Microsoft.Compute/virtualMachines", "name": "m", "location": "westeurope", "properties": {"securityProfile": {"securityType": "ConfidentialVM"}}}`, []mutant{
		{"confidential", "ConfidentialVM", "TrustedLaunch"},
		{"confidential", `"securityProfile": {"securityType": "ConfidentialVM"}`, ""},
	}},
	{"machines", `{"type": "Microsoft.Compute/virtualMachineScaleSets", "name": "m", "location": "westeurope", "properties": {"virtualMachineProfile": {"securityProfile": {"securityType": "ConfidentialVM"}}}}`, []mutant{
		{"confidential", "ConfidentialVM", "TrustedLaunch"},
		{"confidential", `"securityProfile": {"securityType": "ConfidentialVM"}`, ""},
	}},
}
