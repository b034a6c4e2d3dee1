package pulumi

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const (
	azureStore       = "azure:storage/account:Account"
	azureDatabase    = "azure:postgresql/flexibleServer:FlexibleServer"
	azureNative      = "azure-native:storage:StorageAccount"
	awsStore         = "aws:s3/bucket:Bucket"
	awsDatabase      = "aws:rds/instance:Instance"
	awsBase          = "aws:rds/cluster:Cluster"
	awsCluster       = "aws:eks/cluster:Cluster"
	awsNativeCluster = "aws-native:eks:Cluster"
	awsKey           = "aws:kms/key:Key"
	googleStore      = "gcp:storage/bucket:Bucket"
	googleBase       = "gcp:sql/databaseInstance:DatabaseInstance"
	googleCluster    = "gcp:container/cluster:Cluster"
	scalewayBase     = "scaleway:databases/instance:Instance"
	scalewayStore    = "scaleway:object/bucket:Bucket"
	scalewayKey      = "scaleway:keymanager/key:Key"
	azureModel       = "azure:cognitive/deployment:Deployment"
	azureNativeModel = "azure-native:cognitiveservices:Deployment"
	scalewayModel    = "scaleway:inference/deployment:Deployment"
	scalewayCluster  = "scaleway:kubernetes/cluster:Cluster"
	scalewayACL      = "scaleway:object/bucketAcl:BucketAcl"
	ovhStore         = "ovh:CloudProject/storage:Storage"
)

// also are further names of types, which their packages take as well: what they
// were called before (provider/cmd/pulumi-resource-scaleway/bridge-metadata.json of
// pulumiverse/pulumi-scaleway), and the same types of a sibling package, whose
// inputs have the same names.
var also = map[string]string{
	scalewayBase:    "scaleway:index/databaseInstance:DatabaseInstance",
	scalewayStore:   "scaleway:index/objectBucket:ObjectBucket",
	scalewayACL:     "scaleway:index/objectBucketAcl:ObjectBucketAcl",
	scalewayKey:     "scaleway:index/keyManagerKey:KeyManagerKey",
	scalewayModel:   "scaleway:index/inferenceDeployment:InferenceDeployment",
	scalewayCluster: "scaleway:index/kubernetesCluster:KubernetesCluster",

	awsStore:                          "aws-native:s3:Bucket",
	awsDatabase:                       "aws-native:rds:DbInstance",
	awsBase:                           "aws-native:rds:DbCluster",
	awsKey:                            "aws-native:kms:Key",
	"aws:kms/replicaKey:ReplicaKey":   "aws-native:kms:ReplicaKey",
	"aws:sagemaker/endpoint:Endpoint": "aws-native:sagemaker:Endpoint",
}

// named are types by all their names.
func named(types []string) []string {
	out := slices.Clone(types)
	for _, t := range types {
		if name := also[t]; name != "" {
			out = append(out, name)
		}
	}
	return out
}

// placed are types that hold data and that a provider or its environment may put
// anywhere: they, or their provider, must say where they are.
var placed = []string{googleStore, googleBase, googleCluster, scalewayBase, scalewayStore, scalewayKey, ovhStore, scalewayCluster, scalewayModel}

