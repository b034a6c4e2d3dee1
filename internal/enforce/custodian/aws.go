package custodian

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

// arns are resources, and the member that holds their name with the region.
var arns = [][2]string{
	{"aws.dynamodb-table", "TableArn"}, {"aws.ecr", "repositoryArn"}, {"aws.efs", "FileSystemArn"}, {"aws.eks", "arn"}, {"aws.kms-key", "Arn"}, {"aws.lambda", "FunctionArn"},
	{"aws.elasticsearch", "ARN"}, {"aws.rds", "DBInstanceArn"}, {"aws.rds-cluster", "DBClusterArn"}, {"aws.sagemaker-endpoint", "EndpointArn"}, {"aws.secrets-manager", "ARN"}, {"aws.sqs", "QueueArn"},
}

// keyed are stores, and the member that holds the name of their key.
var keyed = [][2]string{
	{"aws.dynamodb-table", "SSEDescription.KMSMasterKeyArn"}, {"aws.ebs", "KmsKeyId"}, {"aws.efs", "KmsKeyId"}, {"aws.rds", "KmsKeyId"}, {"aws.rds-cluster", "KmsKeyId"},
}

func amazon(b *bounds.Bounds, c *bounds.Cloud) []policy {
	codes := c.Codes()
	buckets := slices.Clone(codes)
	if slices.Contains(codes, "eu-west-1") {
		buckets = append(buckets, "EU") // as buckets of it were made before regions had codes
	}
	zone := "^" + either(c.Codes("region", "local-zone")) + "[a-z]$"
	out := []policy{
		{"aws.s3", "outside", "Buckets in other regions; AWS writes none for us-east-1", "LOC-001", []any{value("Location.LocationConstraint || 'us-east-1'", "not-in", buckets)}},
		{"aws.ec2", "outside", "Machines in other regions", "LOC-001", []any{not(matches("Placement.AvailabilityZone", zone))}},
		{"aws.ebs", "outside", "Volumes in other regions", "LOC-001", []any{not(matches("AvailabilityZone", zone))}},
	}
	for _, r := range arns {
		out = append(out, policy{r[0], "outside", "What is in other regions", "LOC-001", []any{not(matches(r[1], "^arn:[^:]*:[^:]*:"+either(codes)+":"))}})
	}
	out = append(out,
		policy{"aws.s3", "copied", "Buckets that are copied: the name of a bucket does not say where the copy is", "LOC-004", []any{value("length(Replication.ReplicationConfiguration.Rules || `[]`)", "gt", 0)}},
		policy{"aws.dynamodb-table", "copied", "Tables with replicas in other regions", "LOC-005", []any{value("Replicas[].RegionName", "difference", codes)}},
		policy{"aws.kms-key", "copied", "Keys with replicas in other regions", "KEY-003", []any{value("[MultiRegionConfiguration.PrimaryKey, MultiRegionConfiguration.ReplicaKeys[]][][].Region", "difference", codes)}},
		policy{"aws.s3", "public", "Buckets that everybody may read", "EGR-012", []any{map[string]any{"type": "global-grants"}}},
		policy{"aws.rds", "public", "Databases with an address for everybody", "EGR-012", []any{is("PubliclyAccessible", true)}},
		policy{"aws.eks", "public", "Clusters whose API everybody reaches", "EGR-012", []any{not(is("resourcesVpcConfig.endpointPublicAccess", false))}},
		policy{"aws.ebs", "clear", "Volumes without encryption", "ENC-003", []any{not(is("Encrypted", true))}},
		policy{"aws.rds", "clear", "Databases without encryption", "ENC-003", []any{not(is("StorageEncrypted", true))}},
	)
	if !b.CustomerKey() {
		return out
	}
	out = append(out,
		policy{"aws.kms-key", "held-elsewhere", "Keys that are held by somebody who may not", "KEY-002", []any{is("KeyManager", "CUSTOMER"), value("Origin", "not-in", enforce.KMSOrigins(b, c))}},
		policy{"aws.s3", "key", "Buckets without a key of the customer", "KEY-001", []any{not(map[string]any{"type": "bucket-encryption", "crypto": "aws:kms", "state": true})}})
	for _, r := range keyed {
		out = append(out, policy{r[0], "key", "Stores without a key of this account in a region inside", "KEY-001",
			[]any{not(matches(r[1], fmt.Sprintf("^arn:[^:]*:kms:%s:{account_id}:", either(codes))))}})
	}
	return out
}
