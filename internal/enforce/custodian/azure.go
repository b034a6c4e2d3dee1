package custodian

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

// deployments of models take no tag.
const deployments = "azure.cognitiveservice-deployment"

func azure(b *bounds.Bounds, c *bounds.Cloud) []policy {
	names, low := spellings(c)
	at := func(key string) any {
		v := value(key, "in", low)
		v["value_type"] = "normalize"
		return v
	}
	computes := "standard|provisionedmanaged"
	if c.Zoned() {
		computes += "|datazone.*"
	}
	var out []policy
	for _, r := range []string{"aks", "cognitiveservice", "cosmosdb", "disk", "keyvault", "postgresql-flexibleserver", "sqlserver", "storage", "vm"} {
		out = append(out, policy{"azure." + r, "outside", "What is in other regions", "LOC-001", []any{not(at("location"))}})
	}
	out = append(out,
		policy{"azure.storage", "copied", "Accounts whose copies go to another region, the pair of theirs", "LOC-004", []any{is("properties.secondaryLocation", "present"), not(at("properties.secondaryLocation"))}},
		policy{"azure.cosmosdb", "copied", "Databases with copies in other regions", "LOC-005", []any{value("properties.locations[].locationName", "difference", names)}},
		policy{deployments, "anywhere", "Models that compute outside, or nobody knows where", "LOC-010", []any{not(matches("sku.name", "(?i)^("+computes+")$"))}},
		policy{"azure.storage", "public", "Containers that everybody may read", "EGR-012", []any{not(is("properties.allowBlobPublicAccess", false))}},
	)
	for _, r := range []string{"cognitiveservice", "cosmosdb", "keyvault", "sqlserver"} {
		out = append(out, policy{"azure." + r, "public", "What has an address for everybody", "EGR-012", []any{not(is("properties.publicNetworkAccess", "Disabled"))}})
	}
	if !b.CustomerKey() {
		return out
	}
	return append(out,
		policy{"azure.storage", "key", "Accounts without a key of the customer", "KEY-001", []any{not(is("properties.encryption.keySource", "Microsoft.Keyvault"))}},
		policy{"azure.cognitiveservice", "key", "AI services without a key of the customer", "KEY-001", []any{not(is("properties.encryption.keySource", "Microsoft.KeyVault"))}},
		policy{"azure.cosmosdb", "key", "Databases without a key of the customer", "KEY-001", []any{is("properties.keyVaultKeyUri", "absent")}},
		policy{"azure.postgresql-flexibleserver", "key", "Databases without a key of the customer", "KEY-001", []any{not(is("properties.dataEncryption.type", "AzureKeyVault"))}},
		policy{"azure.disk", "key", "Disks without a key of the customer", "KEY-001", []any{not(value("properties.encryption.type", "in", []string{"EncryptionAtRestWithCustomerKey", "EncryptionAtRestWithPlatformAndCustomerKeys"}))}},
	)
}

// spellings are the names of regions inside as Azure writes them: westeurope and
// West Europe; low are they in lower case.
func spellings(c *bounds.Cloud) (names, low []string) {
	codes := c.Codes()
	for i := range c.Regions {
		r := &c.Regions[i]
		if slices.Contains(codes, r.Code) {
			names = append(names, r.Code, r.Display)
			low = append(low, strings.ToLower(r.Code), strings.ToLower(r.Display))
		}
	}
	return names, low
}