// always are rules that hold for each perimeter.
var always = []Rule{
	{Name: "key-of-one-region", About: "A key of several regions can be copied out", Types: []string{awsKey}, Path: "multiRegion", Not: []any{true}, rule: "KEY-003"},
	{Name: "key-replica", About: "A key of several regions can be copied out", Types: []string{"aws:kms/replicaKey:ReplicaKey", "aws:kms/replicaExternalKey:ReplicaExternalKey"}, Refuse: "nothing copies keys", rule: "KEY-003"},
	{Name: "bucket-replication", About: "The name of a bucket does not say where a copy goes", Types: []string{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration"}, Refuse: "copies of buckets are refused", rule: "LOC-004"},
	{Name: "copies-of-bucket", About: "The name of a bucket does not say where a copy goes", Types: []string{awsStore}, Path: "replicationConfiguration", Unset: true, rule: "LOC-004"},
	{Name: "copies-of-bucket-v2", About: "The name of a bucket does not say where a copy goes", Types: []string{"aws:s3/bucketV2:BucketV2"}, Path: "replicationConfigurations", Unset: true, rule: "LOC-004"},
	{Name: "backups-stay", About: "Backups would go to another region", Types: []string{scalewayBase}, Path: "backupSameRegion", Is: true, rule: "LOC-006"},
	{Name: "inference", About: "Other types of deployment compute anywhere", Types: []string{azureModel, azureNativeModel}, Path: "sku.name", Matches: "^(Standard|ProvisionedManaged)$", rule: "LOC-010"},
	{Name: "public-database", About: "Databases have no public address", Types: []string{awsDatabase, "aws:rds/clusterInstance:ClusterInstance"}, Path: "publiclyAccessible", Not: []any{true}, rule: "EGR-012"},
	{Name: "public-cluster", About: "API servers have no public address", Types: []string{awsCluster}, Path: "vpcConfig.endpointPublicAccess", Is: false, rule: "EGR-012"},
	{Name: "public-cluster-native", About: "API servers have no public address", Types: []string{awsNativeCluster}, Path: "resourcesVpcConfig.endpointPublicAccess", Is: false, rule: "EGR-012"},
	{Name: "public-google-database", About: "Databases have no public address", Types: []string{googleBase}, Path: "settings.ipConfiguration.ipv4Enabled", Is: false, rule: "EGR-012"},
	{Name: "public-google-store", About: "Buckets are not public", Types: []string{googleStore}, Path: "publicAccessPrevention", Is: "enforced", rule: "EGR-012"},
	{Name: "public-google-cluster", About: "API servers have no public address", Types: []string{googleCluster}, Path: "privateClusterConfig.enablePrivateEndpoint", Is: true, rule: "EGR-012"},
	{Name: "public-azure", About: "Stores and databases have no public address", Types: []string{azureStore, azureDatabase, "azure:keyvault/keyVault:KeyVault", "azure:cognitive/account:Account"}, Path: "publicNetworkAccessEnabled", Is: false, rule: "EGR-012"},
	{Name: "public-azure-native", About: "Stores have no public address", Types: []string{azureNative}, Path: "publicNetworkAccess", Is: "Disabled", rule: "EGR-012"},
	{Name: "public-acl", About: "Buckets are not public", Types: []string{awsStore, "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2", scalewayACL}, Path: "acl", Not: []any{"public-read", "public-read-write", "authenticated-read"}, rule: "EGR-012"},
}

// keyed are rules that hold when data must lie under a key that its owner chose.
var keyed = []Rule{
	{Name: "encrypted-database", About: "Databases are encrypted", Types: []string{awsDatabase, awsBase}, Path: "storageEncrypted", Is: true, rule: "KEY-001"},
	{Name: "encrypted-scaleway-database", About: "Databases are encrypted", Types: []string{scalewayBase}, Path: "encryptionAtRest", Is: true, rule: "KEY-001"},
	{Name: "key-of-database", About: "The key is the customer's", Types: []string{awsDatabase, awsBase}, Path: "kmsKeyId", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-cluster", About: "The key is the customer's", Types: []string{awsCluster, awsNativeCluster}, Path: "encryptionConfig.provider.keyArn", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-google-store", About: "The key is the customer's", Types: []string{googleStore}, Path: "encryption.defaultKmsKeyName", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-google-database", About: "The key is the customer's", Types: []string{googleBase}, Path: "encryptionKeyName", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-google-cluster", About: "The key is the customer's", Types: []string{googleCluster}, Path: "databaseEncryption.keyName", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-azure", About: "The key is the customer's", Types: []string{azureStore, azureDatabase}, Path: "customerManagedKey.keyVaultKeyId", Matches: ".", rule: "KEY-001"},
	{Name: "key-of-azure-native", About: "The key is the customer's", Types: []string{azureNative}, Path: "encryption.keySource", Is: "Microsoft.Keyvault", rule: "KEY-001"},
}

// types are those of building blocks.
var types = map[string][]string{
	"aws/object-store":        {awsStore, "aws:s3/bucketV2:BucketV2"},
	"aws/database":            {awsDatabase, awsBase},
	"aws/key":                 {awsKey},
	"aws/cluster":             {awsCluster, awsNativeCluster},
	"aws/model-endpoint":      {"aws:sagemaker/endpoint:Endpoint", "aws:sagemaker/endpointConfiguration:EndpointConfiguration"},
	"azure/object-store":      {azureStore, azureNative},
	"azure/database":          {azureDatabase},
	"azure/key":               {"azure:keyvault/key:Key"},
	"azure/cluster":           {"azure:containerservice/kubernetesCluster:KubernetesCluster"},
	"azure/model-endpoint":    {azureModel, azureNativeModel},
	"google/object-store":     {googleStore},
	"google/database":         {googleBase},
	"google/key":              {"gcp:kms/cryptoKey:CryptoKey"},
	"google/cluster":          {googleCluster},
	"google/model-endpoint":   {"gcp:vertex/aiEndpoint:AiEndpoint"},
	"ovh/object-store":        {ovhStore},
	"ovh/database":            {"ovh:CloudProject/database:Database"},
	"ovh/key":                 {"ovh:Okms/key:Key", "ovh:Okms/serviceKey:ServiceKey"},
	"ovh/cluster":             {"ovh:CloudProject/kube:Kube"},
	"scaleway/object-store":   {scalewayStore},
	"scaleway/database":       {scalewayBase},
	"scaleway/key":            {scalewayKey},
	"scaleway/cluster":        {scalewayCluster},
	"scaleway/model-endpoint": {scalewayModel},
}

// withheld refuses the types of blocks that the perimeter does not let be, such as
// for the grade of their key or protection in use.
func withheld(b *bounds.Bounds) []Rule {
	var out []Rule
	_, list := block.Offers(b)
	for _, w := range list {
		if len(types[w.What]) == 0 {
			continue
		}
		_, name, _ := strings.Cut(w.What, "/")
		rule := graph.RuleID("KEY-002")
		switch name {
		case block.Cluster:
			rule = "TEE-001"
		case block.ModelEndpoint:
			rule = "MDL-002"
		}
		out = append(out, Rule{Name: "no-" + strings.ReplaceAll(w.What, "/", "-"), About: w.What + " is not inside", Types: types[w.What], Refuse: w.Why, rule: rule})
	}
	return out
}

// models hold deployments to the approved developers.
func models(b *bounds.Bounds) []Rule {
	if b.Models == nil {
		return nil
	}
	out := []Rule{{Name: "models-of-scaleway", About: "The id of a model does not say whose it is", Types: []string{scalewayModel}, Refuse: "the perimeter approves models", rule: "MDL-002"}}
	if formats := block.AzureFormats(b); len(formats) > 0 {
		out = append(out, Rule{Name: "models-of-azure", About: "Models are of approved developers", Types: []string{azureModel}, Path: "model.format", Matches: "^(" + strings.Join(formats, "|") + ")$", rule: "MDL-002"},
			Rule{Name: "models-of-azure-native", About: "Models are of approved developers", Types: []string{azureNativeModel}, Path: "properties.model.format", Matches: "^(" + strings.Join(formats, "|") + ")$", rule: "MDL-002"})
	}
	return out
}

// rules are those of the packages that may be had.
func rules(b *bounds.Bounds, p *Perimeter) []Rule {
	list := slices.Concat(always, withheld(b), models(b))
	if b.CustomerKey() {
		list = append(list, keyed...)
	}
	if alone := unpaired(b); len(alone) > 0 {
		list = append(list,
			Rule{Name: "pair-of-store", About: "Geo-redundant kinds are copied to the paired region, which is not inside", Types: []string{azureStore}, Path: "accountReplicationType", Matches: "^(LRS|ZRS)$", Where: alone, rule: "LOC-004"},
			Rule{Name: "pair-of-native-store", About: "Geo-redundant kinds are copied to the paired region, which is not inside", Types: []string{azureNative}, Path: "sku.name", Matches: "_(LRS|ZRS)$", Where: alone, rule: "LOC-004"},
			Rule{Name: "pair-of-database", About: "Geo-redundant backups go to the paired region, which is not inside", Types: []string{azureDatabase}, Path: "geoRedundantBackupEnabled", Not: []any{true}, Where: alone, rule: "LOC-005"})
	}
	out := []Rule{}
	for _, r := range list {
		name, _, _ := strings.Cut(r.Types[0], ":")
		if p.Packages[name].Why == "" {
			r.Types, r.Cites = named(r.Types), enforce.Cite(b, r.rule)
			out = append(out, r)
		}
	}
	return out
}

func unpaired(b *bounds.Bounds) []string {
	c := b.Main(graph.ProviderID("azurerm"))
	if c == nil {
		return nil
	}
	return c.Unpaired()
}
