package custodian

import (
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

func google(b *bounds.Bounds, c *bounds.Cloud) []policy {
	codes, anywhere := either(c.Codes()), either(c.Codes("region", "multi"))
	where := func(resource, about, key, pattern string) policy {
		return policy{resource, "outside", about, "LOC-001", []any{not(matches(key, pattern))}}
	}
	out := []policy{
		where("gcp.bucket", "Buckets in other locations", "location", "(?i)^"+anywhere+"$"),
		where("gcp.bq-dataset", "Datasets in other locations", "location", "(?i)^"+anywhere+"$"),
		where("gcp.sql-instance", "Databases in other regions", "region", "^"+codes+"$"),
		where("gcp.gke-cluster", "Clusters in other regions", "location", "^"+codes+"(-[a-z])?$"),
		where("gcp.instance", "Machines in other regions", "zone", "^(.*/zones/)?"+codes+"-[a-z]$"),
		where("gcp.disk", "Disks in other regions", "zone", "^(.*/zones/)?"+codes+"-[a-z]$"),
		where("gcp.kms-cryptokey", "Keys in other locations", "name", "^projects/[^/]*/locations/"+anywhere+"/"),
		where("gcp.vertex-ai-endpoint", "Models that answer in other regions", "name", "^projects/[^/]*/locations/"+codes+"/"),
		{"gcp.sql-instance", "copied", "Databases whose backups are elsewhere; without a location they go to the multi-region that holds the database", "LOC-006", []any{
			is("settings.backupConfiguration.enabled", true), not(matches("settings.backupConfiguration.location", "^"+anywhere+"$"))}},
		{"gcp.bucket", "public", "Buckets that may be shared with everybody", "EGR-012", []any{not(is("iamConfiguration.publicAccessPrevention", "enforced"))}},
		{"gcp.sql-instance", "public", "Databases with an address for everybody", "EGR-012", []any{not(is("settings.ipConfiguration.ipv4Enabled", false))}},
	}
	if !b.CustomerKey() {
		return out
	}
	key := func(resource, about, key string) policy {
		return policy{resource, "key", about, "KEY-001", []any{not(matches(key, "^projects/[^/]*/locations/"+anywhere+"/"))}}
	}
	return append(out,
		key("gcp.bucket", "Buckets without a key of the customer in a location inside", "encryption.defaultKmsKeyName"),
		key("gcp.bq-dataset", "Datasets without a key of the customer in a location inside", "defaultEncryptionConfiguration.kmsKeyName"),
		key("gcp.disk", "Disks without a key of the customer in a location inside", "diskEncryptionKey.kmsKeyName"),
		key("gcp.sql-instance", "Databases without a key of the customer in a location inside", "diskEncryptionConfiguration.kmsKeyName"),
		policy{"gcp.kms-cryptokey", "held-elsewhere", "Keys that are held by somebody who may not", "KEY-002", []any{value("versionTemplate.protectionLevel || primary.protectionLevel", "not-in", enforce.ProtectionLevels(b, c))}})
}
